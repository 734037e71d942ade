// A field for an event, checked while one types.
import { debounce, el, put } from "./dom.js";
import { count, counted } from "./format.js";
import { shown } from "./text.js";

const WAIT = 400;

/** The field; `check(text)` answers `{valid, problems}`, and `whenChecked(valid, text)` is told of the newest answer. */
export function checkedText(label, text, check, whenChecked) {
  const result = el("div", { class: "note-box", role: "status" });
  const area = el("textarea", { rows: "18", spellcheck: "false", autocapitalize: "off", autocomplete: "off", "aria-label": label, oninput: begin });
  area.value = text;
  let turn = 0;

  const ask = debounce(WAIT, async () => {
    const [own, sent] = [(turn += 1), area.value];
    let answer;
    try {
      answer = await check(sent);
    } catch (problem) {
      answer = { valid: false, problems: [{ message: problem.message }] };
    }
    if (own === turn) {
      show(answer);
      whenChecked(answer.valid, sent);
    }
  });

  function begin() {
    turn += 1;
    whenChecked(false, area.value);
    result.removeAttribute("data-tone");
    put(result, "Checking…");
    ask();
  }

  function show({ valid, problems = [] }) {
    result.dataset.tone = valid ? "good" : "bad";
    area.setAttribute("aria-invalid", String(!valid));
    put(result, valid ? `✓ Valid · ${count(new TextEncoder().encode(area.value).length)} bytes` : [el("p", null, el("strong", null, `✕ ${counted(problems.length, "problem")}`)),
      el("ul", { class: "problems" }, problems.map((problem) => el("li", null, problem.path ? [el("code", null, shown(problem.path)), " "] : null, shown(problem.message))))]);
  }

  begin();
  return { element: el("div", { class: "checked" }, el("div", { class: "checked-parts" }, area, result)), text: () => area.value, set: (value) => ((area.value = value), begin()) };
}
