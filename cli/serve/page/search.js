// From keys and clicks to states, from states to requests, from answers to the page.

import { element } from "./text.js";
import { changed, link, read, request } from "./state.js";
import { facetFields, showChosen, showFacets } from "./facets.js";
import { showTimeline } from "./timeline.js";
import { showHits, showPages, showRemark, summary } from "./hits.js";
import { showDocument, showLike } from "./document.js";

const $ = (id) => document.getElementById(id);
const wide = matchMedia("(min-width: 54rem)");
let stats = null, fields = [], date = null, orders = [];
let state = read(), shown = null, listFor = null, opened = null, typing = false, place = 0;

async function ask(path, parameters, signal) {
  const answer = await fetch(`${path}?${parameters}`, { signal });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error.message);
  return found;
}

function complain(message) {
  if (state.doc && !opened) $("document").replaceChildren(element("p", { role: "alert" }, message));
  else $("summary").textContent = message;
}

// Only the newest request of a kind matters.
function latest() {
  let running = null;
  return async (path, parameters, use) => {
    if (running) running.abort();
    const own = running = new AbortController();
    try {
      const found = await ask(path, parameters, own.signal);
      if (running === own) use(found);
    } catch (error) {
      if (running === own && error.name !== "AbortError") {
        complain(error instanceof TypeError ? "The server does not answer." : error.message);
        document.body.removeAttribute("aria-busy");
      }
    }
  };
}
const searching = latest(), suggesting = latest(), reading = latest(), comparing = latest();

// --- showing ---

function showList(found) {
  showHits($("hits"), state, found, date, fields);
  $("summary").textContent = summary(state, found);
  showRemark($("remark"), state, found, go);
  showChosen($("chosen"), state, go);
  const facets = found.facets || [];
  $("filters").hidden = !showFacets($("facets"), state, facets, go);
  showTimeline($("timeline"), state, facets.find((facet) => facet.by === "month"), go);
  showPages($("pages"), state, found, go);
  listFor = link({ ...state, doc: "", match: 0 });
  document.body.removeAttribute("aria-busy");
}

function step(by) {
  if (!opened || opened.count === 0) return;
  const at = state.match + by;
  state = { ...state, match: at > opened.count ? 1 : at < 1 ? opened.count : at };
  history.replaceState(null, "", link(state));
  opened.show(state.match, true);
}

function leave() {
  if (state.doc) go({ ...state, doc: "", match: 0 });
}

function readDocument() {
  if (shown && shown.doc === state.doc && shown.q === state.q && opened) {
    opened.show(Math.min(state.match, opened.count), true);
    return;
  }
  const wanted = state;
  const own = new URLSearchParams({ key: state.doc });
  if (state.q) own.set("q", state.q);
  opened = null;
  reading("/api/document", own, (found) => {
    shown = wanted;
    opened = showDocument($("document"), wanted, found, stats, go, leave, step);
    document.title = $("document-title").textContent;
    scrollTo(0, 0);
    opened.show(Math.min(wanted.match, opened.count), wanted.match > 0);
    $("main").focus({ preventScroll: true });
    document.body.removeAttribute("aria-busy");
    comparing("/api/like", new URLSearchParams({ key: wanted.doc, limit: 5, "no-snippet": "" }),
      (like) => showLike($("document"), wanted, like, date, go));
  });
}

function show() {
  const reads = state.doc !== "";
  if (document.activeElement !== $("q")) $("q").value = state.q;
  $("sort").value = state.sort || (!state.q.trim() && date ? `-${date}` : "score");
  $("document").hidden = !reads;
  $("list").hidden = reads;
  $("frame").classList.toggle("reading", reads);
  if (reads) $("filters").hidden = true;
  document.body.setAttribute("aria-busy", "true");
  if (reads) {
    readDocument();
    return;
  }
  document.title = state.q ? `${state.q} – Search` : "Search";
  const back = shown && shown.doc;
  shown = opened = null;
  searching("/api/search", request(state, fields, date, orders), (found) => {
    showList(found);
    if (!back) return;
    // Back among the hits, where one was.
    const from = [...$("hits").querySelectorAll("a")].find((one) => one.dataset.key === back);
    if (from) from.focus({ preventScroll: true });
    scrollTo(0, place);
  });
}

function go(next, replaces = false) {
  if (!state.doc && next.doc) place = scrollY;
  const isNew = link(next) !== link(state);
  state = next;
  typing = false;
  if (replaces) history.replaceState(null, "", link(state));
  else if (isNew) history.pushState(null, "", link(state));
  show();
}

// --- typing ---

function offer(found) {
  const usable = found.suggestions.filter((one) => one.query !== $("q").value).slice(0, 9);
  $("suggestions").replaceChildren(...usable.map((one) => element("li", {}, element("button", {
    type: "button",
    onclick: () => {
      $("q").value = one.query;
      $("suggestions").hidden = true;
      go(changed(state, { q: one.query }));
      $("q").focus();
    },
  }, one.text, one.field ? element("small", {}, ` ${one.field}`) : ""))));
  $("suggestions").hidden = usable.length === 0;
}

let wait = 0;
$("q").addEventListener("input", () => {
  clearTimeout(wait);
  wait = setTimeout(() => {
    const q = $("q").value;
    if (q === state.q && !state.doc) return;
    // One entry of history for what is typed in one go.
    const goesOn = typing;
    go(changed(state, { q }), goesOn);
    typing = true;
    if (q.trim()) suggesting("/api/suggest", new URLSearchParams({ q, limit: 4 }), offer);
    else $("suggestions").hidden = true;
  }, 50);
});
$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(wait);
  $("suggestions").hidden = true;
  go(changed(state, { q: $("q").value }), typing);
});
$("sort").addEventListener("change", () => go(changed(state, { sort: $("sort").value })));
$("hits").addEventListener("click", (event) => {
  const hit = event.target.closest("a[data-key]");
  if (!hit || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go({ ...state, doc: hit.dataset.key, match: 0 });
});

// --- keys ---

function moveHit(by) {
  const links = [...$("hits").querySelectorAll("a[data-key]")];
  const at = links.indexOf(document.activeElement);
  if (links.length === 0) return;
  if (at + by < 0 && at >= 0) $("q").focus();
  else links[Math.max(0, Math.min(links.length - 1, at + by))].focus();
}

function escape() {
  if (state.doc) leave();
  else if (!$("suggestions").hidden) $("suggestions").hidden = true;
  else if (document.activeElement === $("q") && $("q").value) {
    $("q").value = "";
    go(changed(state, { q: "" }));
  }
}

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input[type=search], select");
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("help").open) return;
  const keys = {
    Escape: escape,
    ArrowDown: state.doc || event.target.closest("select") ? null : () => moveHit(1),
    ArrowUp: state.doc || event.target.closest("select") || field ? null : () => moveHit(-1),
    "/": field ? null : () => { $("q").focus(); $("q").select(); },
    "?": field ? null : () => $("help").showModal(),
    n: field || !state.doc ? null : () => step(1),
    p: field || !state.doc ? null : () => step(-1),
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
$("help-open").addEventListener("click", () => $("help").showModal());

// --- beginning ---

addEventListener("popstate", () => {
  state = read();
  typing = false;
  if (document.activeElement === $("q")) $("q").value = state.q;
  show();
});
// The index may have changed meanwhile; when it has not, this costs an answer without a body.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && stats && !state.doc && !typing) show();
});
const fold = () => { $("filters-details").open = wide.matches; };
wide.addEventListener("change", fold);
fold();

function order(value, text) {
  orders.push({ value, text });
  return element("option", { value }, text);
}

async function start() {
  try {
    stats = await ask("/api/stats", "");
  } catch (error) {
    $("summary").textContent = error.message;
    return;
  }
  fields = facetFields(stats);
  const dates = stats.fields.filter((field) => field.kinds.includes("date") && field.documents > 0);
  date = (dates.find((field) => field.name === "date") || dates.sort((a, b) => b.documents - a.documents)[0] || { name: null }).name;
  $("sort").append(order("score", "best first"));
  if (date) $("sort").append(order(`-${date}`, "newest first"), order(date, "oldest first"));
  for (const field of stats.fields.filter((one) => one.kinds.includes("number") && one.documents > 0).slice(0, 4))
    $("sort").append(order(`-${field.name}`, `${field.name}, greatest first`), order(field.name, `${field.name}, least first`));
  $("order").hidden = orders.length < 2;
  if (!state.doc) $("q").focus();
  $("q").value = state.q;
  show();
}
start();
