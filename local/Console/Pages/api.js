// The console's own server: addresses are relative, so that it may stand behind any proxy.
const AGAIN = 4000;
let csrf = "";

/** What the server refused, in its own words. */
class Problem extends Error {
  constructor(status, title, detail) {
    super(detail || title);
    Object.assign(this, { status, title });
  }
}

/** Who listens for a session that has ended. */
export const signedOut = new EventTarget();

async function ask(path, options) {
  let response;
  try {
    response = await fetch(`./api/${path}`, { credentials: "same-origin", ...options });
  } catch {
    throw new Problem(0, "No answer", "The console's server does not answer. Is it still running?");
  }
  if (response.status === 401 && path !== "sign-in") {
    signedOut.dispatchEvent(new Event("signedout"));
  }
  const text = await response.text();
  let body = null;
  try {
    body = text === "" ? null : JSON.parse(text);
  } catch {
    throw new Problem(response.status, "No JSON", `The console's server answered ${response.status} with what is no JSON.`);
  }
  if (!response.ok) {
    throw new Problem(response.status, body?.title ?? `Status ${response.status}`, body?.detail ?? "");
  }
  return body;
}

/** GET of a route. */
export const get = (path, signal) => ask(path, { signal });

/** POST of a text or of an object. */
export async function post(path, body) {
  const send = () => ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Millrace-Csrf": csrf },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const before = csrf;
  try {
    return await send();
  } catch (problem) {
    // A server that was started anew knows no session of before; the page gets another, and asks once more.
    if (problem.status === 403 && path !== "sign-in" && (await session()).csrf !== before) {
      return send();
    }
    throw problem;
  }
}

/** What this session may do. */
export async function session() {
  const found = await get("session");
  csrf = found.csrf ?? "";
  return found;
}

/** A route with the parameters that are not empty; each is encoded. */
export function route(parts, query = {}) {
  const parameters = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => [value].flat().filter((one) => one !== "" && one !== null && one !== undefined).map((one) => [name, one])));
  const path = parts.map(encodeURIComponent).join("/");
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}

// Why a stream of events is refused, which its own interface does not tell.
async function refusal(path) {
  const ended = new AbortController();
  try {
    const response = await fetch(`./api/${path}`, { signal: ended.signal });
    return response.ok ? "" : ((await response.json()).detail ?? "");
  } catch {
    return "";
  } finally {
    ended.abort();
  }
}

/** Server-sent events of a route, with the name of each and its data as text; a stream that was refused is tried again. */
export function listen(path, names, take, whenState = () => {}) {
  let [source, timer, closed] = [null, 0, false];
  const open = () => {
    source = new EventSource(`./api/${path}`);
    source.onopen = () => whenState("open");
    source.onerror = () => {
      whenState("away", "");
      if (source.readyState === EventSource.CLOSED && !closed) {
        refusal(path).then((reason) => !closed && whenState("away", reason));
        timer = setTimeout(open, AGAIN);
      }
    };
    names.forEach((name) => source.addEventListener(name, (event) => take(name, event.data)));
  };
  open();
  return () => {
    closed = true;
    clearTimeout(timer);
    source.close();
  };
}
