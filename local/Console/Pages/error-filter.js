// The fields that errors are searched by.
import { debounce, el, put, unique } from "./dom.js";
import { get } from "./api.js";
import { plain } from "./text.js";

const TIMES = [["", "at any time"], ["-15m", "last 15 minutes"], ["-1h", "last hour"], ["-1d", "last day"], ["between", "between…"]];
const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const STATES = [["unresolved", "unresolved"], ["open", "not replayed yet"], ["requested", "replay requested"], ["failed", "failed again"], ["resolved", "resolved"], ["all", "all"]];

/** A time of the form as the server takes it: `-1h` is an hour ago, and a time without a zone is of UTC, as its label says. */
export function instant(text, now = Date.now()) {
  const [, ago, unit] = /^-(\d{1,4})([mhd])$/.exec(text) ?? [];
  const [, day, minutes, second] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?$/.exec(text.trim()) ?? [];
  return ago ? new Date(now - ago * UNITS[unit]).toISOString() : day ? `${day}T${minutes ?? "00:00"}${second ?? ":00"}Z` : text.trim();
}

/** The form; `whenChanged(filter)` is told of every change. */
export function errorFilter(first, whenChanged) {
  const known = el("datalist", { id: unique("types") });
  const choice = (options) => el("select", { onchange: changed }, options.map(([value, title]) => el("option", { value }, title)));
  const later = debounce(350, changed);
  const field = (attributes) => el("input", { autocomplete: "off", spellcheck: "false", oninput: later, ...attributes });
  const fields = {
    text: field({ type: "search", placeholder: "in the message, the stack or the event" }),
    stage: choice([["", "every stage"]]),
    type: field({ type: "search", list: known.id, placeholder: "every type" }),
    stream: choice([["", "every stream"]]),
    state: choice(STATES),
    from: field({ type: "text", placeholder: "2026-01-31 12:00" }),
    to: field({ type: "text", placeholder: "2026-01-31 13:00" }),
  };
  const titles = { text: "Text", stage: "Stage", type: "Type", stream: "Stream", state: "State", from: "From, UTC", to: "To, UTC" };
  const time = el("select", { onchange: pickTime }, TIMES.map(([value, title]) => el("option", { value }, title)));
  let filter = { ...first };

  function changed() {
    const next = Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, one.value]));
    if (Object.keys(next).some((name) => next[name] !== filter[name])) {
      filter = next;
      whenChanged({ ...next });
    }
  }

  // A value that is no choice yet becomes one: names come later than the address.
  function assign(values) {
    for (const [name, value] of Object.entries(values)) {
      const one = fields[name];
      if (one.tagName === "SELECT" && ![...one.options].some((option) => option.value === value)) {
        one.append(el("option", { value }, plain(value)));
      }
      one.value = value;
    }
    const isUsual = TIMES.some(([value]) => value === fields.from.value) && fields.to.value === "";
    time.value = isUsual ? fields.from.value : "between";
    showBetween(!isUsual);
  }

  function pickTime() {
    const isBetween = time.value === "between";
    showBetween(isBetween);
    fields.from.value = isBetween ? "" : time.value;
    fields.to.value = "";
    changed();
  }

  const labels = Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, el("label", { class: `field field-${name}` }, titles[name], one)]));
  const showBetween = (is) => ["from", "to"].forEach((name) => (labels[name].hidden = !is));

  const offer = (select, names) => select.append(...names.filter((name) => ![...select.options].some((option) => option.value === name)).map((name) => el("option", { value: name }, plain(name))));
  get("graph").then(({ nodes }) => {
    offer(fields.stage, nodes.filter((node) => node.kind === "stage").map((node) => node.name));
    offer(fields.stream, nodes.filter((node) => node.kind === "stream").map((node) => node.name));
  }, () => {});
  assign(first);

  return {
    element: el("form", { class: "panel error-filter", role: "search", "aria-label": "Errors", onsubmit: (event) => (event.preventDefault(), changed()) },
      ["text", "stage", "type", "stream", "state"].map((name) => labels[name]), el("label", { class: "field" }, "Time", time), labels.from, labels.to, known),
    suggest: (kinds) => put(known, [...new Set(kinds.map((kind) => kind.type))].map((value) => el("option", { value }))),
    set(values) {
      assign(values);
      changed();
    },
  };
}
