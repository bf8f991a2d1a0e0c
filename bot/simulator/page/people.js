import { api } from "./api.js";
import { el, icon } from "./dom.js";
import { count } from "./format.js";
import { PeopleSearch } from "./search.js";
import { pick, say } from "./words.js";

/** The panel of the district: whom to be, what to set going, and everybody by search. */
export class People {
  #desk;
  #search;
  #cards = new Map();
  #open;
  #changed;

  /** @param {import("./desk.js").Desk} desk @param {(open: boolean) => void} changed told when the panel opens or closes */
  constructor(desk, isOpen, changed) {
    this.#desk = desk;
    this.#changed = changed;
    this.#search = new PeopleSearch((person) => this.#choose(person), () => {}, { search: "search", person: "person" });
    const { shortcuts, actions, counts } = desk.state;
    this.root = el("aside", { class: "people", id: "people", "aria-label": say("people"), on: { keydown: (event) => this.#keydown(event) } },
      el("header", { class: "people-head" },
        el("h2", null, say("people")),
        counts && el("p", { class: "quiet" }, say("district", { users: count(counts.users), groups: count(counts.groups) })),
        el("button", {
          type: "button", class: "round", "aria-label": say("closePeople"), data: { testid: "close-people" }, on: { click: () => this.show(false) },
        }, icon("close"))),
      el("div", { class: "people-scroll" },
        shortcuts?.length > 0 && el("section", null,
          el("h3", null, say("shortcuts")),
          el("div", { class: "shortcuts" }, shortcuts.map((one) => this.#shortcut(one)))),
        actions?.length > 0 && el("section", null,
          el("h3", null, say("actions")),
          el("div", { class: "actions" }, actions.map((one) => this.#action(one)))),
        el("section", { class: "finder" }, el("h3", null, say("search")), this.#search.root)));
    this.show(isOpen, true);
    this.mark();
  }

  get open() {
    return this.#open;
  }

  /** Opens the panel or puts it away. */
  show(open, quietly = false) {
    this.#open = open;
    this.root.hidden = !open;
    if (quietly) return;
    this.#changed(open);
    if (!open) return;
    if (narrow()) this.root.querySelector(".chip, button").focus(); // A focused field would raise the keyboard over the panel.
    else this.#search.focus();
  }

  #keydown(event) {
    if (event.key === "Escape" && narrow()) this.show(false);
  }

  #choose(person) {
    this.#desk.meet([person]);
    this.#take(person.id);
  }

  /** Shows whose phones are open. */
  mark() {
    const users = this.#desk.users;
    for (const chip of this.root.querySelectorAll(".chip")) {
      chip.setAttribute("aria-pressed", String(users.includes(Number(chip.dataset.user))));
    }
  }

  #take(user) {
    if (narrow()) this.show(false);
    this.#desk.open(user);
  }

  #shortcut(one) {
    return el("button", {
      type: "button", class: "chip", data: { testid: "shortcut", key: one.key, user: one.user }, on: { click: () => this.#take(one.user) },
    }, pick(one.label));
  }

  // Actions.

  #action(action) {
    const bar = el("progress", { hidden: true, "aria-label": pick(action.label) });
    const line = el("p", { class: "action-line", role: "status" });
    const button = el("button", {
      type: "button", class: "button", data: { testid: "action", key: action.key }, on: { click: () => this.#run(action) },
    }, pick(action.label));
    const card = { button, bar, line };
    this.#cards.set(action.key, card);
    this.drawAction(action.key);
    return el("div", { class: "action" }, button, el("p", { class: "quiet" }, pick(action.help)), bar, line);
  }

  async #run(action) {
    const { running } = this.#desk;
    if (running.has(action.key)) return;
    running.set(action.key, { done: 0, total: 0, text: null });
    this.drawAction(action.key);
    await this.#desk.attempt(async () => {
      const { text } = await api.action(action.key, this.#desk.focus ?? 0);
      this.#desk.notice(pick(text) || pick(action.label));
    });
    running.delete(action.key);
    this.#desk.progressed.tell(action.key);
  }

  /** Takes word of how far an action is. */
  progress({ key, done, total, text }) {
    if (!this.#desk.running.has(key)) return;
    this.#desk.running.set(key, { done, total, text });
    this.drawAction(key);
  }

  /** Draws an action as it stands. */
  drawAction(key) {
    const card = this.#cards.get(key);
    if (!card) return;
    const state = this.#desk.running.get(key);
    card.button.disabled = Boolean(state);
    card.button.setAttribute("aria-busy", String(Boolean(state)));
    card.bar.hidden = !state;
    if (state?.total > 0) {
      card.bar.max = state.total;
      card.bar.value = state.done;
    } else {
      card.bar.removeAttribute("value");
    }
    const figures = state?.total > 0 ? `${count(state.done)} / ${count(state.total)}` : "";
    card.line.textContent = state ? [pick(state.text) || say("running"), figures].filter(Boolean).join(" · ") : "";
  }
}

/** Whether the window is so narrow that it shows one phone and the panel lies over it. */
export function narrow() {
  return matchMedia("(max-width: 760px)").matches;
}
