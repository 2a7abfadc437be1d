// The list of hits, its pages, and what is said about it.

import { count, day, element, marked, matchesIn, places, titleOf, values } from "./text.js";
import { PAGE, changed, link } from "./state.js";

function about(hit, date, fields) {
  const parts = date ? values(hit.fields[date]).slice(0, 1).map(day) : [];
  for (const field of fields) parts.push(...values(hit.fields[field]).slice(0, 4));
  return parts.filter(Boolean).join(" · ");
}

function hitItem(state, hit, date, fields) {
  const title = titleOf(hit);
  const snippet = hit.snippet || { text: "", spans: [] };
  return element("li", { class: "hit" },
    element("h2", {}, element("a", { href: link({ ...state, doc: hit.key, match: 0 }), "data-key": hit.key },
      marked(title, matchesIn(hit, "title", title)))),
    element("p", { class: "about" }, about(hit, date, fields) || hit.key),
    snippet.text ? element("p", { class: "snippet" }, marked(snippet.text, places(snippet.text, snippet.spans))) : null);
}

export function showHits(list, state, found, date, fields) {
  const items = [];
  let has_all = true;
  for (const hit of found.hits) {
    if (has_all && !hit.matches_all && found.total_has_all_words && items.length > 0)
      items.push(element("li", { class: "rest" }, "Documents with some of the words"));
    has_all = hit.matches_all;
    items.push(hitItem(state, hit, date, fields));
  }
  list.replaceChildren(...items);
}

export function summary(state, found) {
  if (found.total === 0 && found.hits.length === 0) return "Nothing was found";
  const most = found.total_is_exact ? "" : "at least ";
  const words = state.q.trim() && !found.total_has_all_words ? " with some of the words" : "";
  const page = state.page > 1 ? `, page ${state.page}` : "";
  const late = found.timed_out ? "; the time was over before all was looked at" : "";
  return `${most}${count(found.total, "document", "documents")}${words}${page}${late}`;
}

// Did you mean, and what was taken otherwise than written.
export function showRemark(line, state, found, go) {
  line.replaceChildren();
  if (found.suggestion) {
    const better = changed(state, { q: found.suggestion });
    line.append("Did you mean ", element("a", { href: link(better), onclick: (event) => { event.preventDefault(); go(better); } }, found.suggestion), "? ");
  }
  if (found.warnings.length > 0) line.append(`Note: ${found.warnings.join("; ")}.`);
  line.hidden = line.childNodes.length === 0;
}

export function showPages(nav, state, found, go) {
  const turn = (text, page, possible) => possible ? element("a", {
    href: link({ ...state, page }),
    onclick: (event) => { event.preventDefault(); go({ ...state, page }); scrollTo(0, 0); },
  }, text) : element("span", { "aria-hidden": "true" }, text);
  const last = Math.max(1, Math.ceil(found.total / PAGE));
  const more = found.next !== null && state.page < 500;
  nav.hidden = state.page === 1 && !more;
  nav.replaceChildren(turn("‹ previous", state.page - 1, state.page > 1),
    element("span", { "aria-current": "page" }, state.page <= last ? `${count(state.page)} of ${count(last)}` : count(state.page)),
    turn("next ›", state.page + 1, more));
}
