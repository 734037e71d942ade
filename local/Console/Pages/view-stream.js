// One stream: its events as they come, a form to send one, its schemas, its tables.
import { el, put } from "./dom.js";
import { get, route } from "./api.js";
import { whileShown } from "./keys.js";
import { live } from "./live.js";
import { count, rate } from "./format.js";
import { link, replaceQuery } from "./routes.js";
import { facts, panel, table } from "./table.js";
import { tabs } from "./tabs.js";
import { tail } from "./tail.js";
import { eventForm } from "./event-form.js";
import { schemas, tables } from "./schemas.js";
import { name as breakable, shown } from "./text.js";

/** Opens the view. */
export function open({ name, query }, session) {
  const [about, body, flow] = [el("div"), el("div", null, el("p", { class: "empty" }, "Loading…")), el("p")];
  const element = el("div", { class: "stack" }, el("div", { class: "head" }, el("h1", { tabindex: "-1" }, breakable(name)), flow), about, body);
  let [inner, closed] = [null, false];
  const end = live.follow((status) => {
    const stream = status.streams?.find((one) => one.stream === name);
    put(flow, stream ? [`${rate(stream.perSecond)}`, stream.events === undefined || stream.events === null ? "" : ` · ${count(stream.events)} events kept`] : "");
  });
  get(route(["streams", name])).then((stream) => {
    if (closed) {
      return;
    }
    put(about, aboutOf(stream));
    inner = tabs("Stream", [
      { id: "tail", title: "Live events", open: () => tail(name) },
      { id: "send", title: "Send an event", open: () => eventForm(stream, session) },
      { id: "schemas", title: "Schemas", open: () => schemas(stream) },
      { id: "tables", title: "Tables (DDL)", open: () => tables(stream) },
      { id: "partitions", title: "Partitions", open: () => ({ element: partitionsOf(stream) }) },
    ], query.get("tab"), (tab) => {
      replaceQuery("stream", name, { tab: tab === "tail" ? "" : tab });
      whileShown(tab === "tail" ? [["p", "pause or go on with live events", () => document.getElementById("pause")?.click()]] : []);
    });
    put(body, inner.element);
  }, (problem) => put(body, el("p", { class: "note-box", "data-tone": "bad" }, problem.message)));
  return {
    element,
    title: name,
    update: (next) => (inner?.choose(next.query.get("tab") ?? "tail"), true),
    close() {
      closed = true;
      end();
      inner?.close();
    },
  };
}

function aboutOf({ title, keyFields, writers = [], readers = [] }) {
  const stages = (names) => names.map((one, place) => [place > 0 ? ", " : "", el("a", { href: link.stage(one) }, breakable(one))]);
  return el("section", { class: "panel" }, el("div", { class: "panel-body" }, facts([
    ["Schema", title ? shown(title) : null],
    ["Key", keysOf(keyFields)],
    ["Written by", writers.length > 0 ? stages(writers) : "nobody here: it comes from outside"],
    ["Read by", readers.length > 0 ? stages(readers) : "nobody here"],
  ], true)));
}

function keysOf(fields) {
  return !fields || fields.length === 0 ? "none: events have no order among partitions" : el("span", { class: "mono" }, shown(fields.join(", ")));
}

function partitionsOf({ topics = [] }) {
  const rows = topics.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, ...partition })));
  return panel("Partitions", `${rows.length} in all`, rows.length === 0 ? el("p", { class: "empty" }, "The topic does not exist yet.") : table("Partitions of the stream", [
    { title: "Topic", isName: true, of: (row) => breakable(row.topic) },
    { title: "Partition", isNumber: true, of: (row) => count(row.partition) },
    { title: "Begin", isNumber: true, of: (row) => count(row.begin) },
    { title: "End", isNumber: true, of: (row) => count(row.end) },
    { title: "Offsets kept", isNumber: true, of: (row) => count(row.end - row.begin) },
  ], rows));
}
