// One stream of status for all that is shown, with some minutes of history; closed while nobody looks at the page.
import { listen } from "./api.js";

const MOST = 240;

class Live extends EventTarget {
  /** The newest status; null before the first. */
  status = null;

  /** Whether the server answers: "waiting", "open" or "away". */
  connection = "waiting";

  /** Why it does not, where it says. */
  reason = "";

  #history = [];
  #close = null;

  start() {
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#stop() : this.#open()));
    this.#open();
  }

  /** Calls back with each status, at once where there is one; returns what ends that. */
  follow(callback) {
    const call = () => this.status && callback(this.status);
    this.addEventListener("status", call);
    call();
    return () => this.removeEventListener("status", call);
  }

  /** A stage's status; undefined where there is none. */
  stage(name) {
    return this.status?.stages?.find((stage) => stage.stage === name);
  }

  /** The points of a stage: `{at, lag, in, settled}`, oldest first. */
  history(stage) {
    return this.#history.map((moment) => ({ at: moment.at, ...moment.stages?.[stage] }));
  }

  #open() {
    this.#close ??= listen("live", ["status"], (_, text) => this.#take(JSON.parse(text)), (state, reason) => this.#connected(state, reason ?? ""));
  }

  #stop() {
    this.#close?.();
    this.#close = null;
  }

  #connected(state, reason) {
    [this.connection, this.reason] = [state, reason];
    this.dispatchEvent(new Event("connection"));
  }

  #take(status) {
    const moments = status.history?.length > 0 ? status.history : [{ at: status.at, stages: Object.fromEntries((status.stages ?? []).map((stage) => [stage.stage, { lag: stage.lag, in: stage.inPerSecond, settled: stage.settledPerSecond }])) }];
    this.#history = status.history?.length > 0 ? moments : [...this.#history, ...(status.state === "ok" ? moments : [])].slice(-MOST);
    this.status = status;
    this.dispatchEvent(new Event("status"));
  }
}

export const live = new Live();
