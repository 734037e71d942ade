// What failed: searched for, opened, edited, replayed. What is shown stands in the address.
import { announce, el, put } from "./dom.js";
import { get, route } from "./api.js";
import { count, counted } from "./format.js";
import { whileShown } from "./keys.js";
import { link, replaceQuery } from "./routes.js";
import { errorFilter, instant } from "./error-filter.js";
import { errorList } from "./error-list.js";
import { errorDetail } from "./error-detail.js";
import { openReplay } from "./replay.js";
import { shown } from "./text.js";

const NAMES = ["text", "stage", "type", "stream", "state", "from", "to"];
const COUNT = 100;
const MOST = 500;

/** Opens the view. */
export function open({ query }, session) {
  let [filter, opened, detail, turn, most] = [read(query), query.get("open") ?? "", null, 0, COUNT];
  const [types, summary, side] = [el("div", { class: "types" }), el("p", { class: "muted small grow", role: "status" }), el("section", { class: "panel error-side", "aria-label": "The error that is open", hidden: true })];
  const chosen = el("button", { type: "button", hidden: true, onclick: () => replay({ ids: list.chosen() }) }, "");
  const all = el("button", { type: "button", disabled: true, onclick: () => replay({ selection: selectionOf(filter) }) }, "Replay all…");
  const more = el("button", { type: "button", hidden: true, onclick: () => ((most = MOST), load()) }, "Show more");
  const list = errorList((id) => openOne(id), (ids) => {
    chosen.hidden = ids.length === 0;
    chosen.textContent = `Replay ${counted(ids.length, "selected event")}…`;
  });
  const form = errorFilter(filter, (next) => {
    [filter, most] = [next, COUNT];
    keep();
    load();
  });
  const tools = el("div", { class: "row error-tools" }, list.all, summary, session.allowChanges ? [chosen, all] : el("span", { class: "small muted" }, "Read-only: ", el("code", null, "--allow-changes"), " allows replays"));
  const columns = el("div", { class: "error-columns" }, el("section", { class: "panel error-main" }, tools, list.element, el("div", { class: "row error-more" }, more)), side);
  const element = el("div", { class: "stack errors" }, el("div", { class: "head" }, el("h1", { tabindex: "-1" }, "Errors")), form.element, types, columns);

  const keep = () => replaceQuery("errors", "", { ...filter, state: filter.state === "unresolved" ? "" : filter.state, open: opened });
  const replay = (request) => openReplay(request, () => load());

  async function load() {
    const own = (turn += 1);
    put(summary, "Reading…");
    try {
      const found = await get(route(["errors"], { ...filter, from: instant(filter.from), to: instant(filter.to), count: String(most) }));
      if (own === turn) {
        show(found);
      }
    } catch (problem) {
      if (own === turn) {
        list.show([], (id) => link.errors({ ...filter, open: id }));
        put(summary, el("span", { class: "bad-text" }, shown(problem.message)));
      }
    }
  }

  function show({ matching, read: wasRead, complete, unreadable, types: kinds = [], events = [] }) {
    list.show(events, (id) => link.errors({ ...filter, open: id }), filter.state === "all");
    list.mark(opened);
    all.disabled = matching === 0;
    all.textContent = `Replay all ${count(matching)}…`;
    more.hidden = events.length >= matching || most >= MOST;
    put(summary, [`${counted(matching, "event")}`, events.length < matching ? `the newest ${count(events.length)} shown` : "", complete === false ? `only the newest ${count(wasRead)} records were read: narrow the time` : "", unreadable > 0 ? `${counted(unreadable, "record")} are no error events` : ""].filter(Boolean).join(" · "));
    form.suggest(kinds);
    put(types, kinds.toSorted((one, other) => other.count - one.count).slice(0, 12).map((kind) => el("button", {
      type: "button", class: "type", "aria-pressed": String(filter.type === kind.type && filter.stage === kind.stage),
      onclick: () => form.set(filter.type === kind.type && filter.stage === kind.stage ? { type: "", stage: "" } : { type: kind.type, stage: kind.stage }),
    }, el("strong", null, count(kind.count)), " ", shown(kind.type || "(no type)"), el("span", { class: "muted" }, ` ${kind.stage}`))));
  }

  function openOne(id, isQuiet = false) {
    detail?.close();
    opened = id;
    element.classList.toggle("has-open", id !== "");
    side.hidden = id === "";
    list.mark(id);
    keep();
    if (id === "") {
      detail = null;
      put(side);
      list.focus();
      return;
    }
    detail = errorDetail(id, session, () => openOne(""), () => load());
    put(side, detail.element);
    if (!isQuiet) {
      side.querySelector("h2")?.focus({ preventScroll: matchMedia("(min-width: 64rem)").matches });
      announce("Opened");
    }
  }

  whileShown([
    ["j", "go to the next error", () => list.move(1)],
    ["k", "go to the error before", () => list.move(-1)],
    ["x", "select the error one is at", () => list.toggle()],
    ["Enter", "open the error one is at", () => false],
    ["e", "edit a copy of the open error", () => detail?.edit()],
    ["Escape", "close what is open", () => (opened === "" ? false : openOne(""))],
  ]);
  load();
  if (opened !== "") {
    openOne(opened, true);
  }

  return {
    element,
    title: "Errors",
    update({ query: next }) {
      const wanted = read(next);
      if (NAMES.some((name) => wanted[name] !== filter[name])) {
        form.set(wanted);
      }
      if ((next.get("open") ?? "") !== opened) {
        openOne(next.get("open") ?? "");
      }
      return true;
    },
    close() {
      turn += 1;
      detail?.close();
    },
  };
}

// What a replay of all that match takes: without anything else, all from the beginning on.
function selectionOf({ state: _, ...filter }) {
  const said = Object.entries({ ...filter, from: instant(filter.from), to: instant(filter.to) }).filter(([, value]) => value !== "");
  return said.length === 0 ? { from: "earliest" } : Object.fromEntries(said);
}

const read = (query) => Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? (name === "state" ? "unresolved" : "")]));

