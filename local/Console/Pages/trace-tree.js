// Where an event came from and went, as a tree: events, and what each stage made of them.
import { el, put } from "./dom.js";
import { get, route } from "./api.js";
import { count, time } from "./format.js";
import { link } from "./routes.js";
import { mark } from "./state.js";
import { name, shown } from "./text.js";

// While a stage has not come to the event yet. To look makes the console read streams: the longer that takes, the rarer.
const LEAST = 2000;
const TIMES = 5;
const TURNS = 30;

/** Looks for an event, and shows its way, until no stage is behind it. */
export function traceOf(id) {
  const element = el("div", { class: "stack", "aria-busy": "true" }, el("p", { class: "empty", role: "status" }, "Looking through the streams…"));
  const ended = new AbortController();
  let [timer, drawn] = [0, ""];
  async function look(turn) {
    const began = performance.now();
    try {
      const report = await get(route(["trace", id]), ended.signal);
      const now = JSON.stringify([report.roots, report.sameTrace]);
      if (now !== drawn) {
        put(element, ...draw(report, id));
        drawn = now;
      }
      if (turn < TURNS && (report.roots ?? []).some(waits)) {
        timer = setTimeout(look, Math.max(LEAST, TIMES * (performance.now() - began)), turn + 1);
      }
    } catch (problem) {
      if (!ended.signal.aborted) {
        put(element, el("p", { class: "note-box", "data-tone": "bad" }, shown(problem.message)));
      }
    } finally {
      element.removeAttribute("aria-busy");
    }
  }
  look(1);
  return {
    element,
    close: () => {
      ended.abort();
      clearTimeout(timer);
    },
  };
}

const AHEAD = ["waiting", "not read"];
const waits = ({ stages }) => (stages ?? []).some(({ result, replay, events }) => AHEAD.includes(result) || AHEAD.includes(replay) || (events ?? []).some(waits));

function draw({ roots = [], sameTrace = [], read, complete }, id) {
  const tree = (nodes) => el("ul", { class: "trace" }, nodes.map(nodeOf));
  return [
    roots.length > 0 ? tree(roots) : el("p", { class: "empty" }, "No event with the id ", el("code", null, shown(id)), " was found."),
    sameTrace.length > 0 ? el("section", { class: "stack tight" }, el("h3", null, "Of the same trace"), tree(sameTrace)) : null,
    el("p", { class: "muted small" }, `${count(read)} records of the last day were looked at${complete === false ? "; not all that there are" : ""}.`),
  ];
}

const nodeOf = (node) => el("li", null,
  el("div", { class: "trace-event", "aria-current": node.asked ? "true" : null },
    el("p", { class: "row" }, el("a", { href: link.stream(node.stream) }, name(node.stream)), el("span", { class: "mono muted" }, shown(`${node.topic}/${node.partition}/${node.offset}`)), el("time", { class: "muted small" }, time(node.time)), node.asked ? el("strong", { class: "asked" }, "← this one") : null),
    node.id ? el("p", { class: "mono small" }, el("a", { href: link.trace(node.id) }, shown(node.id))) : null,
    node.errorType ? el("p", { class: "bad-text" }, shown(`${node.errorType}: ${node.errorMessage ?? ""}`)) : null),
  (node.stages ?? []).length === 0 ? null : el("ul", null, node.stages.map((stage) => el("li", null,
    el("p", { class: "trace-stage" }, el("a", { href: link.stage(stage.stage) }, name(stage.stage)), mark(stage.result === "failed" ? "failed here" : stage.result), stage.replay ? ["replayed: ", mark(stage.replay === "failed" ? "failed here" : stage.replay)] : null),
    (stage.events ?? []).length === 0 ? null : el("ul", null, stage.events.map(nodeOf))))));
