/**
 * Building the page. Everything shown is made here from elements and text nodes;
 * nothing in this page ever parses markup, so what a person wrote stays text.
 */

const svgSpace = "http://www.w3.org/2000/svg";

/**
 * Makes an element. A string child becomes a text node; null and false are left out.
 * @param {string} tag
 * @param {object} [props] attributes, and besides them: `on` (event → listener), `data` (dataset)
 * @param {...(Node|string|number|null|false|undefined|Array)} children
 * @returns {HTMLElement}
 */
export function el(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** Makes an SVG element, under the same rules as `el`. */
export function svg(tag, props, ...children) {
  return fill(document.createElementNS(svgSpace, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "data") {
      Object.assign(node.dataset, value);
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...present(children));
  return node;
}

function present(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Makes `nodes` the children of `parent`, moving only those that are out of place. */
export function reconcile(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) {
    if (!wanted.has(child)) child.remove();
  }
  let at = parent.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
}

const paths = {
  people: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 9c0-3.6 3.1-6 7-6s7 2.4 7 6M16 3.5a4 4 0 0 1 0 7M18.5 14.5c2.1.8 3.5 2.7 3.5 5.5",
  close: "M6 6l12 12M18 6 6 18",
  scan: "M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16",
  back: "M15 5l-7 7 7 7",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  send: "M12 19V5M6 11l6-6 6 6",
  attach: "M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.8-7.8",
  keys: "M4 6h16v12H4zM8 10v.01M12 10v.01M16 10v.01M8 14h8",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM20 20l-4.7-4.7",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  auto: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 3.5v17M15 6.2v11.6M18 9v6",
  down: "M12 5v14M6 13l6 6 6-6",
  left: "M14 6l-6 6 6 6",
  right: "M10 6l6 6-6 6",
  bulb: "M9.5 20h5M9 16.5c0-2-3-3.3-3-7a6 6 0 1 1 12 0c0 3.7-3 5-3 7Z",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9v.01",
  file: "M6 3h8l4 4v14H6zM14 3v4h4M9 13h6M9 17h4",
  place: "M12 21s-7-6.3-7-11.5a7 7 0 0 1 14 0C19 14.7 12 21 12 21ZM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  card: "M3 5h18v14H3zM9 12a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM5.5 16.5c.5-1.7 1.8-2.5 3.5-2.5s3 .8 3.5 2.5M15 9.5h3.5M15 13.5h3.5",
  reply: "M10 6l-6 6 6 6M4 12h9a7 7 0 0 1 7 6.5",
  out: "M8 16 17 7M9.5 7H17v7.5",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5.5l3.5 2",
};

/** One line icon of the page's own drawing; it says nothing to a screen reader. */
export function icon(name) {
  return svg("svg", { class: name === "more" ? "icon dots" : "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: paths[name] }));
}
