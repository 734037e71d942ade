// Tabs: one stop for Tab, arrows between them.
import { el, put, unique } from "./dom.js";

/** Tabs of `{id, title, open() → {element, close}}`; a tab is opened when it is shown, and closed when another is. */
export function tabs(label, list, first, whenChosen) {
  const body = el("div", { role: "tabpanel", id: unique("panel"), class: "stack" });
  let shown = null;
  const buttons = list.map((tab) => el("button", { type: "button", role: "tab", id: unique("tab"), "aria-controls": body.id, onclick: () => choose(tab), onkeydown: move }, tab.title));
  const row = el("div", { role: "tablist", "aria-label": label }, buttons);
  // Told once it is laid out, too.
  const resized = new ResizeObserver(() => reveal(buttons.find((button) => button.tabIndex === 0)));
  resized.observe(row);
  function choose(tab) {
    shown?.close?.();
    list.forEach((one, place) => {
      buttons[place].setAttribute("aria-selected", String(one === tab));
      buttons[place].tabIndex = one === tab ? 0 : -1;
    });
    const button = buttons[list.indexOf(tab)];
    reveal(button);
    body.setAttribute("aria-labelledby", button.id);
    shown = tab.open();
    put(body, shown.element);
    whenChosen(tab.id);
  }
  // Within its own row only: the page stays where it is.
  function reveal(button) {
    row.scrollLeft = button.offsetLeft - row.offsetLeft - 48;
  }
  function move(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -buttons.length, End: buttons.length };
    if (event.key in steps) {
      const next = Math.max(0, Math.min(buttons.length - 1, buttons.indexOf(event.currentTarget) + steps[event.key]));
      choose(list[next]);
      buttons[next].focus();
      event.preventDefault();
    }
  }
  choose(list.find((tab) => tab.id === first) ?? list[0]);
  return {
    element: el("div", { class: "stack" }, row, body),
    choose: (id) => choose(list.find((tab) => tab.id === id) ?? list[0]),
    close: () => {
      resized.disconnect();
      shown?.close?.();
    },
  };
}
