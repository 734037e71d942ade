// Begins: who may do what, the bar, and the view that the address names.
import { announce, el, put } from "./dom.js";
import { post, session, signedOut } from "./api.js";
import { always, showKeys, whileShown } from "./keys.js";
import { live } from "./live.js";
import { parse } from "./routes.js";
import { wireSearch } from "./search.js";
import { wireTheme } from "./theme.js";
import { watchCluster } from "./cluster.js";
import * as graph from "./view-graph.js";
import * as stage from "./view-stage.js";
import * as stream from "./view-stream.js";
import * as errors from "./view-errors.js";
import * as trace from "./view-trace.js";
import * as signIn from "./view-sign-in.js";

const views = new Map(Object.entries({ graph, stage, stream, errors, trace }));
const main = document.getElementById("main");
let [shown, context] = [null, null];

function show() {
  const route = parse(location.hash);
  if (shown?.route.view === route.view && shown.route.name === route.name && shown.view.update?.(route)) {
    shown.route = route;
    return;
  }
  shown?.view.close?.();
  whileShown([]);
  const view = views.get(route.view)?.open(route, context) ?? { element: el("p", { class: "empty" }, "There is no such page. ", el("a", { href: "#/" }, "Go to the graph")), title: "Not found" };
  const isFirst = shown === null;
  shown = { route, view };
  document.title = `${view.title} · Millrace`;
  put(main, view.element);
  document.querySelectorAll("#nav a").forEach((anchor) => (anchor.dataset.view === route.view ? anchor.setAttribute("aria-current", "page") : anchor.removeAttribute("aria-current")));
  if (!isFirst) {
    scrollTo(0, 0);
    main.querySelector("h1")?.focus({ preventScroll: true });
    announce(view.title);
  }
}

async function begin() {
  try {
    context = await session();
  } catch (problem) {
    document.body.classList.add("signed-out");
    put(main, problem.status === 401 ? signIn.open(begin).element : el("p", { class: "empty" }, problem.message));
    return;
  }
  document.body.classList.remove("signed-out");
  put(document.getElementById("foot"),
    el("span", null, `Millrace ${(context.version ?? "").split("+")[0]}`), el("span", null, `Kafka at ${context.kafka ?? "–"}`), context.datacenter ? el("span", null, context.datacenter) : null, context.hasToken ? el("button", { type: "button", class: "quiet small", onclick: () => post("sign-out", "").then(() => location.reload()) }, "Sign out") : null,
    el("span", null, context.allowChanges ? "Changes are allowed" : "Read-only: start with --allow-changes to send and replay"), el("span", null, "Times are UTC"));
  live.start();
  addEventListener("hashchange", show);
  show();
}

signedOut.addEventListener("signedout", () => shown && location.reload());
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
wireTheme(document.getElementById("theme"));
document.getElementById("help").addEventListener("click", showKeys);
always("/", "go to the search field", wireSearch(document.getElementById("search")));
always("?", "show the keys", showKeys);
always("Escape", "close what is open", () => false);
watchCluster();
begin();
