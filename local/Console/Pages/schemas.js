// A stream's schemas, and the tables that they make.
import { copyButton, el, put } from "./dom.js";
import { get, route } from "./api.js";
import { codeBlock } from "./json.js";
import { plain, shown } from "./text.js";

const DIALECTS = [["postgres", "PostgreSQL"], ["duckdb", "DuckDB"], ["flink", "Flink"], ["spark", "Spark"], ["hive", "Hive"]];

/** The versions of a stream's schema, each to look at. */
export function schemas({ name, schemas: versions = [] }) {
  if (versions.length === 0) {
    return { element: el("section", { class: "panel" }, el("p", { class: "empty" }, "No schema of this stream was found in the repositories.")) };
  }
  const first = versions.find((one) => one.isCurrent) ?? versions.at(-1);
  const options = versions.map((one) => [one.version, `${one.version}${one.isCurrent ? " (current)" : ""}`]);
  return chosen("Version", options, first.version, async (version) => {
    const { uri, text } = await get(route(["streams", name, "schemas", version]));
    return { note: uri, text };
  }, "Schema");
}

/** The statement that makes a table of a stream, by dialect. */
export const tables = ({ name }) => chosen("Dialect", DIALECTS, DIALECTS[0][0], async (dialect) => {
  const { text } = await get(route(["streams", name, "ddl"], { dialect }));
  return { note: "", text };
}, "Statement");

function chosen(label, options, first, load, what) {
  const [note, body] = [el("span", { class: "mono muted grow" }), el("div")];
  let [shownText, turn] = ["", 0];
  const select = el("select", { onchange: show }, options.map(([value, title]) => el("option", { value, selected: value === first }, plain(title))));
  async function show() {
    const own = (turn += 1);
    try {
      const found = await load(select.value);
      if (own === turn) {
        shownText = found.text;
        put(note, shown(found.note));
        put(body, codeBlock(found.text, what));
      }
    } catch (problem) {
      if (own === turn) {
        shownText = "";
        put(note);
        put(body, el("p", { class: "note-box", "data-tone": "bad" }, shown(problem.message)));
      }
    }
  }
  show();
  return {
    element: el("section", { class: "panel" }, el("div", { class: "panel-body stack" },
      el("div", { class: "row choice" }, el("label", { class: "field" }, label, select), note, copyButton(() => shownText)), body)),
  };
}
