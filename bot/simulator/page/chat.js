import { api } from "./api.js";
import { chatAvatar } from "./avatar.js";
import { Composer } from "./composer.js";
import { el, icon, reconcile } from "./dom.js";
import { count } from "./format.js";
import { messageContent, senderKey, serviceText } from "./message.js";
import { openMenu } from "./overlay.js";
import { sendPlace } from "./places.js";
import { gathered } from "./signal.js";
import { isLive } from "./tile.js";
import { say } from "./words.js";

const pageLength = 50;
const nearEnd = 80;
const runSeconds = 600;

/** One chat as one person sees it: its messages, kept in step with the server, and the composer. */
export class Chat {
  /** Whether the person is still in this chat. */
  open = true;
  #phone;
  #chat;
  #messages = new Map();
  #articles = new Map();
  #days = new Map();
  /** What events said while a page was on its way; it is newer than the page. */
  #touched = null;
  #more = false;
  #loadingOlder = false;
  #fresh = 0;
  #atEnd = true;
  #top = 0;
  #composer;
  #scroller;
  #list;
  #older;
  #jump;
  #head;
  #watch;
  #resize;
  #acts;
  #read;

  /** @param {import("./phone.js").Phone} phone @param {object} chat {id, type, title, members} */
  constructor(phone, chat) {
    this.#phone = phone;
    this.#chat = chat;
    this.#acts = this.#makeActs();
    this.#composer = new Composer(phone, chat);
    this.#older = el("button", { type: "button", class: "older", hidden: true, on: { click: () => this.#loadOlder() } }, say("older"));
    this.#list = el("div", { class: "messages", role: "log", "aria-label": say("messages"), "aria-relevant": "additions" });
    this.#scroller = el("div", { class: "scroller", tabindex: "-1", on: { scroll: () => this.#scrolled() } }, this.#older, this.#list);
    this.#jump = el("button", {
      type: "button", class: "round jump", hidden: true, "aria-label": say("newest"), on: { click: () => this.#toEnd(true) },
    }, icon("down"), el("span", { class: "badge" }));
    this.#head = el("header", { class: "chat-head" });
    this.paper = el("div", { class: "paper" }, this.#scroller, this.#jump);
    this.root = el("section", { class: "chat", "aria-label": chat.title }, this.#head, this.paper, this.#composer.root);
    this.#drawHead();
    this.#read = gathered(() => {
      if (phone.visible) api.read(phone.user, chat.id).catch(() => {});
    }, 150);

    this.#watch = new IntersectionObserver((seen) => {
      if (seen.some((entry) => entry.isIntersecting)) this.#loadOlder();
    }, { root: this.#scroller });
    this.#resize = new ResizeObserver(() => {
      if (this.#atEnd) this.#toEnd();
    });
    this.#resize.observe(this.#scroller);
    this.#resize.observe(this.#list);
  }

  get id() {
    return this.#chat.id;
  }

  get composer() {
    return this.#composer;
  }

  remove() {
    this.#watch.disconnect();
    this.#resize.disconnect();
    this.#composer.remove();
    this.root.remove();
  }

  /** The person is no longer in this chat: what was said stays on the screen, and that is all. */
  close() {
    this.open = false;
    this.#composer.update({ ...this.#composer.status, reply_keyboard: null, can_write: false });
  }

  /** Takes what the chat list newly says of this chat. */
  describe(chat) {
    if (!this.open) {
      this.open = true;
      this.#phone.refreshKeyboard();
    }
    this.#chat = { ...this.#chat, ...chat };
    this.#drawHead();
  }

  #drawHead() {
    const chat = this.#chat;
    const group = chat.type !== "private";
    const menu = el("button", {
      type: "button", class: "round", "aria-label": say("chatMenu"), "aria-haspopup": "menu", "aria-expanded": "false",
      data: { testid: "chat-menu" },
      on: { click: () => openMenu(this.root, menu, this.#phone.chatMenu(this.#chat, this.#composer.status)) },
    }, icon("more"));
    this.#head.replaceChildren(
      el("button", {
        type: "button", class: "round", "aria-label": say("back"), data: { testid: "back" }, on: { click: () => this.#phone.showList() },
      }, icon("back")),
      chatAvatar(chat),
      el("div", { class: "chat-names" },
        el("h3", null, chat.title),
        el("p", null, group ? say("members", { n: count(chat.members) }) : say("bot"))),
      menu);
  }

  /** Fetches the newest page, and the state of keyboard, commands and rights. */
  async load() {
    this.#touched = new Map();
    const page = await api.messages(this.#phone.user, this.id, { limit: pageLength });
    const first = page.messages[0]?.message_id ?? Infinity;
    for (const id of [...this.#messages.keys()]) {
      if (id >= first || !page.more) this.#messages.delete(id);
    }
    if (this.#messages.size === 0) this.#more = page.more;
    for (const message of page.messages) this.#messages.set(message.message_id, message);
    for (const [id, message] of this.#touched) {
      if (message) this.#messages.set(id, message);
      else this.#messages.delete(id);
    }
    this.#touched = null;
    this.#phone.learn(page.messages);
    this.#composer.update(page);
    this.#draw();
    this.#watch.observe(this.#older);
    this.#read();
  }

  /** Asks anew for what is below the messages: keyboard, commands, rights. */
  async refreshKeyboard() {
    this.#composer.update(await api.messages(this.#phone.user, this.id, { limit: 1 }));
  }

  async #loadOlder() {
    if (!this.#more || this.#loadingOlder) return;
    this.#loadingOlder = true;
    try {
      const before = Math.min(...this.#messages.keys());
      const page = await api.messages(this.#phone.user, this.id, { before, limit: pageLength });
      for (const message of page.messages) this.#messages.set(message.message_id, message);
      this.#more = page.more && page.messages.length > 0;
      this.#draw();
    } catch (error) {
      this.#phone.complain(error);
    } finally {
      this.#loadingOlder = false;
    }
  }

  /** A message that is new, or that was edited. */
  put(message, edited = false) {
    const id = message.message_id;
    const known = this.#messages.has(id);
    if (edited && !known && !this.#touched) return;
    this.#messages.set(id, message);
    this.#touched?.set(id, message);
    this.#draw(id);
    if (known && edited) this.#glow(id);
    if (known || edited) return;
    this.#read();
    if (message.out) this.#toEnd();
    else if (!this.#atEnd) this.#count(this.#fresh + 1);
  }

  /** A message that was deleted. */
  drop(id) {
    this.#touched?.set(id, null);
    if (this.#messages.delete(id)) this.#draw();
  }

  /** Tells the server that the messages were seen, if they can be. */
  seen() {
    this.#read();
  }

  /** Draws anew what depends on the time: days' names, what is still live. */
  redraw() {
    if (this.#messages.size) this.#draw();
  }

  #glow(id) {
    const article = this.#articles.get(id)?.node;
    if (!article) return;
    article.classList.remove("glow");
    requestAnimationFrame(() => article.classList.add("glow"));
  }

  #draw() {
    const keep = this.#anchor();
    const ids = [...this.#messages.keys()].sort((a, b) => a - b);
    const days = new Map();
    ids.forEach((id, at) => {
      const message = this.#messages.get(id);
      const key = this.#phone.clock.dayKey(new Date(message.date * 1000));
      if (!days.has(key)) days.set(key, [this.#dayHead(key, message.date)]);
      days.get(key).push(this.#article(message, this.#messages.get(ids[at - 1]), this.#messages.get(ids[at + 1])));
    });
    for (const id of this.#articles.keys()) if (!this.#messages.has(id)) this.#articles.delete(id);
    for (const key of this.#days.keys()) if (!days.has(key)) this.#days.delete(key);
    for (const [key, nodes] of days) reconcile(this.#days.get(key).block, nodes);
    const blocks = [...days.keys()].map((key) => this.#days.get(key).block);
    reconcile(this.#list, blocks.length ? blocks : [el("p", { class: "service empty" }, say("noMessages"))]);
    this.#older.hidden = !this.#more;
    keep();
  }

  /** A day's heading. It stays in view while its day is read, and leaves with it. */
  #dayHead(key, date) {
    const text = this.#phone.clock.heading(new Date(date * 1000));
    const day = this.#days.get(key) ?? { block: el("div", { class: "day-block" }), head: el("h4", { class: "day", data: { testid: "day" } }) };
    if (day.head.textContent !== text) day.head.textContent = text;
    this.#days.set(key, day);
    return day.head;
  }

  /** A message's article. It is made once; its content only when what it shows has changed. */
  #article(message, previous, next) {
    const place = {
      group: this.#chat.type !== "private",
      first: !this.#sameRun(previous, message),
      last: !this.#sameRun(message, next),
      live: isLive(message, this.#acts.now()),
    };
    const looks = JSON.stringify([message, place]);
    const held = this.#articles.get(message.message_id);
    if (held?.looks === looks) return held.node;

    const node = held?.node ?? el("article", { data: { testid: "message", id: message.message_id } });
    const service = serviceText(message) !== null;
    const glowing = node.classList.contains("glow");
    node.className = ["message", service ? "notice-line" : message.out ? "out" : "in",
      place.first && "first", place.last && "last", glowing && "glow"].filter(Boolean).join(" ");
    if (!service) node.setAttribute("aria-label", message.out ? say("you") : message.sender_name ?? this.#chat.title);
    const focus = node.contains(document.activeElement) ? document.activeElement.dataset : null;
    node.replaceChildren(...messageContent(message, place, this.#acts));
    if (focus?.row) node.querySelector(`[data-row="${focus.row}"][data-col="${focus.col}"]`)?.focus({ preventScroll: true });
    this.#articles.set(message.message_id, { node, looks });
    return node;
  }

  #sameRun(a, b) {
    if (!a || !b) return false;
    return senderKey(a) === senderKey(b) && b.date - a.date < runSeconds
      && serviceText(a) === null && serviceText(b) === null
      && this.#phone.clock.dayKey(new Date(a.date * 1000)) === this.#phone.clock.dayKey(new Date(b.date * 1000));
  }

  /** Remembers what the reader looks at; the answer puts it back where it was on the screen. */
  #anchor() {
    if (this.#atEnd) return () => this.#toEnd();
    const top = this.#scroller.getBoundingClientRect().top;
    const seen = [...this.#list.querySelectorAll(".message")].find((node) => node.getBoundingClientRect().bottom > top);
    const before = seen?.getBoundingClientRect().top;
    return () => {
      if (seen?.isConnected) this.#scroller.scrollTop += seen.getBoundingClientRect().top - before;
    };
  }

  /** Only the reader going up leaves the end; a list that grows does not. */
  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const near = scrollHeight - scrollTop - clientHeight < nearEnd;
    if (near || scrollTop < this.#top) this.#atEnd = near;
    this.#top = scrollTop;
    this.#jump.hidden = this.#atEnd;
    if (this.#atEnd) this.#count(0);
  }

  #toEnd(smoothly = false) {
    this.#atEnd = true;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior: smoothly && !still ? "smooth" : "instant" });
  }

  #count(n) {
    this.#fresh = n;
    this.#jump.querySelector(".badge").textContent = n ? String(n) : "";
  }

  #makeActs() {
    const phone = this.#phone;
    const clock = phone.clock;
    return {
      now: () => clock.now().getTime() / 1000,
      time: (unix) => clock.time(new Date(unix * 1000)),
      moment: (unix) => clock.full(new Date(unix * 1000)),
      isBot: (id) => id === phone.desk.bot.id,
      command: (text) => phone.attempt(() => api.send(phone.user, this.id, text)),
      mention: (text) => phone.mention(text),
      link: (url) => phone.follow(url),
      copy: (text) => phone.copy(text),
      inert: () => phone.toast(say("inertKey")),
      reply: (message) => this.#composer.replyTo(message),
      jump: (id) => this.#jumpTo(id),
      movePlace: (message) => sendPlace(phone, this.id, { moved: message, title: "movePlaceTitle" }),
      press: (message, row, col) => phone.attempt(async () => {
        const { answer } = await api.press(phone.user, this.id, message.message_id, row, col);
        phone.hear(answer);
      }),
    };
  }

  #jumpTo(id) {
    const article = this.#articles.get(id)?.node;
    if (!article) return;
    article.scrollIntoView({ block: "center" });
    this.#glow(id);
  }
}
