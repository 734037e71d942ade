// What differs between two texts, line by line.
import { el } from "./dom.js";
import { counted } from "./format.js";
import { shown } from "./text.js";

const MOST = 2000;

/** Lines `{kind: "same" | "gone" | "new", text}`; null where the texts are too long to compare. */
export function diff(before, after) {
  const [old, now] = [before.split("\n"), after.split("\n")];
  if (old.length > MOST || now.length > MOST) {
    return null;
  }

  // How long a common part is from here on.
  const width = now.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = old[i] === now[j] ? common[(i + 1) * width + j + 1] + 1 : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }

  const lines = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: "same", text: old[i] });
      [i, j] = [i + 1, j + 1];
    } else if (j >= now.length || (i < old.length && common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      lines.push({ kind: "gone", text: old[i++] });
    } else {
      lines.push({ kind: "new", text: now[j++] });
    }
  }
  return lines;
}

/** What differs, with two lines around it. */
export function diffBlock(before, after) {
  const lines = diff(before, after);
  if (lines === null) {
    return el("p", { class: "muted" }, `More than ${MOST} lines: not compared.`);
  }
  const near = lines.map((_, place) => lines.slice(Math.max(0, place - 2), place + 3).some((line) => line.kind !== "same"));
  if (!near.includes(true)) {
    return el("p", { class: "muted" }, "Nothing is changed yet.");
  }
  const signs = { same: " ", gone: "−", new: "+" };
  const words = { gone: "removed: ", new: "added: " };
  const shownLines = lines.flatMap((line, place) => (near[place]
    ? [el("span", { class: `diff-${line.kind}` }, line.kind === "same" ? null : el("span", { class: "unseen" }, words[line.kind]), el("span", { "aria-hidden": "true" }, `${signs[line.kind]} `), shown(line.text), "\n")]
    : place > 0 && near[place - 1] ? [el("span", { class: "diff-gap" }, "⋯\n")] : []));
  const changed = (kind) => lines.filter((line) => line.kind === kind).length;
  return el("pre", { class: "code diff", tabindex: "0", role: "region", "aria-label": `Changes: ${counted(changed("new"), "line")} added, ${counted(changed("gone"), "line")} removed` }, shownLines);
}
