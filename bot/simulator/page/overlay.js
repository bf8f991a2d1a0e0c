import { el, icon } from "./dom.js";
import { say } from "./words.js";

/** What lies over a phone or the page for a while: dialogs, menus, toasts. */

const focusable = "button:not([disabled]), [href], input:not([disabled]), select, textarea, [tabindex='0']";

/**
 * Opens a dialog over `host`. It holds the keyboard until it is closed, by Esc too, and
 * then gives it back to where it was.
 *
 * @param {HTMLElement} host
 * @param {object} options title, body (nodes), actions [{label, primary, danger, act}], testid, alert
 * @returns {() => void} closes it
 */
export function openDialog(host, { title, body = [], actions = [], testid = "dialog", alert = false, wide = false }) {
  const before = document.activeElement;
  const box = el("div", {
    class: wide ? "dialog wide" : "dialog", role: alert ? "alertdialog" : "dialog", "aria-modal": "true",
    "aria-label": title || say("hint"), data: { testid },
  });
  const scrim = el("div", { class: "scrim" }, box);

  const close = () => {
    if (!scrim.isConnected) return;
    scrim.remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
  const run = async (action) => {
    if ((await action.act?.()) !== false) close();
  };
  box.append(...[
    title && !alert ? el("h2", { class: "dialog-title" }, title) : null,
    el("div", { class: "dialog-body" }, body),
    actions.length > 0 && el("div", { class: "dialog-actions" }, actions.map((action) => el("button", {
      type: "button",
      class: ["button", action.primary && "primary", action.danger && "danger"].filter(Boolean).join(" "),
      data: { testid: action.testid ?? (action.primary ? "dialog-ok" : "dialog-cancel") },
      on: { click: () => run(action) },
    }, action.label))),
  ].filter(Boolean));

  scrim.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (event.key === "Enter" && event.target.matches("input:not([type=search])") && !event.isComposing) {
      event.preventDefault();
      const main = actions.find((action) => action.primary);
      if (main) run(main);
    }
    if (event.key === "Tab") keepInside(box, event);
  });
  scrim.addEventListener("pointerdown", (event) => {
    if (event.target === scrim) close();
  });
  host.append(scrim);
  (box.querySelector("[data-first]") ?? box.querySelector(".primary") ?? box.querySelector(focusable))?.focus({ preventScroll: true });
  return close;
}

function keepInside(box, event) {
  const stops = [...box.querySelectorAll(focusable)];
  if (!stops.length) return;
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0]).focus();
}

/**
 * Opens a small menu in `host` beside the button that asked for it.
 * @param {Array} items {label, icon, danger, act}; null draws a line
 */
export function openMenu(host, button, items, place = "top-right") {
  const wasOpen = button.getAttribute("aria-expanded") === "true";
  host.querySelector(":scope > .menu")?.dispatchEvent(new Event("dismiss"));
  if (wasOpen) return;
  const menu = el("div", { class: `menu ${place}`, role: "menu", data: { testid: "menu" } });

  const close = (refocus) => {
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (refocus) button.focus({ preventScroll: true });
  };
  const outside = (event) => {
    if (!menu.contains(event.target) && !button.contains(event.target)) close(false);
  };
  for (const item of items) {
    menu.append(item === null ? el("hr") : el("button", {
      type: "button", role: "menuitem", class: item.danger ? "danger" : null, data: item.testid ? { testid: item.testid } : null,
      on: {
        click: () => {
          close(true);
          item.act();
        },
      },
    }, item.icon && icon(item.icon), el("span", null, item.label)));
  }
  menu.addEventListener("dismiss", () => close(false));
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close(true);
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const stops = [...menu.querySelectorAll("button")];
    const at = stops.indexOf(document.activeElement);
    stops.at((at + (event.key === "ArrowDown" ? 1 : -1)) % stops.length)?.focus();
  });
  button.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  host.append(menu);
  menu.querySelector("button")?.focus({ preventScroll: true });
}

/** Slides a short text into `host` and takes it away once it could be read. */
export function toast(host, text, kind = "") {
  for (const old of host.querySelectorAll(":scope > .toast")) old.remove();
  const node = el("div", { class: `toast ${kind}`, role: "status", data: { testid: "toast" } }, text);
  host.append(node);
  setTimeout(() => node.remove(), 3500 + Math.min(text.length, 120) * 60);
}

/** Shows a picture as large as the window allows. */
export function enlarge(address, caption) {
  const close = openDialog(document.body, {
    title: caption || say("photo"),
    testid: "lightbox",
    alert: true,
    wide: true,
    body: [
      el("img", { class: "large-photo", src: address, alt: caption || say("photo") }),
      el("button", {
        type: "button", class: "round lightbox-close", "aria-label": say("closeDialog"), on: { click: () => close() },
      }, icon("close")),
    ],
  });
}
