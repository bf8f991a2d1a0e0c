import { avatar, seal } from "./avatar.js";
import { el, reconcile } from "./dom.js";
import { badge } from "./format.js";
import { Phone } from "./phone.js";
import { say } from "./words.js";

const firstPhones = 3;

/** Where the phones lie: side by side, or one at a time behind a row of tabs where the window is narrow. */
export class Stage {
  #desk;
  #phones = new Map();
  #row = el("div", { class: "phones" });
  #tabs = el("nav", { class: "tabs", "aria-label": say("openPhones") });
  #tabsLook = "";
  #welcome;

  /** @param {import("./desk.js").Desk} desk @param {() => void} find opens the people panel */
  constructor(desk, find) {
    this.#desk = desk;
    this.#welcome = this.#makeWelcome(find);
    this.root = el("main", { class: "stage" }, this.#tabs, this.#row, this.#welcome);
    this.draw();
  }

  #makeWelcome(find) {
    const users = (this.#desk.state.shortcuts ?? []).slice(0, firstPhones).map((one) => one.user);
    return el("div", { class: "welcome" }, seal(),
      el("h2", null, say("welcomeTitle")),
      el("p", null, say("welcomeText")),
      el("div", { class: "welcome-keys" },
        users.length > 0 && el("button", {
          type: "button", class: "button primary", data: { testid: "welcome-open" },
          on: { click: () => users.forEach((user) => this.#desk.open(user)) },
        }, say("welcomeOpen")),
        el("button", { type: "button", class: "button", data: { testid: "welcome-find" }, on: { click: find } }, say("welcomeFind"))));
  }

  /** Puts out the phones that are on the desk, and those alone. */
  draw() {
    const users = this.#desk.users;
    for (const [user, phone] of this.#phones) {
      if (users.includes(user)) continue;
      phone.remove();
      this.#phones.delete(user);
    }
    for (const user of users) {
      if (this.#phones.has(user)) continue;
      const phone = new Phone(this.#desk, user);
      this.#phones.set(user, phone);
      phone.load();
    }
    reconcile(this.#row, users.map((user) => this.#phones.get(user).root));
    this.#welcome.hidden = users.length > 0;
    this.#row.hidden = users.length === 0;
    this.#desk.live.follow(users);
    this.focus();
  }

  /** Shows which phone is in hand. */
  focus() {
    for (const [user, phone] of this.#phones) {
      const held = user === this.#desk.focus;
      phone.root.classList.toggle("held", held);
      if (!held) continue;
      phone.root.scrollIntoView({ block: "nearest", inline: "nearest" });
      phone.seen();
    }
    this.drawNames();
  }

  /** Draws what shows the owners' names: captions and tabs. */
  drawNames() {
    const users = this.#desk.users;
    this.#tabs.hidden = users.length < 2;
    const looks = JSON.stringify(users.map((user) => [user, this.#desk.person(user).name, this.#phones.get(user)?.unread, user === this.#desk.focus]));
    if (looks === this.#tabsLook) return;
    this.#tabsLook = looks;
    this.#tabs.replaceChildren(...users.map((user) => this.#tab(user)));
  }

  drawCaptions() {
    for (const phone of this.#phones.values()) phone.drawCaption();
  }

  #tab(user) {
    const person = this.#desk.person(user);
    const unread = this.#phones.get(user)?.unread ?? 0;
    return el("button", {
      type: "button", class: "tab", "aria-current": user === this.#desk.focus ? "true" : null, data: { testid: "phone-tab", user },
      on: { click: () => this.#desk.hold(user) },
    }, avatar(user, person.name), el("span", null, person.name), unread > 0 && el("span", { class: "badge" }, badge(unread)));
  }

  /** Hands an event to the phone that it is for. */
  take({ name, data }) {
    this.#phones.get(data.user)?.take(name, data);
  }

  /** Fetches everything anew on all phones. */
  reload() {
    for (const phone of this.#phones.values()) phone.reload();
  }

  tick() {
    for (const phone of this.#phones.values()) phone.tick();
  }

  moved() {
    for (const phone of this.#phones.values()) phone.moved();
  }

  remove() {
    for (const phone of this.#phones.values()) phone.remove();
    this.#phones.clear();
  }
}
