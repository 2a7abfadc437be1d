// One document: its fields, its text with the matches marked, and the way from match to match.

import { count, day, element, marked, matchesIn, titleOf, values } from "./text.js";
import { changed, link } from "./state.js";

// Markup that is shown as what it means: [from, to) with its kind; what is left out belongs to none.
function inline(text, from, to) {
  const parts = [];
  const form = /\*\*([^*\n]+)\*\*|__([^_\n]+)__|\*([^*\s][^*\n]*)\*|\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)|\\([\\`*_{}[\]()#+.!>~|-])/g;
  const piece = text.slice(from, to);
  let at = 0, found;
  while ((found = form.exec(piece)) !== null) {
    if (found.index > at) parts.push({ from: from + at, to: from + found.index });
    const inner = found[1] || found[2] || found[3] || found[4] || found[6];
    const start = from + found.index + found[0].indexOf(inner, 1);
    parts.push({ from: start, to: start + inner.length, href: found[5],
      kind: found[1] || found[2] ? "strong" : found[3] ? "em" : found[4] ? "a" : null });
    at = found.index + found[0].length;
  }
  if (from + at < to) parts.push({ from: from + at, to });
  return parts;
}

function run(text, spans, from, to, isMarkdown) {
  const whole = document.createDocumentFragment();
  for (const part of isMarkdown ? inline(text, from, to) : [{ from, to }]) {
    const content = marked(text, spans, part.from, part.to);
    whole.append(part.kind ? element(part.kind, part.href ? { href: part.href, rel: "noreferrer noopener" } : {}, content) : content);
  }
  return whole;
}

// Paragraphs, headings, lists and quotations; everything else is lines.
function blocks(text, spans, isMarkdown) {
  const made = [];
  const form = /[^\n]+(?:\n(?![ \t\r]*\n)[^\n]*)*/g; // up to an empty line
  let found;
  while ((found = form.exec(text)) !== null) {
    let from = found.index, list = null;
    const block = found[0];
    if (!block.trim()) continue;
    const kinds = isMarkdown ? block.split("\n").map((line) => /^ {0,3}(?:(#{1,6}) +|([-*+]) +|(\d{1,4})[.)] +|> ?)/.exec(line)) : [];
    if (!kinds.some(Boolean)) {
      made.push(element("p", { class: "lines" }, run(text, spans, from, from + block.length, isMarkdown)));
      continue;
    }
    block.split("\n").forEach((line, i) => {
      const kind = kinds[i], start = from + (kind ? kind[0].length : 0), end = from + line.length;
      const content = run(text, spans, start, end, true);
      if (kind && kind[1]) made.push(element(kind[1].length < 3 ? "h2" : "h3", {}, content));
      else if (kind && (kind[2] || kind[3])) {
        const name = kind[2] ? "ul" : "ol";
        if (!list || list.localName !== name) made.push(list = element(name));
        list.append(element("li", {}, content));
      } else if (list && !kind) list.lastChild.append("\n", content);
      else if (kind) made.push(element("blockquote", {}, content));
      else made.push(element("p", { class: "lines" }, content));
      if (!(kind && (kind[2] || kind[3])) && kind) list = null;
      from = end + 1;
    });
  }
  return made;
}

function fieldRows(state, shown, stats, go) {
  const rows = [];
  for (const [name, given] of Object.entries(shown.fields)) {
    const info = stats.fields.find((field) => field.name === name);
    const kinds = info ? info.kinds : [];
    if (name === "title" || values(given).length === 0) continue;
    const content = values(given).map((value, i) => {
      const text = marked(value, matchesIn(shown, name, value, i));
      if (kinds.includes("date")) return day(value);
      if (!kinds.includes("keyword")) return text;
      const only = changed(state, { q: "", from: "", to: "", filters: [{ field: name, value }] });
      return element("a", { href: link(only), onclick: (event) => { event.preventDefault(); go(only); } }, text);
    });
    rows.push(element("dt", {}, name),
      element("dd", {}, ...content.flatMap((one, i) => i === 0 ? [one] : [", ", one])));
  }
  return rows;
}

export function showDocument(article, state, shown, stats, go, leave, step) {
  const title = titleOf(shown), body = shown.body || "";
  const spans = matchesIn(shown, "body", body);
  const told = element("span", { class: "told", role: "status" });
  const previous = element("button", { type: "button", onclick: () => step(-1) }, "‹ previous");
  const next = element("button", { type: "button", onclick: () => step(1) }, "next ›");
  previous.setAttribute("aria-label", "Previous match");
  next.setAttribute("aria-label", "Next match");
  const text = element("div", { class: "body" },
    ...(shown.body === null ? [element("p", {}, "The index does not keep this text, and its file has changed or vanished.")]
      : blocks(body, spans, shown.markdown)));
  const rows = fieldRows(state, shown, stats, go);
  article.replaceChildren(
    element("div", { class: "tools" },
      element("button", { type: "button", onclick: leave }, "‹ hits"), previous, next, told),
    element("h1", { id: "document-title" }, marked(title, matchesIn(shown, "title", title))),
    rows.length > 0 ? element("dl", {}, ...rows) : "", text,
    element("section", { id: "like", "aria-labelledby": "like-title", hidden: true }));
  const marks = [...text.querySelectorAll("mark")];
  previous.disabled = next.disabled = marks.length === 0;

  function show(match, scrolls) {
    marks.forEach((mark, i) => mark.classList.toggle("now", i === match - 1));
    told.textContent = marks.length === 0 ? "" : match > 0 ? `match ${count(match)} of ${count(marks.length)}` : count(marks.length, "match", "matches");
    if (match > 0 && scrolls) marks[match - 1].scrollIntoView({ block: "center" });
  }
  return { count: marks.length, show };
}

export function showLike(article, state, found, date, go) {
  const box = article.querySelector("#like");
  if (!box || found.hits.length === 0) return;
  box.replaceChildren(element("h2", { id: "like-title" }, "More like this"), element("ul", {}, ...found.hits.map((hit) => {
    const there = { ...state, doc: hit.key, match: 0 };
    return element("li", {}, element("a", { href: link(there), onclick: (event) => { event.preventDefault(); go(there); } }, titleOf(hit)),
      date && hit.fields[date] ? element("small", {}, ` ${day(values(hit.fields[date])[0])}`) : "");
  })));
  box.hidden = false;
}
