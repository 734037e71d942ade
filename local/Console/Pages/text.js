// Text of events and names, shown so that it can neither steer the line it stands in nor hide in it.
import { el } from "./dom.js";

// Controls but tab and line feed; line and paragraph separators; marks that turn the direction of writing; invisible ones.
const ODD = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

const code = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

/** The nodes that show a text: odd characters by their code. */
export function shown(text) {
  const [nodes, value] = [[], String(text ?? "")];
  let from = 0;
  for (const match of value.matchAll(ODD)) {
    nodes.push(value.slice(from, match.index), el("span", { class: "odd" }, code(match[0])));
    from = match.index + 1;
  }
  nodes.push(value.slice(from));
  return nodes.filter((node) => node !== "");
}

/** The text where elements cannot be: titles, options. */
export const plain = (text) => String(text ?? "").replace(ODD, (character) => `[${code(character)}]`);

/** A text of a JSON document with odd characters as escapes, which mean the same. */
export const escaped = (text) => text.replace(ODD, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A name that may be broken behind its dots and dashes. */
export const name = (text) => el("bdi", null, plain(text).split(/(?<=[._\-/])/).flatMap((part, place) => (place === 0 ? [part] : [el("wbr"), part])));

/** The beginning of a text. */
export const excerpt = (text, most) => (text.length <= most ? text : `${text.slice(0, most)}…`);
