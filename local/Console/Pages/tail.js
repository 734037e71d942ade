// A stream's events as they come: filtered, paused, opened.
import { announce, el, put } from "./dom.js";
import { listen, route } from "./api.js";
import { codeBlock, digest, member } from "./json.js";
import { count, counted, time, timeOfDay } from "./format.js";
import { link } from "./routes.js";
import { facts } from "./table.js";
import { excerpt, shown } from "./text.js";

const MOST = 200;
const LAST = 20;

/** Opens the tail of a stream. */
export function tail(stream) {
  const [list, status, note, problem] = [el("ol", { class: "tail", "aria-label": "Events, newest first" }), el("p", { class: "muted small", role: "status" }), el("p", { class: "note-box" }), el("p", { class: "note-box", "data-tone": "bad" })];
  const filter = el("input", { type: "text", spellcheck: "false", placeholder: "meta.domain:en.wikipedia.org", "aria-describedby": "filter-hint" });
  const pause = el("button", { type: "button", id: "pause", "aria-keyshortcuts": "p", onclick: toggle }, "Pause");
  let [close, paused, waiting, seen, skipped, draw] = [null, false, [], 0, 0, 0];

  function begin() {
    close?.();
    put(list);
    [waiting, seen, skipped] = [[], 0, 0];
    const filters = filter.value.split(/\s+(?=\S+:)/).map((one) => one.trim()).filter(Boolean);
    const wrong = filters.find((one) => !/^[^\s:]+:.+/s.test(one));
    put(problem, wrong === undefined ? [] : `The filter is '${wrong}'; allowed is PATH:VALUE, such as meta.domain:en.wikipedia.org, several with a space between them.`);
    filter.setAttribute("aria-invalid", String(wrong !== undefined));
    if (wrong === undefined) {
      close = listen(`${route(["streams", stream, "tail"], { filter: filters, last: String(LAST) })}`, ["record", "skipped", "note"], take, connected);
    }
    tell();
  }

  function take(kind, text) {
    if (kind === "skipped") {
      skipped += JSON.parse(text).count;
    } else if (kind === "note") {
      put(note, shown(JSON.parse(text).text));
    } else {
      seen += 1;
      waiting = [...waiting.slice(1 - MOST), text];
      draw ||= requestAnimationFrame(flush);
    }
    tell();
  }

  // All that came since the last frame at once.
  function flush() {
    draw = 0;
    if (!paused) {
      list.prepend(...waiting.splice(0).reverse().map(line));
      while (list.children.length > MOST) {
        list.lastElementChild.remove();
      }
    }
    tell();
  }

  function toggle() {
    paused = !paused;
    pause.textContent = paused ? "Go on" : "Pause";
    announce(paused ? "Paused" : "Live");
    flush();
  }

  let away = false;
  function connected(state, reason) {
    if (state === "open" && away) {
      // What it sends now begins with what was seen.
      put(list);
    }
    away = state === "away";
    put(problem, shown(reason ?? ""));
    tell();
  }

  function tell() {
    const parts = [away ? "No answer: trying again" : paused ? `Paused; ${count(waiting.length)} new` : "Live", `${counted(seen, "event")} seen`, skipped > 0 ? `${count(skipped)} left out, since they came too fast` : ""];
    put(status, parts.filter(Boolean).join(" · "));
  }

  begin();
  const form = el("form", { class: "row tail-form", onsubmit: (event) => (event.preventDefault(), begin()) },
    el("label", { class: "field grow" }, "Filter, PATH:VALUE", filter), el("button", null, "Filter"), pause);
  return {
    element: el("section", { class: "panel" }, el("div", { class: "panel-body stack" }, form, el("p", { id: "filter-hint", class: "unseen" }, "Several filters with a space between them."), problem, note, status, list)),
    close() {
      close?.();
      cancelAnimationFrame(draw);
    },
  };
}

function line(text) {
  const record = JSON.parse(text);
  const value = member(text, "event") ?? record.value ?? "";
  const body = el("div", { class: "tail-body" });
  const details = el("details", { ontoggle: () => details.open && body.childElementCount === 0 && body.append(...inside(record, value)) },
    el("summary", null,
      el("span", { class: "muted", title: time(record.timestamp) }, timeOfDay(record.timestamp)),
      el("span", { class: "muted tail-place" }, `${record.partition}/${record.offset}`),
      el("span", { class: "mono tail-text" }, value === "" ? el("em", null, "tombstone: no value") : shown(excerpt(digest(value).replace(/\s+/g, " "), 400)))),
    body);
  return el("li", null, details);
}

function inside(record, value) {
  const id = record.event?.meta?.id;
  return [
    facts([
      ["Position", el("span", { class: "mono" }, `${record.topic}/${record.partition}/${record.offset}`)],
      ["Time", time(record.timestamp)],
      ["Key", record.key === null || record.key === undefined ? "none" : el("span", { class: "mono" }, shown(typeof record.key === "string" ? record.key : JSON.stringify(record.key)))],
      ["Headers", (record.headers ?? []).length === 0 ? null : el("ul", null, record.headers.map((header) => el("li", { class: "mono" }, shown(`${header.name}: ${header.value ?? ""}`))))],
      ["Event", typeof id === "string" ? el("a", { href: link.trace(id) }, "where it came from and went") : null],
      ["Cut", record.cut ? `Only the beginning is shown, of ${count(record.cut)} bytes` : null],
    ]),
    value === "" ? null : codeBlock(value, "Event"),
  ].filter(Boolean);
}
