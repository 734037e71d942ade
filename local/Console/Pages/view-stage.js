// One stage: what it does, where it stands in each partition, how it is set, and how it would scale.
import { el, put } from "./dom.js";
import { get, route } from "./api.js";
import { chart } from "./chart.js";
import { wanted } from "./graph-cards.js";
import { live } from "./live.js";
import { count, counted, milliseconds, rate, seconds } from "./format.js";
import { link } from "./routes.js";
import { mark } from "./state.js";
import { facts, panel, table } from "./table.js";
import { name as breakable, shown } from "./text.js";

const EVERY = 4000;
const REPLAYS = ".replay";

/** Opens the view. */
export function open({ name }) {
  const [state, figures, settings, moving, charts] = [mark("away"), el("dl", { class: "figures" }), el("div", { class: "stack" }), el("div", { class: "stack" }), el("div", { class: "columns" })];
  const [ways, note] = [el("p"), el("p", { class: "muted small" })];
  const element = el("div", { class: "stack" }, el("div", { class: "head" }, el("h1", { tabindex: "-1" }, breakable(name)), state, ways), figures, note, charts, moving, settings);
  const lag = chart("Lag", [{ name: "lag", value: (point) => point.lag }], (value) => count(value));
  const rates = chart("Events a second", [{ name: "came in", value: (point) => point.in }, { name: "settled", value: (point) => point.settled }], rate);
  put(charts, [lag, rates].map((one) => el("section", { class: "panel" }, el("div", { class: "panel-body" }, one.element))));

  let [detail, timer, closed] = [null, 0, false];
  const draw = () => {
    const now = { ...detail?.status, ...live.stage(name) };
    mark(live.status?.state === "unreachable" ? "away" : now.state, state);
    show(figures, now, detail);
  };
  const load = async (isFirst) => {
    try {
      detail = document.hidden && !isFirst ? detail : await get(route(["stages", name]));
      draw();
      put(moving, partitionsOf(detail), el("div", { class: "columns" }, demandOf(detail), lookupsOf(detail)));
      if (isFirst) {
        put(ways, waysOf(detail));
        put(note, shown(detail.latenciesNote ? `Latency: ${detail.latenciesNote}` : ""));
        put(settings, settingsOf(detail));
      }
    } catch (problem) {
      if (isFirst && !closed) {
        put(settings, el("p", { class: "note-box", "data-tone": "bad" }, problem.message));
      }
    }
    if (!closed) {
      timer = setTimeout(load, EVERY, detail === null);
    }
  };
  const end = live.follow(() => {
    draw();
    const points = live.history(name);
    lag.show(points);
    rates.show(points);
  });
  load(true);
  return {
    element,
    title: name,
    close() {
      closed = true;
      clearTimeout(timer);
      end();
    },
  };
}

function show(list, now, detail) {
  const figure = (what, value, small, tone) => el("div", null, el("dt", null, what), el("dd", { "data-tone": tone }, value, small ? el("small", null, ` ${small}`) : null));
  const { latencies } = detail ?? {};
  const events = now.errors?.events;
  put(list,
    figure("Lag", count(now.lag), "events"),
    figure("Oldest waiting", seconds(now.lagSeconds)),
    figure("Came in", rate(now.inPerSecond)),
    figure("Settled", rate(now.settledPerSecond)),
    figure("Latency, p50", milliseconds(latencies?.p50Ms), latencies ? `p99 ${milliseconds(latencies.p99Ms)}` : ""),
    figure("Replicas", count(now.replicas), now.replicas === undefined ? "" : wanted(now)),
    figure("Unresolved errors", el("a", { href: link.errors({ stage: now.stage }) }, `${count(events)}${now.errors?.isAll === false ? "+" : ""}`), "", events > 0 ? "bad" : null));
}

function waysOf({ inputs = [], outputs = [], errorStream, connector }) {
  const streams = (names) => names.map((one, place) => [place > 0 ? ", " : "", el("a", { href: link.stream(one) }, breakable(one))]);
  return ["reads ", streams(inputs), outputs.length > 0 ? [" · writes ", streams(outputs.map((output) => output.stream))] : null, connector ? [" · writes into ", connector] : null, errorStream ? [" · what fails: ", streams([errorStream])] : null];
}

function partitionsOf({ status }) {
  // Those of replays are behind the others, and mostly empty.
  const rows = (status?.partitions ?? []).toSorted((one, other) => Number(one.topic.endsWith(REPLAYS)) - Number(other.topic.endsWith(REPLAYS)));
  const remark = (row) => [row.blocked ? "nothing was settled between two looks" : "", row.heldAt !== null && row.heldAt !== undefined ? `held at ${count(row.heldAt)} by an open transaction` : ""].filter(Boolean).join("; ");
  const number = (title, of) => ({ title, of, isNumber: true });
  return panel("Partitions", `${rows.length} in all`, rows.length === 0 ? el("p", { class: "empty" }, "None of its topics exists.") : table("Where the stage stands in each partition", [
    { title: "Partition", isName: true, of: (row) => [breakable(row.topic), ` / ${row.partition}`] },
    number("Checkpoint", (row) => count(row.checkpoint)),
    number("Committed", (row) => count(row.committed)),
    number("End", (row) => count(row.end)),
    number("Lag, events", (row) => count(row.lag)),
    number("Oldest", (row) => seconds(row.lagSeconds)),
    { title: "Remarks", class: "wide", of: (row) => (remark(row) === "" ? el("span", { class: "muted nothing" }, "–") : row.blocked ? [mark("blocked"), " ", remark(row)] : remark(row)) },
  ], rows));
}

// What the formula of the scaler makes of the lag: the most that a topic asks for, between the bounds.
function demandOf({ status }) {
  const { demand, replicas, desiredReplicas } = status ?? {};
  const number = (title, of) => ({ title, of, isNumber: true });
  return demand === undefined || demand === null ? null : panel("Replicas", `${count(replicas)} now, ${count(desiredReplicas)} asked for by the lag`,
    el("p", { class: "muted small" }, `A replica for each ${count(demand.lagThreshold)} events of lag, ${count(demand.minReplicas)} to ${count(demand.maxReplicas)} of them; the topic that asks for the most decides.`),
    table("What each topic asks for", [
      { title: "Topic", isName: true, of: (row) => breakable(row.topic) },
      number("Lag behind the commits", (row) => count(row.lag)),
      number("As the scaler counts it", (row) => count(row.metric)),
      number("Asks for", (row) => counted(Math.ceil(row.metric / demand.lagThreshold), "replica")),
      number("First replica from", (row) => count(row.activation + 1)),
      { title: "Active", of: (row) => (row.isActive ? "yes" : "no") },
    ], demand.topics));
}

function lookupsOf({ lookups }) {
  return !lookups || lookups.length === 0 ? null : panel("Lookups", "of all stages in these processes", table("Lookups", [
    { title: "Lookup", isName: true, of: (row) => breakable(row.name) },
    { title: "Circuit", of: (row) => mark(`circuit ${row.circuit}`) },
  ], lookups, true));
}

// What is set by place, `hosts:0`, `hosts:1`, is a list.
function inLists(rows) {
  const lists = new Map();
  for (const row of rows) {
    const [, of, place] = /^(.+):(\d+)$/.exec(row.name) ?? [null, row.name, null];
    const list = lists.get(of) ?? lists.set(of, []).get(of);
    list.push({ ...row, place: Number(place) });
  }
  return [...lists].map(([name, list]) => ({
    name,
    value: list.length === 1 ? list[0].value : list.toSorted((one, other) => one.place - other.place).map((row) => row.value).join(", "),
    from: [...new Set(list.map((row) => row.from))].join(", "),
  }));
}

function settingsOf({ options = [], settings = [], scale = [], datacenters }) {
  const list = (title, note, rows) => rows.length === 0 ? null : panel(title, note, table(title, [
    { title: "Name", isName: true, of: (row) => breakable(row.name) },
    { title: "Value", class: "value", of: (row) => (row.value === null ? el("span", { class: "muted" }, "not set") : shown(row.value)) },
    { title: "From", of: (row) => el("span", { class: "from", "data-from": row.from }, row.from) },
  ], rows, true));
  return [el("div", { class: "columns" }, list("Scale", "what decides the number of replicas", scale), list("Options", "of the platform", options), list("Settings", "of the stage", inLists(settings))),
    datacenters ? panel("Datacenters", null, facts([["Mode", datacenters.mode], ["Active in", datacenters.active], ["Shared by both", datacenters.compute]].map(([what, value]) => [what, value && shown(value)]), true)) : null];
}
