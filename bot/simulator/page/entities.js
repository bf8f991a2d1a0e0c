import { el } from "./dom.js";

/**
 * A message's text with its entities, as nodes. Offsets count UTF-16 units, as strings
 * here do. Entities may nest; where two overlap, the later one is cut at the earlier's end.
 *
 * @param {string} text
 * @param {Array} entities as the Bot API gives them
 * @param {object} acts what a tap does: command(text), link(url), mention(text), moment(unix) → title
 * @returns {Node[]}
 */
export function entityNodes(text, entities, acts) {
  const sorted = (entities ?? [])
    .filter((entity) => entity.length > 0 && entity.offset >= 0 && entity.offset < text.length)
    .map((entity) => ({ ...entity, end: Math.min(entity.offset + entity.length, text.length) }))
    .sort((a, b) => a.offset - b.offset || b.end - a.end);
  return span(text, 0, text.length, sorted, acts);
}

function span(text, from, to, entities, acts) {
  const nodes = [];
  let at = from;
  for (let i = 0; i < entities.length; i += 1) {
    const entity = entities[i];
    if (entity.offset < at) continue;
    const end = Math.min(entity.end, to);
    const inner = [];
    while (i + 1 < entities.length && entities[i + 1].offset < end) {
      i += 1;
      inner.push({ ...entities[i], end: Math.min(entities[i].end, end) });
    }
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    nodes.push(wrap(entity, text.slice(entity.offset, end), span(text, entity.offset, end, inner, acts), acts));
    at = end;
    if (blocks.has(entity.type) && text[at] === "\n") at += 1; // A block ends its line by itself.
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes.map((node) => (typeof node === "string" ? document.createTextNode(node) : node));
}

const plain = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
  pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote",
};

const blocks = new Set(["pre", "blockquote", "expandable_blockquote"]);

function wrap(entity, text, children, acts) {
  if (plain[entity.type]) return el(plain[entity.type], null, children);
  switch (entity.type) {
    case "text_link":
      return link(children, entity.url, acts);
    case "url":
      return link(children, text, acts);
    case "bot_command":
      return pressable(el("span", { class: "link" }, children), () => acts.command(text));
    case "mention":
      return pressable(el("span", { class: "link" }, children), () => acts.mention(text));
    case "spoiler":
      return spoiler(children);
    case "date_time":
      return moment(entity, children, acts);
    case "hashtag": case "cashtag": case "phone_number": case "email": case "text_mention":
      return el("span", { class: "inert-link" }, children);
    default:
      return el("span", null, children);
  }
}

function link(children, url, acts) {
  return pressable(el("span", { class: "link", title: url }, children), () => acts.link(url));
}

/** A part of a line that can be pressed: a button proper is a box, and a line breaks on either side of it, even before a full stop. */
function pressable(node, act) {
  node.setAttribute("role", "button");
  node.tabIndex = 0;
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  });
  return node;
}

function moment(entity, children, acts) {
  if (!Number.isFinite(entity.unix_time)) return el("span", { class: "moment" }, children);
  return el("time", {
    class: "moment",
    datetime: new Date(entity.unix_time * 1000).toISOString(),
    title: acts.moment(entity.unix_time),
  }, children);
}

function spoiler(children) {
  const node = el("span", { class: "spoiler", "aria-expanded": "false" }, children);
  return pressable(node, () => {
    node.classList.add("open");
    node.setAttribute("aria-expanded", "true");
  });
}

/**
 * Where a link leads from a phone: {bot, payload, group} for a t.me link, {page} for a page of
 * this very address, {outside} for anything else. Nothing outside is ever opened.
 */
export function destination(url) {
  let address;
  try {
    address = new URL(/^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`);
  } catch {
    return { outside: url };
  }
  if (address.protocol === "tg:") {
    const name = address.searchParams.get("domain");
    return name ? { bot: name, payload: address.searchParams.get("start") } : { outside: url };
  }
  if (address.hostname === "t.me" || address.hostname === "telegram.me") {
    const name = address.pathname.split("/")[1];
    if (!name) return { outside: url };
    return { bot: name, payload: address.searchParams.get("start"), group: address.searchParams.has("startgroup") };
  }
  if (address.origin === location.origin) return { page: address.href };
  return { outside: url };
}
