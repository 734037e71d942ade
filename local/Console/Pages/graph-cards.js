// What stands in the graph for a stream, a stage or a store.
import { el, say } from "./dom.js";
import { count, rate, seconds } from "./format.js";
import { link } from "./routes.js";
import { live } from "./live.js";
import { mark } from "./state.js";
import { name } from "./text.js";
import { sparkline } from "./chart.js";

/** A node's card: its element, and what brings it up to date. */
export function cardOf(node, before, behind) {
  const make = { stage: stageCard, stream: streamCard, errors: streamCard }[node.kind] ?? plainCard;
  return make(node, el("p", { class: "card-ways" }, ways("from", before), ways("to", behind)));
}

const ways = (word, nodes) => (nodes.length === 0 ? null : el("span", null, `${word} `, nodes.map((node, place) => [place > 0 ? ", " : "", name(node.name)])));

function stageCard(node, neighbours) {
  const [state, lag, old, flow, replicas, errors] = [mark("away"), el("span"), el("span"), el("span"), el("span"), el("a", { class: "card-errors", hidden: true })];
  const spark = sparkline((point) => point.lag, "Lag");
  const element = el("li", { class: "card card-stage", "data-name": node.name },
    el("a", { class: "card-name", href: link.stage(node.name) }, name(node.name)), el("p", { class: "card-head" }, state, errors),
    el("p", { class: "card-lag" }, el("strong", null, "lag ", lag), old), spark.element,
    el("p", { class: "card-flow muted" }, flow, replicas), neighbours);
  return {
    element,
    update(status) {
      const stage = status.stages?.find((one) => one.stage === node.name);
      mark(status.state === "ok" ? stage?.state ?? "away" : "away", state);
      say(lag, count(stage?.lag));
      say(old, stage?.lag > 0 ? `oldest ${seconds(stage.lagSeconds)}` : "");
      say(flow, `${rate(stage?.settledPerSecond)} settled`);
      say(replicas, stage ? `replicas ${count(stage.replicas)} ${wanted(stage)}` : "");
      showErrors(errors, node.name, stage?.errors);
      spark.show(live.history(node.name));
    },
  };
}

/** How many the lag asks for, and how many there may be. */
export const wanted = ({ desiredReplicas, maxReplicas }) => `→ ${count(desiredReplicas)}, max ${count(maxReplicas)}`;

function showErrors(anchor, stage, errors) {
  const events = errors?.events ?? 0;
  anchor.hidden = events === 0;
  anchor.href = link.errors({ stage });
  say(anchor, `${count(events)}${errors?.isAll === false ? "+" : ""} ${events === 1 ? "error" : "errors"}`);
}

function streamCard(node, neighbours) {
  const [events, flow] = [el("span"), el("span")];
  const element = el("li", { class: `card card-${node.kind}`, "data-name": node.name },
    el("a", { class: "card-name", href: link.stream(node.name) }, name(node.name)), el("p", { class: "card-flow muted" }, flow, events), neighbours);
  return {
    element,
    update(status) {
      const stream = status.streams?.find((one) => one.stream === node.name);
      say(flow, rate(stream?.perSecond));
      say(events, stream?.events === undefined || stream.events === null ? "" : `${count(stream.events)} events`);
    },
  };
}

function plainCard(node, neighbours) {
  return { element: el("li", { class: "card card-store", "data-name": node.name }, el("span", { class: "card-name" }, name(node.name)), el("p", { class: "card-flow muted" }, "store"), neighbours) };
}
