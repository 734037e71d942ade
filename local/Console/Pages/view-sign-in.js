// Where the console asks for its token.
import { el, put } from "./dom.js";
import { post } from "./api.js";

/** Opens the view; calls back once the token was right. */
export function open(whenDone) {
  const problem = el("p", { class: "note-box", "data-tone": "bad", role: "alert" });
  const token = el("input", { type: "password", autocomplete: "current-password", required: true });
  async function send(event) {
    event.preventDefault();
    try {
      await post("sign-in", { token: token.value });
      await whenDone();
    } catch (refused) {
      put(problem, refused.message);
      token.select();
    }
  }
  const element = el("form", { class: "panel sign-in", onsubmit: send },
    el("h1", null, "Sign in"), el("p", { class: "muted" }, "This console asks for the token that it was started with."),
    el("label", { class: "field" }, "Token", token), problem, el("button", { class: "primary" }, "Sign in"));
  return { element, title: "Sign in" };
}
