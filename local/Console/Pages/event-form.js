// A form that checks an event and sends it to a stream.
import { announce, el, put } from "./dom.js";
import { post, route } from "./api.js";
import { checkedText } from "./checked-text.js";
import { editable } from "./json.js";
import { link } from "./routes.js";
import { shown } from "./text.js";

/** Opens the form. */
export function eventForm({ name, sample }, { allowChanges }) {
  const answer = el("p", { class: "note-box", role: "status" });
  const send = el("button", { type: "submit", class: "primary", disabled: true }, "Send");
  const text = sample === null ? "{\n}" : JSON.stringify(sample);
  const field = checkedText(`An event for ${name}`, editable(text), (event) => post(route(["streams", name, "validate"]), event), (valid) => (send.disabled = !valid || !allowChanges));

  async function submit(event) {
    event.preventDefault();
    send.disabled = true;
    delete answer.dataset.tone;
    put(answer, "Sending…");
    try {
      const { sent } = await post(route(["streams", name, "events"]), field.text());
      answer.dataset.tone = "good";
      put(answer, "✓ Sent to ", el("code", null, shown(sent.topic)), sent.id ? [". ", el("a", { href: link.trace(sent.id) }, "See where it goes")] : null);
      announce("Sent");
    } catch (problem) {
      answer.dataset.tone = "bad";
      put(answer, shown(problem.message));
    }
    send.disabled = false;
  }

  return {
    element: el("form", { class: "panel", onsubmit: submit }, el("div", { class: "panel-body stack" },
      el("p", { class: "muted" }, "The event is checked as you type, as the intake would check it: by its schema, its stream and its key."),
      field.element, answer,
      allowChanges ? null : el("p", { class: "note-box", "data-tone": "warn" }, "This console is read-only: events are checked, not sent. Start it with ", el("code", null, "--allow-changes"), " to send."),
      el("div", { class: "actions" }, el("button", { type: "button", onclick: () => field.set(editable(field.text())) }, "Format"), send))),
  };
}
