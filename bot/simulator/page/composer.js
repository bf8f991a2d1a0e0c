import { api } from "./api.js";
import { sendContact, sendFile, sampleFile } from "./attach.js";
import { el, icon } from "./dom.js";
import { replyKeys } from "./keys.js";
import { summary } from "./message.js";
import { openDialog, openMenu } from "./overlay.js";
import { sendPlace } from "./places.js";
import { say } from "./words.js";

const tallest = 132;

/** What stands below the messages: the field to write in, the bot's keyboard and commands, or why one cannot write. */
export class Composer {
  /** What the server last said of this chat: bot_started, blocked, can_write, commands, reply_keyboard. */
  status = { bot_started: true, blocked: false, can_write: true, commands: [], reply_keyboard: null };
  #phone;
  #chat;
  #key;
  #kind = "";
  #field = null;
  #reply = null;
  #keysShown = true;
  #keyboard = "";
  #stopOutside;

  constructor(phone, chat) {
    this.#phone = phone;
    this.#chat = chat;
    this.#key = `${phone.user}/${chat.id}`;
    this.root = el("footer", { class: "composer" });
    const outside = (event) => {
      if (!this.root.contains(event.target)) this.#showCommands(null);
    };
    document.addEventListener("pointerdown", outside);
    this.#stopOutside = () => document.removeEventListener("pointerdown", outside);
  }

  remove() {
    this.#stopOutside();
  }

  /** Takes what the server says of writing in this chat. */
  update(status) {
    this.status = status;
    const keyboard = JSON.stringify(status.reply_keyboard ?? null);
    if (keyboard !== this.#keyboard) {
      this.#keyboard = keyboard;
      this.#keysShown = true;
    }
    this.#draw();
  }

  #draw() {
    const kind = this.#kindOf();
    if (kind !== "write" || this.#kind !== "write") {
      this.#kind = kind;
      this.#field = null;
      this.root.replaceChildren(...this.#build(kind));
    }
    if (kind === "write") this.#drawKeys();
  }

  #build(kind) {
    switch (kind) {
      case "start": return this.#start();
      case "blocked": return this.#blocked();
      case "closed": return this.#closed();
      default: return this.#write();
    }
  }

  #kindOf() {
    const { blocked, bot_started: started, can_write: canWrite } = this.status;
    if (this.#chat.type === "private") {
      if (blocked) return "blocked";
      if (!started) return "start";
    }
    return canWrite === false ? "closed" : "write";
  }

  #start() {
    return [
      el("p", { class: "composer-note" }, say("startHint")),
      el("button", {
        type: "button", class: "wide-button", data: { testid: "start-button" },
        on: { click: (event) => this.#once(event, () => api.start(this.#phone.user)) },
      }, say("start")),
    ];
  }

  #blocked() {
    return [
      el("p", { class: "composer-note" }, say("blocked")),
      el("button", {
        type: "button", class: "wide-button", data: { testid: "unblock" },
        on: { click: (event) => this.#once(event, () => this.#phone.block(false)) },
      }, say("unblock")),
    ];
  }

  #closed() {
    return [el("p", { class: "composer-note alone" }, say("cannotWrite"))];
  }

  async #once(event, work) {
    const button = event.currentTarget;
    button.disabled = true;
    await this.#phone.attempt(work);
    button.disabled = false;
    await this.#phone.refreshKeyboard();
  }

  #write() {
    this.#field = el("textarea", {
      rows: 1, placeholder: say("write"), "aria-label": say("write"), maxlength: 4096, enterkeyhint: "send",
      data: { testid: "composer" },
      on: { input: () => this.#typed(), keydown: (event) => this.#keydown(event) },
    });
    this.#field.value = this.#phone.desk.drafts.get(this.#key) ?? "";
    const attach = el("button", {
      type: "button", class: "round", "aria-label": say("attach"), "aria-haspopup": "menu", "aria-expanded": "false",
      data: { testid: "attach" }, on: { click: () => openMenu(this.root, attach, this.#attachments(), "above-left") },
    }, icon("attach"));
    const commands = el("button", {
      type: "button", class: "round slash", "aria-label": say("commands"), "aria-expanded": "false", data: { testid: "commands" },
      on: { click: () => this.#toggleCommands() },
    }, "/");
    const keys = el("button", {
      type: "button", class: "round keys-toggle", hidden: true, data: { testid: "keyboard-toggle" },
      on: { click: () => this.#toggleKeys() },
    }, icon("keys"));
    const send = el("button", {
      type: "button", class: "round send", "aria-label": say("send"), data: { testid: "send" }, on: { click: () => this.#send() },
    }, icon("send"));
    requestAnimationFrame(() => this.#grow());
    return [
      el("div", { class: "command-list", hidden: true }),
      el("div", { class: "reply-bar", hidden: true }),
      el("div", { class: "write-row" }, attach, el("div", { class: "field" }, this.#field, keys, commands), send),
      el("div", { class: "key-area" }),
    ];
  }

  #part(name) {
    return this.root.querySelector(`:scope > .${name}`);
  }

  // Writing.

  #typed() {
    this.#keepDraft();
    const start = /^\/(\w*)$/.exec(this.#field.value);
    this.#showCommands(start && this.status.commands.filter((one) => one.command.startsWith(start[1])));
  }

  #grow() {
    if (!this.#field) return;
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, tallest)}px`;
    this.root.classList.toggle("has-text", this.#field.value.trim() !== "");
  }

  /** Enter sends, except while an input method is composing: then Enter belongs to it. */
  #keydown(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    }
    if (event.key === "Escape" && (this.#reply || !this.#part("command-list").hidden)) {
      event.stopPropagation();
      this.#showCommands(null);
      this.replyTo(null);
    }
  }

  #setText(text) {
    this.#field.value = text;
    this.#keepDraft();
  }

  #keepDraft() {
    if (this.#field.value) this.#phone.desk.drafts.set(this.#key, this.#field.value);
    else this.#phone.desk.drafts.delete(this.#key);
    this.#grow();
  }

  async #send() {
    const text = this.#field.value.trim();
    if (!text) {
      this.#field.focus();
      return;
    }
    const replied = this.#reply;
    this.#setText("");
    this.#showCommands(null);
    this.replyTo(null);
    this.#field.focus();
    const sent = await this.#sendText(text, replied?.message_id ?? 0);
    if (!sent && this.#field.value === "") this.#setText(text);
  }

  #sendText(text, replyTo = 0) {
    return this.#phone.attempt(() => api.send(this.#phone.user, this.#chat.id, text, replyTo));
  }

  /** Lets the next text answer a message; null takes that back. */
  replyTo(message) {
    const bar = this.#part("reply-bar");
    if (!bar) return;
    this.#reply = message;
    bar.hidden = !message;
    bar.replaceChildren();
    if (!message) return;
    bar.append(
      icon("reply"),
      el("p", null,
        el("strong", null, say("replyTo", { name: message.out ? say("you") : message.sender_name ?? "" })),
        el("span", null, summary(message))),
      el("button", {
        type: "button", class: "round", "aria-label": say("cancelReply"), on: { click: () => this.replyTo(null) },
      }, icon("close")));
    this.#field.focus();
  }

  // Commands.

  #toggleCommands() {
    this.#showCommands(this.#part("command-list").hidden ? this.status.commands : null, true);
  }

  #showCommands(commands, sayEmpty = false) {
    const list = this.#part("command-list");
    if (!list) return;
    const shown = commands && (commands.length > 0 || sayEmpty);
    list.hidden = !shown;
    this.root.querySelector(".slash").setAttribute("aria-expanded", String(Boolean(shown)));
    if (!shown) return;
    list.replaceChildren(...commands.map((one) => el("button", {
      type: "button", data: { testid: "command", command: one.command }, on: { click: () => this.#command(one.command) },
    }, el("strong", null, `/${one.command}`), el("span", null, one.description))));
    if (!commands.length) list.append(el("p", { class: "composer-note" }, say("noCommands")));
  }

  async #command(name) {
    this.#showCommands(null);
    if (this.#field.value.startsWith("/")) this.#setText("");
    this.#field.focus();
    await this.#sendText(`/${name}`);
  }

  // The bot's keyboard.

  #toggleKeys() {
    this.#keysShown = !this.#keysShown;
    this.#drawKeys();
  }

  #drawKeys() {
    const keyboard = this.status.reply_keyboard;
    const area = this.#part("key-area");
    const toggle = this.root.querySelector(".keys-toggle");
    const shown = Boolean(keyboard) && this.#keysShown;
    area.replaceChildren(...(shown ? [replyKeys(keyboard, (key) => this.#pressKey(key))] : []));
    toggle.hidden = !keyboard;
    toggle.setAttribute("aria-label", say(shown ? "hideKeys" : "showKeys"));
    toggle.setAttribute("aria-pressed", String(shown));
    this.#field.placeholder = keyboard?.input_field_placeholder || say("write");
  }

  async #pressKey(key) {
    if (key.request_contact) return this.#askNumber();
    if (key.request_location) return this.#askPlace();
    this.#used();
    return this.#sendText(key.text);
  }

  /** A keyboard for one use goes once it was used. */
  #used() {
    if (!this.status.reply_keyboard?.one_time_keyboard) return;
    this.#keysShown = false;
    this.#drawKeys();
  }

  #askNumber() {
    openDialog(this.#phone.screen, {
      title: say("shareNumberTitle"),
      testid: "share-contact",
      body: el("p", null, say("shareNumberText", { bot: this.#phone.desk.bot.first_name })),
      actions: [
        { label: say("cancel") },
        { label: say("shareNumber"), primary: true, act: () => this.#shareNumber() },
      ],
    });
  }

  #askPlace() {
    sendPlace(this.#phone, this.#chat.id, { title: "sharePlaceTitle", done: () => this.#used() });
  }

  async #shareNumber() {
    const sent = await this.#phone.attempt(() => api.contact(this.#phone.user, this.#chat.id, { own: true }));
    if (sent) this.#used();
  }

  // Attachments.

  #attachments() {
    const phone = this.#phone;
    const chat = this.#chat.id;
    return [
      { label: say("attachPhoto"), icon: "photo", testid: "attach-photo", act: () => sendFile(phone, chat, "photo") },
      { label: say("attachSample"), icon: "photo", testid: "attach-sample", act: () => sampleFile(phone, chat) },
      { label: say("attachFile"), icon: "file", testid: "attach-file", act: () => sendFile(phone, chat, "document") },
      { label: say("attachPlace"), icon: "place", testid: "attach-place", act: () => sendPlace(phone, chat) },
      { label: say("attachContact"), icon: "card", testid: "attach-contact", act: () => sendContact(phone, chat) },
    ];
  }
}
