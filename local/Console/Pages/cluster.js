// What is told of the cluster wherever one is: whether it answers, the errors in the bar, and stages whose state changes.
import { announce, el, put, say } from "./dom.js";
import { live } from "./live.js";
import { count, timeOfDay } from "./format.js";
import { needsLook, word } from "./state.js";
import { shown } from "./text.js";

const [banner, state, errors] = ["banner", "link-state", "error-count"].map((id) => document.getElementById(id));
let [problem, states] = ["", new Map()];

/** Begins to watch. */
export function watchCluster() {
  live.addEventListener("connection", tell);
  live.follow(tell);
  tell();
}

function tell() {
  const status = live.status;
  const isAway = live.connection === "away" || (status !== null && status.state !== "ok");
  state.dataset.state = isAway ? "away" : status === null ? "waiting" : "live";
  say(state, isAway ? "no answer" : status === null ? "connecting" : `live · ${timeOfDay(status.at)}`);
  warn(live.connection === "away" ? `server ${live.reason}` : isAway ? `cluster ${status.reason ?? ""}` : "");
  if (status !== null) {
    const events = (status.stages ?? []).reduce((sum, stage) => sum + (stage.errors?.events ?? 0), 0);
    errors.hidden = events === 0;
    put(errors, count(events), el("span", { class: "unseen" }, " unresolved"));
    changes(status.stages ?? []);
  }
}

function warn(now) {
  if (now === problem) {
    return;
  }
  problem = now;
  banner.className = now === "" ? "" : "banner";
  put(banner, now === "" ? [] : now.startsWith("server")
    ? [el("strong", null, "The console's server does not answer."), el("p", null, "What is shown is from before. If it was stopped, start it again: this page goes on by itself. ", shown(now.slice(7)))]
    : [el("strong", null, "The cluster does not answer."), el("p", null, live.status.seenAt ? `What is shown is of ${timeOfDay(live.status.seenAt)} UTC. ` : "Nothing was seen yet. ", "Look whether the brokers run and can be reached from here: ", el("code", null, "millrace doctor"), " says what is wrong. ", shown(now.slice(8)))]);
}

function changes(stages) {
  const before = states;
  states = new Map(stages.map((stage) => [stage.stage, stage.state]));
  const changed = stages.filter((stage) => before.has(stage.stage) && before.get(stage.stage) !== stage.state && (needsLook(stage.state) || needsLook(before.get(stage.stage))));
  if (changed.length > 0) {
    announce(changed.map((stage) => `${stage.stage} is ${word(stage.state)}`).join(", "));
  }
}
