// Keys: some work everywhere, each view may have its own, and `?` shows those that work now.
import { el } from "./dom.js";

const everywhere = new Map();
let ofView = new Map();

const inText = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) {
    return;
  }
  const key = ofView.get(event.key) ?? everywhere.get(event.key);
  if (key !== undefined && (!inText(event.target) || event.key === "Escape") && key.action(event) !== false) {
    event.preventDefault();
  }
});

/** A key that works everywhere; an action that returns false leaves the key to the browser. */
export const always = (key, does, action) => everywhere.set(key, { does, action });

/** The keys of the view that is shown, in place of those of the one before: `[key, what it does, action]`. */
export const whileShown = (keys) => (ofView = new Map(keys.map(([key, does, action]) => [key, { does, action }])));

/** Shows the keys. */
export function showKeys() {
  const lines = [...ofView, ...everywhere, ["Esc", { does: "close what is open" }], ["Tab", { does: "go on to the next thing" }]];
  const seen = new Map(lines.map(([key, { does }]) => [key === "Escape" ? "Esc" : key, does]));
  const dialog = el("dialog", { "aria-labelledby": "keys-title", onclose: () => dialog.remove() },
    el("form", { method: "dialog" },
      el("h2", { id: "keys-title" }, "Keys"),
      el("dl", { class: "keys" }, [...seen].map(([key, does]) => [el("dt", null, el("kbd", null, key)), el("dd", null, does)])),
      el("div", { class: "actions" }, el("button", { class: "primary", autofocus: true }, "Close"))));
  document.body.append(dialog);
  dialog.showModal();
}
