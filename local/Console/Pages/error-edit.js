// A corrected copy of an event that failed: checked while one types, compared with what came, replayed.
import { el, put } from "./dom.js";
import { post } from "./api.js";
import { checkedText } from "./checked-text.js";
import { diffBlock } from "./diff.js";
import { editable } from "./json.js";
import { openReplay } from "./replay.js";

/** Opens the editor of an error. */
export function errorEdit({ position, rawEvent, cut }, { allowChanges }, whenReplayed) {
  if (cut) {
    return { element: el("p", { class: "empty" }, "The event is too large to be edited here: `millrace errors replay --edit FILE` takes a copy of any size.") };
  }

  const before = editable(rawEvent ?? "");
  const changes = el("div");
  const send = el("button", { type: "button", class: "primary", disabled: true, onclick: () => openReplay({ ids: [position], event: field.text() }, whenReplayed) }, "Replay this copy…");
  const field = checkedText("A corrected copy of the event", before, (event) => post("errors/validate", { id: position, event }), (valid, text) => {
    send.disabled = !valid || !allowChanges;
    put(changes, diffBlock(before, editable(text)));
  });
  return {
    element: el("div", { class: "stack" }, field.element, el("h3", null, "Changes"), changes,
      allowChanges ? el("div", { class: "actions" }, send) : el("p", { class: "note-box", "data-tone": "warn" }, "This console is read-only: copies are checked, not replayed. Start it with ", el("code", null, "--allow-changes"), " to replay.")),
  };
}
