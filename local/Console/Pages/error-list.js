// The errors that were found: one stop for Tab, j and k between them, boxes to select some.
import { el, put } from "./dom.js";
import { ago, time, timeOfDay, timeOrDay } from "./format.js";
import { mark } from "./state.js";
import { excerpt, name, plain, shown } from "./text.js";

/** The list; an error is called by its position, by which it is found at once. */
export function errorList(whenOpened, whenChosen) {
  const element = el("ul", { class: "error-list", "aria-label": "Errors, newest first", onclick: click, onfocusin: (event) => stop(rows.findIndex((row) => row.item.contains(event.target))) });
  const box = el("input", { type: "checkbox", "aria-label": "Select all that are shown", onchange: () => choose(0, rows.length - 1, box.checked) });
  let [rows, at, last] = [[], 0, 0];

  function row(failed, href, hasState) {
    const { id, position, state } = failed;
    const check = el("input", { type: "checkbox", tabindex: "-1", "aria-label": `Select the error of ${timeOfDay(failed.time)}` });
    const anchor = el("a", { href, tabindex: "-1" },
      el("span", { class: "error-line" }, el("strong", { class: "error-type" }, shown(failed.type || "(no type)")), el("span", null, name(failed.stage)), hasState || state !== "open" ? mark(state) : null,
        el("time", { class: "muted error-time", datetime: plain(failed.time), title: time(failed.time) }, `${timeOrDay(failed.time)} · ${ago(failed.time)}`)),
      el("span", { class: "error-message" }, shown(excerpt(failed.message ?? "", 300))));
    return { id, position, check, anchor, item: el("li", null, el("label", { class: "error-check" }, check), anchor) };
  }

  // One row is a stop for Tab: its link and its box.
  function stop(place) {
    if (rows.length > 0 && place >= 0) {
      [rows[at], rows[place]].filter(Boolean).forEach(({ anchor, check }) => (anchor.tabIndex = check.tabIndex = -1));
      at = place;
      rows[at].anchor.tabIndex = rows[at].check.tabIndex = 0;
    }
  }

  function choose(from, to, isChosen) {
    rows.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => (one.check.checked = isChosen));
    tell();
  }

  function tell() {
    const ids = chosen();
    box.checked = rows.length > 0 && ids.length === rows.length;
    box.indeterminate = ids.length > 0 && ids.length < rows.length;
    rows.forEach((one) => one.item.classList.toggle("is-chosen", one.check.checked));
    whenChosen(ids);
  }

  function click(event) {
    const place = rows.findIndex((one) => one.item.contains(event.target));
    if (place < 0) {
      return;
    }
    if (event.target === rows[place].check) {
      choose(event.shiftKey ? last : place, place, rows[place].check.checked);
      last = place;
    } else if (rows[place].anchor.contains(event.target) && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      whenOpened(rows[place].position);
    }
  }

  const chosen = () => rows.filter((one) => one.check.checked).map((one) => one.position);

  return {
    element,
    all: el("label", { class: "check" }, box),
    chosen,
    show(events, hrefOf, hasState) {
      const [kept, focused] = [new Set(chosen()), rows[at]?.anchor === document.activeElement ? rows[at].position : null];
      rows = events.map((failed) => row(failed, hrefOf(failed.position), hasState));
      rows.forEach((one) => (one.check.checked = kept.has(one.position)));
      at = 0;
      put(element, rows.length === 0 ? el("li", { class: "empty" }, "No errors match.") : rows.map((one) => one.item));
      stop(Math.max(0, rows.findIndex((one) => one.position === focused)));
      if (focused !== null) {
        rows[at]?.anchor.focus();
      }
      tell();
    },
    mark: (name) => rows.forEach((one) => (one.position === name || one.id === name ? one.anchor.setAttribute("aria-current", "true") : one.anchor.removeAttribute("aria-current"))),
    focus: () => rows[at]?.anchor.focus(),
    move(step) {
      const place = rows[at]?.item.contains(document.activeElement) ? at + step : at;
      stop(Math.max(0, Math.min(rows.length - 1, place)));
      rows[at]?.anchor.focus();
    },
    toggle() {
      if (rows[at]) {
        choose(at, at, !rows[at].check.checked);
        last = at;
      }
    },
  };
}
