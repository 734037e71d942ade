// Tables that become cards where the page is narrow.
import { el } from "./dom.js";

/** A table: columns are `{title, of(row), isNumber, isName, class}`; pairs are of names and values alone. */
export function table(caption, columns, rows, isPairs = false) {
  return el("div", { class: "scroll" }, el("table", { class: isPairs ? "cards pairs" : "cards" },
    el("caption", { class: "unseen" }, caption),
    el("thead", null, el("tr", null, columns.map((column) => el("th", { scope: "col", class: column.isNumber ? "num" : null }, column.title)))),
    el("tbody", null, rows.map((row) => el("tr", null, columns.map((column) => el(column.isName ? "th" : "td", {
      scope: column.isName ? "row" : null,
      class: column.isNumber ? "num" : column.class,
      "data-label": column.title,
    }, el("span", null, column.of(row)))))))));
}

/** A panel with a title and a remark at its end. */
export const panel = (title, note, ...children) =>
  el("section", { class: "panel" }, el("header", null, el("h2", null, title), note ? el("span", { class: "note" }, note) : null), el("div", { class: "panel-body" }, children));

/** A list of facts: pairs of a name and what is said, below each other or across; those of nothing are left out. */
export const facts = (pairs, isAcross = false) =>
  el("dl", { class: isAcross ? "facts across" : "facts" }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([what, value]) => el("div", null, el("dt", null, what), el("dd", null, value))));
