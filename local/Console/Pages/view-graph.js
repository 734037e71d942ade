// The start: streams and stages in columns, with what they do at the moment.
import { el, put, svg } from "./dom.js";
import { get } from "./api.js";
import { arrange, curve } from "./layout.js";
import { cardOf } from "./graph-cards.js";
import { live } from "./live.js";
import { count, rate, seconds, shortRate } from "./format.js";
import { needsLook } from "./state.js";
import { link } from "./routes.js";

/** Opens the view. */
export function open() {
  const totals = el("dl", { class: "figures" });
  const picture = el("div", { class: "graph-scroll", tabindex: "0", role: "region", "aria-label": "Streams and stages" }, el("p", { class: "empty" }, "Loading…"));
  const element = el("div", { class: "stack" }, el("h1", { tabindex: "-1", class: "unseen" }, "Streams and stages"), totals, el("section", { class: "panel graph-panel" }, picture));
  const ends = [];
  get("graph").then((graph) => ends.push(...draw(picture, withoutErrors(graph))), (problem) => put(picture, el("p", { class: "empty" }, problem.message)));
  ends.push(live.follow((status) => sum(totals, status)));
  return { element, title: "Graph", close: () => ends.forEach((end) => end()) };
}

// Streams of errors are told of at their stages, but for those that a stage reads.
function withoutErrors({ nodes, edges }) {
  const left = nodes.filter((node) => node.kind !== "errors" || edges.some((edge) => edge.from === node.id));
  return { nodes: left, edges };
}

function sum(list, { state, stages = [] }) {
  // What nobody knows yet is not none.
  const total = (value) => {
    const known = stages.map(value).filter((number) => number !== null && number !== undefined);
    return known.length === 0 ? null : known.reduce((so, number) => so + number, 0);
  };
  const look = stages.filter((stage) => needsLook(stage.state));
  const errors = total((stage) => stage.errors?.events);
  const all = stages.every((stage) => stage.errors?.isAll ?? true);
  const figure = (what, value, tone) => el("div", null, el("dt", null, what), el("dd", { "data-tone": tone }, value));
  put(list,
    figure("Stages", [count(stages.length), el("small", null, state !== "ok" ? " of before" : look.length > 0 ? ` ${look.length} to look at` : " all well")]),
    figure("Came in", rate(total((stage) => stage.inPerSecond))),
    figure("Settled", rate(total((stage) => stage.settledPerSecond))),
    figure("Lag", [count(total((stage) => stage.lag)), el("small", null, " events")]),
    figure("Oldest waiting", seconds(Math.max(0, ...stages.map((stage) => stage.lagSeconds ?? 0)))),
    figure("Unresolved errors", el("a", { href: link.errors() }, `${count(errors)}${all ? "" : "+"}`), errors > 0 ? "bad" : null));
}

function draw(picture, graph) {
  const { columns, routes } = arrange(graph);
  const neighbours = (id, from, to) => routes.filter((route) => route[from] === id).map((route) => graph.nodes.find((node) => node.id === route[to]));
  const cards = new Map();
  const grid = el("div", { class: "graph", "data-dense": columns.length > 6 }, columns.map((column) => el("ul", { class: "graph-column" }, column.map(({ id, node }) => {
    const card = node === null ? { element: el("li", { class: "lane", role: "presentation" }) } : cardOf(node, neighbours(id, "to", "from"), neighbours(id, "from", "to"));
    cards.set(id, card);
    return card.element;
  }))));
  const edges = routes.map((route) => ({ ...route, line: svg("path", { class: "edge" }) }));
  const labels = new Map();
  const lines = svg("svg", { class: "graph-lines", "aria-hidden": "true" });
  for (const edge of edges) {
    const kind = graph.nodes.find((node) => node.id === edge.to).kind;
    edge.line.classList.add(`edge-${kind}`);
    lines.append(edge.line);
    labels.set(edge.to, labels.get(edge.to) ?? svg("text", { class: "edge-rate", "text-anchor": "end" }));
  }
  lines.append(...labels.values());
  grid.prepend(lines);
  put(picture, grid);

  const place = () => {
    const frame = grid.getBoundingClientRect();
    const box = (id) => {
      const own = cards.get(id).element.getBoundingClientRect();
      return { left: own.left - frame.left, right: own.right - frame.left, middle: own.top - frame.top + own.height / 2 };
    };
    edges.forEach((edge) => edge.line.setAttribute("d", curve(edge.path.map(box))));
    labels.forEach((label, id) => {
      const { left, middle } = box(id);
      label.setAttribute("x", left - 6);
      label.setAttribute("y", middle - 5);
    });
  };
  const watch = new ResizeObserver(place);
  watch.observe(grid);
  cards.forEach((card) => watch.observe(card.element));

  const follow = live.follow((status) => {
    const rateInto = (id) => {
      const node = graph.nodes.find((one) => one.id === id);
      const stage = status.stages?.find((one) => one.stage === node.name);
      return node.kind === "stage" ? stage?.inPerSecond : status.streams?.find((one) => one.stream === node.name)?.perSecond;
    };
    cards.forEach((card) => card.update?.(status));
    labels.forEach((label, id) => (label.textContent = rateInto(id) > 0 ? shortRate(rateInto(id)) : ""));
    edges.forEach((edge) => edge.line.classList.toggle("flows", rateInto(edge.to) > 0));
  });
  return [follow, () => watch.disconnect()];
}
