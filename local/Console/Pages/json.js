// JSON as it was written: pretty by its white space alone, so that no number loses digits on the way through a browser.
import { el } from "./dom.js";
import { escaped, shown } from "./text.js";

const TOKEN = /\s*(?:([{}[\],:])|("[^"\\\u0000-\u001f]*(?:\\.[^"\\\u0000-\u001f]*)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|$)/y;

/** The tokens of a JSON text; null where it is not even that. */
function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null || TOKEN.lastIndex === from) {
      return null;
    }
    const [, mark, string, number, word] = match;
    const value = mark ?? string ?? number ?? word;
    if (value === undefined) {
      break;
    }
    found.push({ value, at: TOKEN.lastIndex - value.length, kind: mark ? "mark" : string ? "text" : number ? "number" : "word" });
  }
  return found;
}

function* pretty(found) {
  let depth = 0;
  const line = () => ({ value: `\n${"  ".repeat(Math.min(depth, 40))}`, kind: "space" });
  for (const [place, token] of found.entries()) {
    const next = found[place + 1];
    if (token.kind === "mark" && "{[".includes(token.value)) {
      yield token;
      depth += 1;
      if (next !== undefined && !"}]".includes(next.value)) {
        yield line();
      }
    } else if (token.kind === "mark" && "}]".includes(token.value)) {
      depth = Math.max(0, depth - 1);
      if (place > 0 && !"{[".includes(found[place - 1].value)) {
        yield line();
      }
      yield token;
    } else if (token.value === ",") {
      yield token;
      yield line();
    } else if (token.value === ":") {
      yield { value: ": ", kind: "mark" };
    } else {
      yield token.kind === "text" && next?.value === ":" ? { ...token, kind: "name" } : token;
    }
  }
}

/** A JSON text with a member on each line; what is no JSON comes back as it is. */
export function format(text) {
  const found = tokens(text);
  return found === null ? text : [...pretty(found)].map((token) => token.value).join("");
}

/** The same with its texts in letters, but for what is odd, which is written as escapes: the event is the same, and an editor shows all of it. */
export function editable(text) {
  const found = tokens(text);
  return found === null ? text : [...pretty(found)].map((token) => (isText(token) ? escaped(letters(token.value)) : token.value)).join("");
}

const isText = ({ kind }) => kind === "text" || kind === "name";

// Escapes as the letters that they stand for, where they need not be escapes.
function letters(text) {
  try {
    return text.includes("\\") ? JSON.stringify(JSON.parse(text)) : text;
  } catch {
    return text;
  }
}

/** The members of an object that a JSON text is, each a name and its text as it is written. */
function members(text) {
  let [depth, from] = [0, -1];
  const [found, all] = [tokens(text) ?? [], []];
  for (const [place, token] of found.entries()) {
    if (from >= 0 && depth === 1 && (token.value === "," || token.value === "}")) {
      all.at(-1).text = text.slice(from, token.at).trimEnd();
      from = -1;
    } else if (from < 0 && depth === 1 && token.kind === "text" && found[place + 1]?.value === ":") {
      all.push({ name: token.value.slice(1, -1), text: "" });
      from = found[place + 2]?.at ?? -1;
    }
    depth += token.kind !== "mark" ? 0 : "{[".includes(token.value) ? 1 : "}]".includes(token.value) ? -1 : 0;
  }
  return found[0]?.value === "{" ? all : [];
}

/** The text of a member of an object that a JSON text is; null where there is none. */
export const member = (text, name) => members(text).find((one) => one.name === name)?.text ?? null;

/** What an event says of itself, on a line: without its envelope. */
export function digest(text) {
  const own = members(text).filter(({ name }) => name !== "$schema" && name !== "meta");
  return own.length === 0 ? text : own.map((one) => `${one.name}: ${tokens(one.text).map((token) => (isText(token) ? letters(token.value) : token.value)).join("")}`).join(", ");
}

/** A block that shows a text, in colours where it is JSON. */
export function codeBlock(text, label) {
  const found = text.length > 300_000 ? null : tokens(text);
  const nodes = found === null ? shown(text) : [...pretty(found)].map(node);
  return el("pre", { class: "code", tabindex: "0", role: "region", "aria-label": label }, nodes);
}

const node = (token) => (token.kind === "mark" || token.kind === "space" ? token.value : el("span", { class: `json-${token.kind}` }, shown(isText(token) ? letters(token.value) : token.value)));
