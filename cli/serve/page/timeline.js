// When: a bar a month, or a year when there are many, and a range to brush, with the pointer or by keys.

import { count, day, drawing, element } from "./text.js";
import { changed } from "./state.js";

const MONTHS_UP_TO = 420; // bars; beyond that they are years

const two = (number) => String(number).padStart(2, "0");

// Months and years alike are numbered from year 0.
function scale(values) {
  const months = values.map(({ value }) => value.split("-").map(Number)).map(([year, month]) => year * 12 + month - 1);
  const first = Math.min(...months), last = Math.max(...months);
  const step = last - first >= MONTHS_UP_TO ? 12 : 1;
  const from = Math.floor(first / step), bars = new Array(Math.floor(last / step) - from + 1).fill(0);
  months.forEach((month, i) => { bars[Math.floor(month / step) - from] += values[i].count; });
  return { step, from, bars };
}

const begin = (axis, i) => {
  const month = (axis.from + i) * axis.step;
  return axis.step === 12 ? `${month / 12}` : `${Math.floor(month / 12)}-${two(month % 12 + 1)}`;
};

// Where a day lies on the axis, as a bar: its own, cut at the ends.
function barOf(axis, text, otherwise) {
  const parts = /^(\d+)(?:-(\d+))?/.exec(text);
  if (!parts) return otherwise;
  const month = parts[1] * 12 + (parts[2] ? parts[2] - 1 : otherwise === 0 ? 0 : 11);
  return Math.max(0, Math.min(axis.bars.length - 1, Math.floor(month / axis.step) - axis.from));
}

function path(axis, from, to, height) {
  const most = Math.max(...axis.bars, 1);
  let drawn = "";
  for (let i = from; i <= to; i++) {
    if (axis.bars[i] === 0) continue;
    const tall = Math.max(1.5, axis.bars[i] / most * (height - 2));
    drawn += `M${i + 0.08} ${height}v${-tall}h.84v${tall}z`;
  }
  return drawn;
}

export function showTimeline(box, state, facet, go) {
  const known = facet ? facet.values.filter((one) => /^\d{4}-\d\d$/.test(one.value) && one.value > "0001-12") : [];
  const held = box.contains(document.activeElement) ? document.activeElement.dataset.end : null;
  box.hidden = known.length < 2 && !state.from && !state.to;
  if (box.hidden || known.length === 0) {
    if (!box.hidden && !facet) box.hidden = true;
    if (known.length === 0) box.replaceChildren(range());
    return;
  }

  const axis = scale(known), last = axis.bars.length - 1, height = 60;
  let low = barOf(axis, state.from, 0), high = barOf(axis, state.to, last);
  if (low > high) [low, high] = [high, low];
  const isAll = () => low === 0 && high === last;

  const band = drawing("rect", { class: "band", y: 0, height });
  const chosen = drawing("path", { class: "bars chosen" });
  const svg = drawing("svg", { viewBox: `0 0 ${axis.bars.length} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    band, drawing("path", { class: "bars", d: path(axis, 0, last, height) }), chosen);
  const handles = ["from", "to"].map((end) => element("div", {
    class: "handle", role: "slider", tabindex: 0, "data-end": end, "aria-label": end === "from" ? "From" : "To",
    "aria-valuemin": 0, "aria-valuemax": last,
  }));
  const plot = element("div", { class: "plot" }, svg, ...handles);
  const told = element("p", { class: "told" });

  function range() {
    const text = state.from || state.to
      ? `${day(state.from) || "the beginning"} to ${day(state.to) || "today"}` : "";
    return element("p", { class: "told" }, text, text ? element("button", {
      type: "button", onclick: () => go(changed(state, { from: "", to: "" })),
    }, "all times") : null);
  }

  function draw() {
    band.setAttribute("x", low);
    band.setAttribute("width", isAll() ? 0 : high - low + 1);
    chosen.setAttribute("d", path(axis, low, high, height));
    handles.forEach((handle, i) => {
      const at = i === 0 ? low : high;
      handle.style.left = `${(at + i) / axis.bars.length * 100}%`;
      handle.setAttribute("aria-valuenow", at);
      handle.setAttribute("aria-valuetext", day(begin(axis, at)));
    });
    let sum = 0;
    for (let i = low; i <= high; i++) sum += axis.bars[i];
    const text = isAll() ? "Drag over the bars to choose a time" : `${day(begin(axis, low))}${low === high ? "" : ` to ${day(begin(axis, high))}`} · ${count(sum, "document", "documents")}`;
    told.replaceChildren(text, isAll() ? "" : element("button", {
      type: "button", onclick: () => go(changed(state, { from: "", to: "" })),
    }, "all times"));
  }
  const settle = () => go(changed(state, isAll() ? { from: "", to: "" } : { from: begin(axis, low), to: begin(axis, high) }));

  const barAt = (event) => {
    const place = plot.getBoundingClientRect();
    return Math.max(0, Math.min(last, Math.floor((event.clientX - place.left) / place.width * axis.bars.length)));
  };
  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const end = event.target.dataset.end;
    // A handle keeps the other end; elsewhere a new range begins.
    const anchor = end === "from" ? high : end === "to" ? low : barAt(event);
    if (!end) { low = anchor; high = anchor; }
    plot.setPointerCapture(event.pointerId);
    const move = (moved) => {
      const at = barAt(moved);
      low = Math.min(anchor, at);
      high = Math.max(anchor, at);
      draw();
    };
    const stop = () => {
      plot.removeEventListener("pointermove", move);
      plot.removeEventListener("pointerup", done);
      plot.removeEventListener("pointercancel", stop);
    };
    const done = () => { stop(); settle(); };
    plot.addEventListener("pointermove", move);
    plot.addEventListener("pointerup", done);
    plot.addEventListener("pointercancel", stop);
    draw();
  });
  handles.forEach((handle, i) => handle.addEventListener("keydown", (event) => {
    const far = axis.step === 12 ? 10 : 12;
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -far, PageUp: far, Home: -last, End: last };
    if (!(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    if (i === 0) low = Math.max(0, Math.min(high, low + steps[event.key]));
    else high = Math.min(last, Math.max(low, high + steps[event.key]));
    draw();
    settle();
  }));

  draw();
  box.replaceChildren(plot,
    element("p", { class: "axis", "aria-hidden": "true" },
      ...[0, 0.25, 0.5, 0.75, 1].map((part) => element("span", {}, begin(axis, Math.round(part * last)).slice(0, 4)))),
    told);
  if (held) box.querySelector(`[data-end=${held}]`).focus({ preventScroll: true });
}
