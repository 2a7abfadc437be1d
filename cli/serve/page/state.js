// What is shown, as it stands in the address: every state has its link, and Back leads to the one before.
//   q words · f field=value, again and again · from, to days · sort · page · doc key · m match · x fields unfolded

export const PAGE = 20;

export function read(address = location.search) {
  const given = new URLSearchParams(address);
  return {
    q: given.get("q") || "",
    filters: given.getAll("f").filter((one) => one.indexOf("=") > 0).map((one) => {
      const at = one.indexOf("=");
      return { field: one.slice(0, at), value: one.slice(at + 1) };
    }),
    from: given.get("from") || "",
    to: given.get("to") || "",
    sort: given.get("sort") || "",
    page: Math.min(Math.max(1, parseInt(given.get("page"), 10) || 1), 500),
    doc: given.get("doc") || "",
    match: parseInt(given.get("m"), 10) || 0,
    unfolded: given.getAll("x"),
  };
}

export function link(state) {
  const to = new URLSearchParams();
  if (state.q) to.set("q", state.q);
  for (const filter of state.filters) to.append("f", `${filter.field}=${filter.value}`);
  if (state.from) to.set("from", state.from);
  if (state.to) to.set("to", state.to);
  if (state.sort) to.set("sort", state.sort);
  if (state.page > 1) to.set("page", state.page);
  for (const field of state.unfolded) to.append("x", field);
  if (state.doc) to.set("doc", state.doc);
  if (state.doc && state.match > 0) to.set("m", state.match);
  const text = to.toString();
  return text ? `/?${text}` : "/";
}

// The same with other words, filters or order: from its first page, out of the document.
export function changed(state, change) {
  return { ...state, page: 1, doc: "", match: 0, ...change };
}

export function has(state, field, value) {
  return state.filters.some((one) => one.field === field && one.value === value);
}

export function toggled(state, field, value) {
  const filters = has(state, field, value)
    ? state.filters.filter((one) => one.field !== field || one.value !== value)
    : [...state.filters, { field, value }];
  return changed(state, { filters });
}

// The parameters of a search; `fields`: keyword fields to count; `date`: the field of the timeline, or null.
export function request(state, fields, date, orders) {
  const to = new URLSearchParams();
  to.set("q", state.q);
  to.set("limit", PAGE);
  if (state.page > 1) to.set("offset", (state.page - 1) * PAGE);
  for (const filter of state.filters) to.append("filter", `${filter.field}=${filter.value}`);
  if (date && (state.from || state.to)) to.append("filter", `${date}=${state.from}..${state.to}`);
  const sort = orders.some((one) => one.value === state.sort) ? state.sort
    : !state.q.trim() && date ? `-${date}` : "";
  if (sort && sort !== "score") to.set("sort", sort);
  for (const field of fields) to.append("facet", `${field}=${state.unfolded.includes(field) ? 100 : 7}`);
  if (date) to.append("facet", `${date}:month`);
  to.set("no-own-filter", "");
  return to;
}
