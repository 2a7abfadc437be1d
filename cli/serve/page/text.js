// Elements, texts with marks, numbers and dates. Whatever comes from the index becomes text nodes only.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function drawing(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Bytes of UTF-8, ascending in pairs, as places in the string.
export function places(text, spans) {
  const found = [];
  let byte = 0, unit = 0;
  const go = (wanted) => {
    while (byte < wanted && unit < text.length) {
      const code = text.codePointAt(unit);
      byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      unit += code > 0xffff ? 2 : 1;
    }
    return unit;
  };
  for (const [start, end] of spans) {
    if (start < byte) continue; // overlaps the one before
    found.push([go(start), go(end)]);
  }
  return found;
}

// The part [from, to) of a text, with what lies in spans in <mark>.
export function marked(text, spans, from = 0, to = text.length) {
  const parts = document.createDocumentFragment();
  let at = from;
  for (const [start, end] of spans) {
    const a = Math.max(start, at), b = Math.min(end, to);
    if (a >= b) continue;
    if (a > at) parts.append(text.slice(at, a));
    parts.append(element("mark", {}, text.slice(a, b)));
    at = b;
  }
  if (at < to) parts.append(text.slice(at, to));
  return parts;
}

// The matches of a hit in one value of one field, as places in it.
export function matchesIn(hit, field, text, value = 0) {
  const spans = (hit.matches || [])
    .filter((match) => match.field === field && (match.value || 0) === value)
    .map((match) => [match.start, match.end])
    .sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  return joined(text, places(text, spans));
}

// Matches with nothing but space between them are one, as in snippets.
function joined(text, spans) {
  const found = [];
  for (const [start, end] of spans) {
    const last = found[found.length - 1];
    if (last && !text.slice(last[1], start).trim()) last[1] = end;
    else found.push([start, end]);
  }
  return found;
}

const numbers = new Intl.NumberFormat("en");

export function count(number, one, many) {
  return one ? `${numbers.format(number)} ${number === 1 ? one : many}` : numbers.format(number);
}

// 2007-05-28 → 28 May 2007, 2007-05 → May 2007; other texts as they are.
export function day(text) {
  const parts = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(text);
  if (!parts || parts[1] === "0001") return parts ? "" : text;
  if (!parts[2]) return parts[1];
  const date = new Date(Date.UTC(+parts[1], parts[2] - 1, parts[3] || 1));
  return date.toLocaleDateString("en-GB", {
    day: parts[3] ? "numeric" : undefined, month: parts[3] ? "long" : "short", year: "numeric", timeZone: "UTC",
  });
}

export function values(field) {
  return field === null || field === undefined ? [] : Array.isArray(field) ? field.map(String) : [String(field)];
}

export function titleOf(object) {
  return values(object.fields.title)[0] || object.key.split("/").pop();
}
