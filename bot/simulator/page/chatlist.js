import { chatAvatar } from "./avatar.js";
import { el, reconcile } from "./dom.js";
import { badge } from "./format.js";
import { say } from "./words.js";

/** The chats of one phone, newest first. */
export class ChatList {
  #phone;
  #list = el("ul", { class: "chat-list" });
  #rows = new Map();

  /** @param {import("./phone.js").Phone} phone */
  constructor(phone) {
    this.#phone = phone;
    this.root = el("section", { class: "chats", "aria-label": say("chats") },
      el("header", { class: "list-head" }, el("h3", null, say("chats"))),
      this.#list);
  }

  draw(chats) {
    const rows = chats.map((chat) => this.#row(chat));
    const ids = new Set(chats.map((chat) => chat.id));
    for (const id of this.#rows.keys()) if (!ids.has(id)) this.#rows.delete(id);
    reconcile(this.#list, rows.length ? rows : [el("li", { class: "composer-note" }, say("noChats"))]);
  }

  #row(chat) {
    const row = this.#rows.get(chat.id) ?? this.#newRow(chat.id);
    const time = chat.last ? this.#phone.clock.brief(this.#moment(chat.last.date)) : "";
    const looks = JSON.stringify([chat, time]);
    if (row.looks === looks) return row.node;
    row.looks = looks;
    row.node.firstChild.replaceChildren(
      chatAvatar(chat),
      el("span", { class: "chat-words" },
        el("span", { class: "chat-line" }, el("strong", null, chat.title), el("time", null, time)),
        el("span", { class: "chat-line" },
          el("span", { class: "excerpt" }, chat.last ? (chat.last.out ? `${say("you")}: ` : "") + chat.last.text : say("noMessages")),
          chat.unread > 0 && el("span", { class: "badge", "aria-label": say("unread", { n: chat.unread }) }, badge(chat.unread)))));
    return row.node;
  }

  #newRow(id) {
    const node = el("li", null, el("button", {
      type: "button", class: "chat-item", data: { testid: "chat-item", chat: id }, on: { click: () => this.#phone.show(id) },
    }));
    const row = { node, looks: "" };
    this.#rows.set(id, row);
    return row;
  }

  /** A message's date is seconds; a list's may also be written out. */
  #moment(date) {
    return new Date(typeof date === "number" ? date * 1000 : date);
  }

  /** Gives the keyboard to the chat that was left. */
  focus(chat) {
    this.#rows.get(chat)?.node.firstChild.focus({ preventScroll: true });
  }
}
