import { api } from "./api.js";
import { Chat } from "./chat.js";
import { ChatList } from "./chatlist.js";
import { reason } from "./desk.js";
import { el, icon } from "./dom.js";
import { destination } from "./entities.js";
import { chatMenuItems, createGroup, phoneMenuItems } from "./menus.js";
import { openDialog, openMenu, toast } from "./overlay.js";
import { gathered } from "./signal.js";
import { pick, say } from "./words.js";

/** One person's phone: the list of their chats, and the chat that they have open. */
export class Phone {
  #list;
  #chat = null;
  #chats = [];
  #blocked = false;
  #asked = 0;
  #caption;
  #time;
  #refresh;

  /** @param {import("./desk.js").Desk} desk @param {number} user whose phone it is */
  constructor(desk, user) {
    this.desk = desk;
    this.user = user;
    this.clock = desk.clock;
    this.#list = new ChatList(this);
    this.#caption = el("header", { class: "caption" });
    this.#time = el("time", { class: "status-time" });
    this.screen = el("div", { class: "screen" }, this.#list.root);
    this.root = el("section", {
      class: "phone", data: { testid: "phone", user },
      on: { focusin: () => this.#hold(), pointerdown: () => this.#hold() },
    },
    this.#caption,
    el("div", { class: "device" },
      el("div", { class: "status-bar", "aria-hidden": "true" }, this.#time, el("span", { class: "island" }), el("span", { class: "battery" })),
      this.screen));
    this.#refresh = gathered(() => this.#fetchChats().catch((error) => this.complain(error)), 40);
    this.drawCaption();
    this.tick();
  }

  #hold() {
    if (this.desk.focus !== this.user) this.desk.hold(this.user);
  }

  /** The number of messages this person has not read. */
  get unread() {
    return this.#chats.reduce((sum, chat) => sum + (chat.unread ?? 0), 0);
  }

  /** Whether the reader can see this phone; a narrow screen shows one at a time. */
  get visible() {
    return this.root.offsetParent !== null;
  }

  /** The phone came into view. */
  seen() {
    this.#chat?.seen();
  }

  remove() {
    this.#chat?.remove();
    this.root.remove();
  }

  /** Fetches the chats, and opens the one that the address names. */
  async load() {
    try {
      await this.#fetchChats();
      const wanted = this.desk.chatOf(this.user);
      if (wanted && this.#chats.some((chat) => chat.id === wanted)) await this.show(wanted);
      else this.desk.note(this.user, null);
    } catch (error) {
      this.complain(error);
    }
  }

  /** Fetches everything anew, after events were lost. */
  async reload() {
    await this.attempt(async () => {
      await this.#fetchChats();
      if (this.#chat?.open) await this.#chat.load();
    });
  }

  async #fetchChats() {
    this.#asked += 1;
    const asked = this.#asked;
    const { chats, blocked } = await api.chats(this.user);
    if (asked !== this.#asked) return;
    this.#chats = chats;
    this.#blocked = blocked;
    this.#list.draw(chats);
    const shown = chats.find((chat) => chat.id === this.#chat?.id);
    if (shown) this.#chat.describe(shown);
    else this.#chat?.close();
    this.desk.named.tell();
  }

  /** Shows a chat. */
  async show(id) {
    if (this.#chat?.id === id) return;
    const chat = this.#chats.find((one) => one.id === id);
    if (!chat) return;
    this.#chat?.remove();
    this.#chat = new Chat(this, chat);
    this.screen.append(this.#chat.root);
    this.#list.root.inert = true;
    this.desk.note(this.user, id);
    await this.attempt(() => this.#chat.load());
  }

  /** Goes back to the list of chats. */
  showList() {
    const left = this.#chat?.id;
    this.#chat?.remove();
    this.#chat = null;
    this.#list.root.inert = false;
    this.desk.note(this.user, null);
    this.#list.focus(left);
    this.#refresh();
  }

  /** Takes an event that is for this phone. */
  take(name, data) {
    const here = this.#chat?.id === data.chat ? this.#chat : null;
    switch (name) {
      case "message": here?.put(data.message); break;
      case "edit": here?.put(data.message, true); break;
      case "delete": here?.drop(data.message_id); break;
      case "keyboard": if (here) this.refreshKeyboard(); break;
      default:
    }
    if (name !== "keyboard") this.#refresh();
  }

  /** Learns the owner's name from their own messages, where the desk does not know it. */
  learn(messages) {
    const known = this.desk.person(this.user);
    const own = known.unknown && messages.find((message) => message.out && message.sender_name);
    if (own) this.desk.meet([{ id: this.user, name: own.sender_name, note: known.note }]);
  }

  /** Draws what hangs on the clock. */
  tick() {
    const now = this.clock.time(this.clock.now());
    if (this.#time.textContent !== now) this.#time.textContent = now;
  }

  /** Draws anew after the clock was moved. */
  moved() {
    this.tick();
    this.#list.draw(this.#chats);
    this.#chat?.redraw();
  }

  drawCaption() {
    const person = this.desk.person(this.user);
    const menu = el("button", {
      type: "button", class: "round", "aria-label": say("phoneMenu"), "aria-haspopup": "menu", "aria-expanded": "false",
      data: { testid: "phone-menu" }, on: { click: () => openMenu(this.root, menu, phoneMenuItems(this, this.#blocked), "caption-menu") },
    }, icon("more"));
    this.root.setAttribute("aria-label", say("phoneOf", { name: person.name }));
    this.#caption.replaceChildren(
      el("div", { class: "caption-words" }, el("h2", null, person.name), el("p", { title: pick(person.note) }, pick(person.note))),
      menu,
      el("button", {
        type: "button", class: "round", "aria-label": say("closePhone", { name: person.name }), data: { testid: "close-phone" },
        on: { click: () => this.desk.close(this.user) },
      }, icon("close")));
  }

  chatMenu(chat, status) {
    return chatMenuItems(this, chat, status.blocked ?? this.#blocked);
  }

  async refreshKeyboard() {
    if (this.#chat?.open) await this.attempt(() => this.#chat.refreshKeyboard());
  }

  async block(on) {
    await api.block(this.user, on);
    this.#refresh();
    await this.refreshKeyboard();
  }

  // Links and answers.

  /** Opens what a link leads to, as far as the demo goes. */
  follow(url) {
    const to = destination(url);
    if (to.bot && this.#isBot(to.bot)) {
      if (to.group) createGroup(this);
      else this.#openBot(to.payload);
      return;
    }
    if (to.page) window.open(to.page, "_blank", "noopener");
    else this.toast(say("externalLink", { url }));
  }

  /** Opens the chat with the bot where a text mentions it; other names lead nowhere. */
  mention(text) {
    if (this.#isBot(text.slice(1))) this.#openBot(null);
  }

  #isBot(name) {
    return name.toLowerCase() === this.desk.bot.username.toLowerCase();
  }

  async #openBot(payload) {
    const chat = this.#chats.find((one) => one.type === "private");
    if (!chat) return;
    await this.show(chat.id);
    if (payload === null) return;
    await this.attempt(() => api.start(this.user, payload));
    await this.refreshKeyboard();
  }

  /** Shows the bot's answer to a press. */
  hear(answer) {
    if (!answer) return;
    if (answer.url) this.follow(answer.url);
    if (!answer.text) return;
    if (!answer.show_alert) {
      this.toast(answer.text);
      return;
    }
    openDialog(this.screen, {
      title: answer.text,
      alert: true,
      testid: "alert",
      body: el("p", { class: "alert-text" }, answer.text),
      actions: [{ label: say("ok"), primary: true, testid: "alert-ok" }],
    });
  }

  async copy(text) {
    await navigator.clipboard?.writeText(text).catch(() => {});
    this.toast(say("copied"));
  }

  toast(text, kind) {
    toast(this.#chat?.paper ?? this.screen, text, kind);
  }

  complain(error) {
    this.toast(reason(error), "wrong");
  }

  /** Does `work`; what goes wrong is shown on this phone, and the answer is undefined. */
  async attempt(work) {
    try {
      return (await work()) ?? {};
    } catch (error) {
      this.complain(error);
      return undefined;
    }
  }
}
