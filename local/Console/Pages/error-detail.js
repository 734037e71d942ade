// One error: what failed where and why, the event itself, where it went, and what can be done.
import { copyButton, el, put } from "./dom.js";
import { get, route } from "./api.js";
import { codeBlock, format } from "./json.js";
import { ago, count, time } from "./format.js";
import { link } from "./routes.js";
import { mark } from "./state.js";
import { errorEdit } from "./error-edit.js";
import { openReplay } from "./replay.js";
import { facts } from "./table.js";
import { tabs } from "./tabs.js";
import { traceOf } from "./trace-tree.js";
import { name, shown } from "./text.js";

/** Opens an error by its id or place. */
export function errorDetail(id, session, close, whenReplayed) {
  const [title, body] = [el("h2", { tabindex: "-1" }, "Error"), el("div", { class: "panel-body stack" }, el("p", { class: "empty" }, "Reading…"))];
  const element = el("div", null, el("header", null, title, el("button", { type: "button", class: "quiet icon-button", "aria-label": "Close the error", "aria-keyshortcuts": "Escape", onclick: close }, "✕")), body);
  let [inner, closed] = [null, false];
  async function load() {
    try {
      const failed = await get(route(["errors", id]));
      if (!closed) {
        inner?.close();
        show(failed);
      }
    } catch (problem) {
      put(body, el("p", { class: "note-box", "data-tone": "bad" }, shown(problem.message)));
    }
  }

  function show(failed) {
    put(title, shown(failed.type || "(no type)"), " ", mark(failed.state));
    const again = () => (load(), whenReplayed());
    inner = tabs("The error", [
      { id: "event", title: "Event", open: () => ({ element: rawEvent(failed) }) },
      { id: "edit", title: "Edit a copy", open: () => errorEdit(failed, session, again) },
      { id: "trace", title: "Where it went", open: () => traceOf(failed.id ?? id) },
      { id: "stack", title: "Stack", open: () => ({ element: failed.stack ? codeBlock(failed.stack, "Stack") : el("p", { class: "empty" }, "Nothing was noted: the message says all.") }) },
    ], "event", () => {});
    put(body, el("p", { class: "error-full" }, shown(failed.message)), factsOf(failed),
      session.allowChanges ? el("div", { class: "row" }, el("button", { type: "button", class: "primary", onclick: () => openReplay({ ids: [failed.position] }, again) }, "Replay…")) : null, inner.element);
  }

  load();
  return {
    element,
    edit: () => inner?.choose("edit"),
    close() {
      closed = true;
      inner?.close();
    },
  };
}

function factsOf(failed) {
  const position = (text) => (text ? el("span", { class: "mono" }, shown(text)) : null);
  const { mark: last, replayOf } = failed;
  const error = (id) => el("a", { href: link.errors({ state: "all", open: id }) }, name(id));
  return facts([
    ["Stage", el("a", { href: link.stage(failed.stage) }, name(failed.stage))],
    ["Failed", `${time(failed.time)} · ${ago(failed.time)}`],
    ["Stream", failed.stream ? el("a", { href: link.stream(failed.stream) }, name(failed.stream)) : "not known"],
    ["Input", position(failed.source)],
    ["Schema", position(failed.schemaUri)],
    ["Error event", [position(failed.position), failed.id ? [" · ", el("span", { class: "mono" }, shown(failed.id))] : null]],
    ["Replayed", last ? [time(last.time), last.isEdited ? ", as an edited copy" : "", last.outcome ? `: ${last.outcome}` : "", last.newId ? [": failed again as ", error(last.newId)] : null] : null],
    ["Replay of", replayOf ? error(replayOf) : null],
  ]);
}

function rawEvent({ rawEvent: raw, cut }) {
  if (raw === null || raw === undefined) {
    return el("p", { class: "empty" }, "The input was a tombstone: it had no value.");
  }
  const place = el("div");
  const button = el("button", { type: "button", "aria-pressed": "false", onclick: () => show(button.getAttribute("aria-pressed") === "false") }, "As it came");
  function show(isRaw) {
    button.setAttribute("aria-pressed", String(isRaw));
    put(place, isRaw ? el("pre", { class: "code", tabindex: "0", role: "region", "aria-label": "The event as it came" }, shown(raw)) : codeBlock(raw, "The event"));
  }
  show(false);
  return el("div", { class: "stack tight" }, el("div", { class: "row" }, format(raw) === raw ? null : button, copyButton(() => raw), cut ? el("span", { class: "muted" }, `Only the beginning is shown, of ${count(cut)} bytes`) : null), place);
}
