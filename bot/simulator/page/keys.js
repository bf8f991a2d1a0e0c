import { el, icon } from "./dom.js";

/**
 * The keys under a message. A callback key turns until the bot has answered; the press
 * itself is the chat's affair (acts.press).
 */
export function inlineKeys(message, acts) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  const widest = Math.max(...rows.map((row) => row.length));
  return el("div", { class: widest > 3 ? "keys dense" : "keys", role: "group" },
    rows.map((row, at) => el("div", { class: "key-row" },
      row.map((key, col) => inlineKey(message, key, at, col, acts)))));
}

function inlineKey(message, key, row, col, acts) {
  const button = el("button", {
    type: "button", class: "key", data: { testid: "inline-key", row, col, style: key.style ?? "" },
    on: { click: () => press(button, message, key, row, col, acts) },
  }, el("span", null, key.text), key.url && icon("out"), key.copy_text && icon("copy"));
  if (key.url) button.title = key.url;
  return button;
}

async function press(button, message, key, row, col, acts) {
  if (key.copy_text) return acts.copy(key.copy_text.text);
  if (key.url) return acts.link(key.url);
  if (key.callback_data === undefined) return acts.inert();
  if (button.getAttribute("aria-busy") === "true") return undefined;
  button.setAttribute("aria-busy", "true");
  try {
    await acts.press(message, row, col);
  } finally {
    button.removeAttribute("aria-busy");
  }
  return undefined;
}

/** The keyboard that the bot has put in place of the phone's own. */
export function replyKeys(keyboard, press) {
  return el("div", { class: keyboard.resize_keyboard ? "reply-keys" : "reply-keys tall", role: "group", data: { testid: "reply-keyboard" } },
    keyboard.keyboard.map((row) => el("div", { class: "key-row" },
      row.map((key) => el("button", {
        type: "button", class: "reply-key", data: { testid: "reply-key" }, on: { click: () => press(key) },
      }, key.request_contact && icon("card"), key.request_location && icon("place"), el("span", null, key.text))))));
}
