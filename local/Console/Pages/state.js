// What a stage does, as a word, a shape and a tone: never by colour alone.
import { el, put, svg } from "./dom.js";

const STATES = new Map(Object.entries({
  working: ["working", "busy", "M2 1l7 4-7 4z"],
  caughtup: ["caught up", "good", "M0 5.5L1.5 4l2 2L8.5 1 10 2.5 3.5 9z"],
  idle: ["idle", "calm", "M5 0a5 5 0 1 0 0 10A5 5 0 0 0 5 0zm0 1.8a3.2 3.2 0 1 1 0 6.4a3.2 3.2 0 0 1 0-6.4z"],
  stopped: ["stopped", "warn", "M1 1h8v8H1z"],
  blocked: ["blocked", "bad", "M5 0l5 9.5H0zM4.4 3.5v3h1.2v-3zM4.4 7.3v1.2h1.2V7.3z"],
  absent: ["no topic", "warn", "M0 4h10v2H0z"],
  away: ["unknown", "calm", "M0 4h4v2H0zM6 4h4v2H6z"],
  open: ["unresolved", "bad", "M5 0l5 9.5H0z"],
  requested: ["requested", "busy", "M2 1l7 4-7 4z"],
  resolved: ["resolved", "good", "M0 5.5L1.5 4l2 2L8.5 1 10 2.5 3.5 9z"],
  failed: ["failed again", "warn", "M1 0L5 4l4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4-4-4z"],
  failedhere: ["failed", "bad", "M1 0L5 4l4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4-4-4z"],
  circuitclosed: ["closed", "good", "M0 5.5L1.5 4l2 2L8.5 1 10 2.5 3.5 9z"],
  circuitprobing: ["probing", "warn", "M2 0h2v10H2zM6 0h2v10H6z"],
  circuitopen: ["open", "bad", "M5 0l5 9.5H0z"],
  notread: ["not read", "calm", "M0 4h4v2H0zM6 4h4v2H6z"],
  emitted: ["emitted", "good", "M0 4h6V1l4 4-4 4V6H0z"],
  settled: ["settled", "good", "M0 5.5L1.5 4l2 2L8.5 1 10 2.5 3.5 9z"],
  waiting: ["waiting", "busy", "M2 0h2v10H2zM6 0h2v10H6z"],
}));

const known = (state) => STATES.get(String(state ?? "").toLowerCase().replace(/[^a-z]/g, "")) ?? [String(state ?? "unknown"), "calm", STATES.get("away")[2]];

/** The word for a state. */
export const word = (state) => known(state)[0];

/** Whether somebody ought to look at a stage of this state. */
export const needsLook = (state) => ["stopped", "blocked", "no topic"].includes(word(state));

/** A mark of a state; given one that is shown already, it is changed. */
export function mark(state, element = el("span")) {
  const [text, tone, shape] = known(state);
  if (element.dataset.state !== text) {
    element.className = "state";
    Object.assign(element.dataset, { state: text, tone });
    put(element, svg("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, svg("path", { d: shape, "fill-rule": "evenodd" })), text);
  }
  return element;
}
