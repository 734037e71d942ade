// Light, dark, or what the machine says.
import { put, svg, announce } from "./dom.js";

const KEY = "millrace-theme";
const CHOICES = ["auto", "light", "dark"];
const SHAPES = {
  auto: ["M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13zM8 3v10a5 5 0 0 1 0-10z"],
  light: ["M8 4.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7z", "M7.3 0h1.4v2.6H7.3zM7.3 13.4h1.4V16H7.3zM0 7.3h2.6v1.4H0zM13.4 7.3H16v1.4h-2.6zM2 3l1-1 1.8 1.8-1 1zM11.2 12.2l1-1L14 13l-1 1zM2 13l1.8-1.8 1 1L3 14zM11.2 3.8L13 2l1 1-1.8 1.8z"],
  dark: ["M13.5 10.2A6 6 0 0 1 5.8 2.5a6 6 0 1 0 7.7 7.7z"],
};

const stored = () => CHOICES.find((choice) => choice === localStorage.getItem(KEY)) ?? "auto";

/** Makes the button that goes through the choices. */
export function wireTheme(button) {
  const show = (choice) => {
    document.documentElement.toggleAttribute("data-theme", choice !== "auto");
    if (choice !== "auto") {
      document.documentElement.dataset.theme = choice;
    }
    button.setAttribute("aria-label", `Colours: ${choice}`);
    button.title = `Colours: ${choice}`;
    put(button, svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, SHAPES[choice].map((d) => svg("path", { d, fill: "currentColor", "fill-rule": "evenodd" }))));
  };
  button.addEventListener("click", () => {
    const choice = CHOICES[(CHOICES.indexOf(stored()) + 1) % CHOICES.length];
    localStorage.setItem(KEY, choice);
    show(choice);
    announce(`Colours: ${choice}`);
  });
  show(stored());
}
