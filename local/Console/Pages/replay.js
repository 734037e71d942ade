// A replay: first what would be done, then doing it, then what became of it.
import { announce, el, put } from "./dom.js";
import { get, post, route } from "./api.js";
import { count, counted } from "./format.js";
import { link } from "./routes.js";
import { mark } from "./state.js";
import { shown } from "./text.js";

const SHOWN = 50;
const EVERY = 1500;
const FOLLOWED = 10;

/** Asks what a replay would do, and does it once that is confirmed. The request is one that the server takes. */
export function openReplay(request, whenDone) {
  const body = el("div", { class: "stack", role: "status" }, el("p", { class: "muted" }, "Looking what would be done…"));
  const again = el("input", { type: "checkbox", onchange: plan });
  const confirm = el("button", { type: "button", class: "primary", disabled: true, onclick: run }, "Replay");
  const cancel = el("button", { type: "button", onclick: () => dialog.close() }, "Cancel");
  const againLine = el("label", { class: "check", hidden: true }, again, "Also those that were replayed before");
  let [isOpen, timer, most] = [true, 0, 0];
  const dialog = el("dialog", { "aria-labelledby": "replay-title", onclose: end },
    el("div", null, el("h2", { id: "replay-title", tabindex: "-1" }, request.event === undefined ? "Replay" : "Replay an edited copy"), body, againLine, el("div", { class: "actions" }, cancel, confirm)));

  function end() {
    isOpen = false;
    clearTimeout(timer);
    dialog.remove();
  }

  async function ask(dryRun) {
    confirm.disabled = again.disabled = true;
    try {
      return await post("replays", { ...request, dryRun, again: again.checked });
    } catch (problem) {
      put(body, el("p", { class: "note-box", "data-tone": "bad" }, shown(problem.message)));
      return null;
    } finally {
      again.disabled = false;
    }
  }

  async function plan() {
    const planned = await ask(true);
    if (planned !== null && isOpen) {
      most = planned.plannedCount;
      put(body, el("p", null, most === 0 ? "There is nothing to replay." : most === 1 ? "1 event would go through its stage again:" : `${counted(most, "event")} would go through their stage again, in this order:`), parts(planned));
      confirm.disabled = most === 0;
      confirm.textContent = most === 0 ? "Replay" : `Replay ${counted(most, "event")}`;
      againLine.hidden = !again.checked && planned.alreadyDoneCount === 0;
    }
  }

  async function run() {
    cancel.textContent = "Close";
    timer = setTimeout(watch, EVERY);
    const done = await ask(false);
    clearTimeout(timer);
    if (done === null || !isOpen) {
      return;
    }
    confirm.hidden = againLine.hidden = true;
    const progress = el("ul", { class: "replay-list" });
    put(body, el("p", null, `✓ ${counted(done.plannedCount, "event")} requested. The stage takes ${done.plannedCount === 1 ? "it" : "them"} like any other event.`), progress, parts({ ...done, planned: [], plannedCount: 0 }));
    announce("Requested");
    whenDone();
    follow(done.planned, done.plannedCount, progress, 0);
  }

  // Of many, the request itself takes its time.
  async function watch() {
    const { running, requested } = await get("replays").catch(() => ({ running: false }));
    if (isOpen && confirm.disabled && !confirm.hidden) {
      if (running) {
        const said = `${count(requested)} of ${counted(most, "event")} requested…`;
        put(body, el("label", { class: "replay-progress" }, said, el("progress", { max: most, value: requested })));
      }
      timer = setTimeout(watch, EVERY);
    }
  }

  // Until each is resolved or failed again, or for some minutes.
  async function follow(planned, all, list, turn) {
    const looked = [];
    for (const { position } of planned.slice(0, FOLLOWED)) {
      try {
        looked.push(await get(route(["errors", position])));
      } catch {
        looked.push({ position, state: "away" });
      }
    }
    if (!isOpen) {
      return;
    }
    put(list, looked.map(({ position, state, source, mark: last }) => el("li", null, mark(state), el("span", { class: "mono" }, shown(source ?? position)), last?.outcome ? el("span", { class: "muted" }, last.outcome) : null, last?.newId ? el("a", { href: link.errors({ open: last.newId }), onclick: () => dialog.close() }, "the new error") : null)), rest(looked, all));
    if (looked.some(({ state }) => ["requested", "open", "away"].includes(state)) && turn < 120) {
      timer = setTimeout(follow, EVERY, planned, all, list, turn + 1);
    } else {
      announce("The replay is done");
      whenDone();
    }
  }

  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("h2").focus();
  plan();
}

const rest = (rows, all) => (all > rows.length ? el("li", { class: "muted" }, `and ${count(all - rows.length)} more`) : null);

function parts({ planned, plannedCount, refused, refusedCount, alreadyDone, alreadyDoneCount, unknown, complete }) {
  const list = (rows, all, of) => el("ol", { class: "replay-list" }, rows.slice(0, SHOWN).map((row) => el("li", null, of(row))), rest(rows.slice(0, SHOWN), all));
  const place = (text) => el("span", { class: "mono" }, shown(text));
  const box = (tone, title, content) => el("div", { class: "note-box", "data-tone": tone }, el("h3", null, title), content);
  return [
    plannedCount > 0 ? list(planned, plannedCount, (row) => [place(row.source), el("span", { class: "muted" }, `${row.stage}${row.isEdited ? ", edited" : ""}`)]) : null,
    refusedCount > 0 ? box("bad", `✕ ${count(refusedCount)} cannot be replayed`, list(refused, refusedCount, (row) => [place(row.position), el("span", null, shown(row.reason))])) : null,
    alreadyDoneCount > 0 ? box(null, `${count(alreadyDoneCount)} replayed before`, list(alreadyDone, alreadyDoneCount, (row) => [place(row.position), mark(row.state)])) : null,
    unknown.length > 0 ? box("bad", `${count(unknown.length)} not found`, list(unknown, unknown.length, place)) : null,
    complete === false ? el("p", { class: "muted" }, "Not all of the error streams was read, only the newest.") : null,
  ];
}
