// Elements are made here, and nowhere from text: what an event says can only ever be text.
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An HTML element: attributes that are functions listen (`onclick`), null and false are left out. */
export const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** An SVG element. */
export const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** Puts children in the place of those that an element has. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sets an element's text where it differs, so that what does not change is not drawn again. */
export function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

let ids = 0;

/** An id that no other element has. */
export const unique = (name) => `${name}-${(ids += 1)}`;

/** Calls back once it has not been asked to for some milliseconds. */
export function debounce(milliseconds, callback) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => callback(...values), milliseconds);
  };
}

/** Tells those who do not see the page. */
export const announce = (text) => say(document.getElementById("announcer"), text);

/** Copies text, and says on the button that it did. */
export function copyButton(text, label = "Copy") {
  const button = el("button", { type: "button", onclick: copy }, label);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = "Copied";
    } catch {
      button.textContent = "The browser does not allow it";
    }
    announce(button.textContent);
    setTimeout(() => (button.textContent = label), 2000);
  }
  return button;
}
