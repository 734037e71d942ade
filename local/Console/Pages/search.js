// One field to go anywhere: a stage, a stream, or an event by its id.
import { el, put, unique } from "./dom.js";
import { get } from "./api.js";
import { link } from "./routes.js";
import { plain } from "./text.js";

/** Makes the field; returns what puts the cursor into it. */
export function wireSearch(box) {
  const list = el("ul", { id: unique("found"), role: "listbox", "aria-label": "Found", hidden: true });
  const input = el("input", {
    type: "text", id: "go-to", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
    placeholder: "Stage, stream or event id", "aria-label": "Go to a stage, a stream or an event id", oninput: find, onkeydown: key, onblur: close, onfocus: find,
  });
  put(box, input, el("kbd", { class: "hint", "aria-hidden": "true" }, "/"), list);
  let [places, chosen, known] = [[], -1, null];

  async function find() {
    known ??= get("graph").then((graph) => graph.nodes, () => ((known = null), []));
    const text = input.value.trim();
    const nodes = text === "" ? [] : (await known).filter((node) => node.kind !== "store" && node.name.toLowerCase().includes(text.toLowerCase()));
    if (text !== input.value.trim()) {
      return;
    }
    places = nodes.slice(0, 12).map((node) => ({ text: node.name, kind: node.kind === "stage" ? "stage" : "stream", href: node.kind === "stage" ? link.stage(node.name) : link.stream(node.name) }));
    if (text !== "") {
      places.push({ text, kind: "trace the event", href: link.trace(text) });
    }
    choose(places.length > 0 ? 0 : -1);
  }

  function choose(place) {
    chosen = place;
    put(list, places.map((one, index) => el("li", { id: `${list.id}-${index}`, role: "option", "aria-selected": String(index === chosen), onpointerdown: (event) => (event.preventDefault(), go(index)) },
      el("span", null, plain(one.text)), el("span", { class: "muted" }, one.kind))));
    list.hidden = places.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.setAttribute("aria-activedescendant", chosen < 0 ? "" : `${list.id}-${chosen}`);
  }

  function go(place) {
    location.hash = places[place].href;
    input.value = "";
    input.blur();
  }

  function close() {
    places = [];
    choose(-1);
  }

  async function key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      choose((chosen + (event.key === "ArrowDown" ? 1 : places.length - 1)) % Math.max(1, places.length));
    } else if (event.key === "Enter") {
      await find();
      if (places.length > 0) {
        go(Math.max(0, chosen));
      }
    } else if (event.key === "Escape") {
      input.value = "";
      input.blur();
    } else {
      return;
    }
    event.preventDefault();
  }

  return () => input.focus();
}
