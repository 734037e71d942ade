// Small charts of the last minutes: one line each in a sparkline, two and a scale in a chart.
import { el, put, svg } from "./dom.js";
import { timeOfDay } from "./format.js";

const numbers = (points, value) => points.map((point) => value(point)).filter((number) => typeof number === "number" && Number.isFinite(number));

function path(points, value, width, height, most) {
  const from = new Date(points[0].at).getTime();
  const span = Math.max(1, new Date(points.at(-1).at).getTime() - from);
  let [text, pen] = ["", "M"];
  for (const point of points) {
    const number = value(point);
    if (typeof number !== "number") {
      pen = "M";
      continue;
    }
    const x = ((new Date(point.at).getTime() - from) / span) * width;
    text += `${pen}${x.toFixed(1)},${(height - (number / most) * height).toFixed(1)}`;
    pen = "L";
  }
  return text;
}

/** A line without a scale, of 100 by 20; `show(points)` draws it. */
export function sparkline(value, what) {
  const line = svg("path", { class: "spark-line", "vector-effect": "non-scaling-stroke" });
  const image = svg("svg", { class: "spark", viewBox: "-1 -2 102 24", preserveAspectRatio: "none", role: "img" }, line);
  return {
    element: image,
    show(points) {
      const found = numbers(points, value);
      image.setAttribute("aria-label", found.length < 2 ? `${what}: no history yet` : `${what}, from ${Math.round(Math.min(...found))} to ${Math.round(Math.max(...found))}`);
      line.setAttribute("d", found.length < 2 ? "" : path(points, value, 100, 20, Math.max(1, ...found)));
    },
  };
}

const round = (number) => {
  const step = 10 ** Math.floor(Math.log10(Math.max(number, 1)));
  return Math.max(1, [1, 2, 5, 10].map((factor) => factor * step).find((candidate) => candidate >= number));
};

/** A chart with a scale: series are `{name, value, shape}`, where a second shape is dashed; `show(points)` draws it. */
export function chart(title, series, text) {
  const [width, height] = [560, 120];
  const lines = series.map((one, place) => svg("path", { class: `series series-${place + 1}`, "vector-effect": "non-scaling-stroke" }));
  const cursor = svg("line", { class: "cursor", y1: "0", y2: height, visibility: "hidden" });
  const image = svg("svg", { viewBox: `0 -4 ${width} ${height + 8}`, preserveAspectRatio: "none", class: "chart-image", role: "img", "aria-label": title },
    [0, 0.5, 1].map((part) => svg("line", { class: "grid", x1: "0", x2: width, y1: height * part, y2: height * part, "vector-effect": "non-scaling-stroke" })), lines, cursor);
  const [top, middle, from, to] = [el("span"), el("span"), el("span"), el("span")];
  const reading = el("p", { class: "chart-reading" });
  let shown = [];

  const read = (point) => put(reading, point
    ? [el("span", { class: "muted" }, `${timeOfDay(point.at)} UTC`), series.map((one, place) => el("span", { class: `key key-${place + 1}` }, `${one.name} ${text(one.value(point))}`))]
    : el("span", { class: "muted" }, "No history yet: it begins when somebody looks."));
  image.addEventListener("pointermove", (event) => {
    const box = image.getBoundingClientRect();
    const place = Math.round(((event.clientX - box.left) / box.width) * (shown.length - 1));
    const at = shown[Math.max(0, Math.min(shown.length - 1, place))];
    if (at) {
      const x = ((event.clientX - box.left) / box.width) * width;
      Object.entries({ x1: x, x2: x, visibility: "visible" }).forEach(([name, value]) => cursor.setAttribute(name, value));
      read(at);
    }
  });
  image.addEventListener("pointerleave", () => {
    cursor.setAttribute("visibility", "hidden");
    read(shown.at(-1));
  });

  return {
    element: el("figure", { class: "chart" }, el("figcaption", null, el("h3", null, title), reading),
      el("div", { class: "chart-frame" }, el("div", { class: "chart-scale", "aria-hidden": "true" }, top, middle, el("span", null, "0")), image), el("div", { class: "chart-times" }, from, to)),
    show(points) {
      shown = points.filter((point) => series.some((one) => typeof one.value(point) === "number"));
      const most = round(Math.max(0, ...series.flatMap((one) => numbers(shown, one.value))));
      series.forEach((one, place) => lines[place].setAttribute("d", shown.length < 2 ? "" : path(shown, one.value, width, height, most)));
      [top.textContent, middle.textContent] = [text(most), text(most / 2)];
      [from.textContent, to.textContent] = shown.length < 2 ? ["", ""] : [timeOfDay(shown[0].at), `${timeOfDay(shown.at(-1).at)} UTC`];
      if (cursor.getAttribute("visibility") === "hidden") {
        read(shown.at(-1));
      }
    },
  };
}
