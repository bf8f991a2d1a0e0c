import { el } from "./dom.js";
import { groupInitial, initials, tone } from "./format.js";

/** A person's round, coloured initials. */
export function avatar(id, name) {
  return el("span", { class: "avatar", "aria-hidden": "true", data: { tone: tone(id) } }, initials(name));
}

/** The mark of a chat: the bot's seal, a group's square, a person's circle. */
export function chatAvatar(chat) {
  if (chat.type === "private") return seal();
  return el("span", { class: "avatar square", "aria-hidden": "true", data: { tone: tone(chat.id) } }, groupInitial(chat.title));
}

/** The seal of the product, which is also the bot's face. */
export function seal() {
  return el("span", { class: "avatar seal", "aria-hidden": "true" }, "集");
}
