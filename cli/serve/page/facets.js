// Filters with their counts, one group for each keyword field, and those that are chosen as a row.

import { count, element } from "./text.js";
import { changed, has, toggled } from "./state.js";

// Values that nearly every document has for itself are no filter.
export function facetFields(stats) {
  return stats.fields
    .filter((field) => field.kinds.includes("keyword") && field.distinct_values >= 2 &&
      field.distinct_values <= field.documents / 2 + 1)
    .sort((a, b) => b.documents - a.documents)
    .slice(0, 8)
    .map((field) => field.name)
    .sort();
}

function row(state, field, value, number, go) {
  return element("label", {},
    element("input", {
      type: "checkbox", checked: has(state, field, value), "data-value": value,
      onchange: () => go(toggled(state, field, value)),
    }),
    element("span", { class: "name" }, value),
    element("span", { class: "count" }, number === null ? "" : count(number)));
}

function group(state, facet, go) {
  const chosen = state.filters.filter((one) => one.field === facet.field)
    .filter((one) => !facet.values.some((value) => value.value === one.value));
  const unfolded = state.unfolded.includes(facet.field);
  const more = facet.distinct > facet.values.length || unfolded;
  return element("fieldset", { class: "facet", "data-field": facet.field },
    element("legend", {}, facet.field),
    ...chosen.map((one) => row(state, facet.field, one.value, null, go)),
    ...facet.values.map((value) => row(state, facet.field, value.value, value.count, go)),
    more ? element("button", {
      type: "button", "data-more": facet.field,
      onclick: () => go({ ...state, unfolded: unfolded
        ? state.unfolded.filter((one) => one !== facet.field) : [...state.unfolded, facet.field] }),
    }, unfolded ? `fewer ${facet.field}` : `more ${facet.field} (${count(facet.distinct)})`) : null);
}

// Whoever has the focus keeps it: a box that was ticked stays under the fingers.
function keepFocus(box, draw) {
  const held = box.contains(document.activeElement) ? document.activeElement : null;
  const field = held && held.closest("fieldset").dataset.field;
  const { value, more } = held ? held.dataset : {};
  draw();
  if (!held) return;
  for (const one of box.querySelectorAll("fieldset")) {
    if (one.dataset.field !== field) continue;
    for (const part of one.querySelectorAll("input, button")) {
      if (part.dataset.value === value && part.dataset.more === more) part.focus({ preventScroll: true });
    }
  }
}

export function showFacets(box, state, facets, go) {
  const shown = facets.filter((facet) => facet.by === "value" &&
    (facet.values.length > 0 || state.filters.some((one) => one.field === facet.field)));
  keepFocus(box, () => box.replaceChildren(...shown.map((facet) => group(state, facet, go))));
  return shown.length > 0;
}

export function showChosen(list, state, go) {
  const chips = state.filters.map((one) => element("li", {}, element("button", {
    type: "button", "aria-label": `Without the filter ${one.field}: ${one.value}`,
    onclick: () => go(toggled(state, one.field, one.value)),
  }, `${one.value} ×`)));
  if (chips.length > 1) {
    chips.push(element("li", {}, element("button", {
      type: "button", onclick: () => go(changed(state, { filters: [] })),
    }, "no filters ×")));
  }
  list.replaceChildren(...chips);
  list.hidden = chips.length === 0;
}
