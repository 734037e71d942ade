// What is shown stands behind the # of the address, so that it can be shared whatever stands before the server.

/** What an address shows: a view, a name, and parameters. */
export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [view, ...name] = path.split("/");
  return { view: view || "graph", name: decode(name.join("/")), query: new URLSearchParams(query) };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function address(view, name, query = {}) {
  const parameters = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined));
  return `#/${[view, ...(name ? [encodeURIComponent(name)] : [])].join("/")}${parameters.size > 0 ? `?${parameters}` : ""}`;
}

export const link = {
  graph: () => "#/",
  stage: (name) => address("stage", name),
  stream: (name, tab) => address("stream", name, { tab }),
  errors: (query) => address("errors", "", query),
  trace: (id) => address("trace", id),
};

/** Changes the parameters of the address without another entry in the browser's history. */
export function replaceQuery(view, name, query) {
  history.replaceState(null, "", address(view, name, query));
}
