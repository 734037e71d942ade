// The way of one event, by its id.
import { el } from "./dom.js";
import { traceOf } from "./trace-tree.js";
import { plain, shown } from "./text.js";

/** Opens the view. */
export function open({ name }) {
  const tree = traceOf(name);
  return {
    element: el("div", { class: "stack" }, el("div", { class: "head" }, el("h1", { tabindex: "-1" }, "The way of an event"), el("p", { class: "mono" }, shown(name))), el("section", { class: "panel" }, el("div", { class: "panel-body" }, tree.element))),
    title: `Event ${plain(name)}`,
    close: tree.close,
  };
}
