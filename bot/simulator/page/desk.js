import { api } from "./api.js";
import { Clock } from "./clock.js";
import { recall, keep } from "./keep.js";
import { Live } from "./live.js";
import { Signal } from "./signal.js";
import { pick, say } from "./words.js";

/**
 * What lies on the desk: the open phones, which of them is in hand, and what is known of
 * their owners. It is written into the address (#u=1,2&c=,-100&f=2) and read back from it,
 * so that a reload or a link shows the same desk.
 */
export class Desk {
  changed = new Signal();
  focused = new Signal();
  /** More is known of the owners of phones. */
  met = new Signal();
  /** What stands beside the names has changed: unread counts, or the names. */
  named = new Signal();
  noticed = new Signal();
  progressed = new Signal();
  live = new Live();
  /** Texts begun and not sent, by "user/chat". */
  drafts = new Map();
  /** Actions that are running, by key: {done, total, text}. */
  running = new Map();
  /** Open phones in their order: user → the chat shown, or null for the list. */
  #phones = new Map();
  #focus = null;
  #people = new Map(recall("people", []));

  /** @param {object} state the answer of /phone/state */
  constructor(state) {
    this.state = state;
    this.bot = state.bot;
    this.clock = new Clock(state.clock);
    this.changed.listen(() => {
      this.#save();
      this.#keepPeople();
    });
    this.focused.listen(() => this.#save());
    this.restore();
  }

  get users() {
    return [...this.#phones.keys()];
  }

  get focus() {
    return this.#focus;
  }

  /** The chat that this person's phone shows, or null. */
  chatOf(user) {
    return this.#phones.get(user) ?? null;
  }

  /** Opens a phone, or takes the open one in hand. */
  open(user) {
    if (!this.#phones.has(user)) {
      this.#phones.set(user, null);
      this.#focus = user;
      this.changed.tell();
    }
    this.hold(user);
  }

  close(user) {
    const users = this.users;
    const at = users.indexOf(user);
    if (at < 0) return;
    this.#phones.delete(user);
    if (this.#focus === user) this.#focus = users[at + 1] ?? users[at - 1] ?? null;
    this.changed.tell();
    this.focused.tell(this.#focus);
  }

  /** Takes a phone in hand: actions speak of its owner, and a narrow screen shows it. */
  hold(user) {
    if (this.#focus === user) {
      this.focused.tell(user);
      return;
    }
    this.#focus = user;
    this.focused.tell(user);
  }

  /** Notes which chat a phone shows. */
  note(user, chat) {
    if (!this.#phones.has(user)) return;
    this.#phones.set(user, chat);
    this.#save();
  }

  /** Lays the desk as the address says. */
  restore() {
    const params = new URLSearchParams(location.hash.slice(1));
    const numbers = (name) => (params.get(name) ?? "").split(",").map(Number);
    const chats = numbers("c");
    this.#phones = new Map(numbers("u")
      .map((user, at) => [user, chats[at] || null])
      .filter(([user]) => Number.isSafeInteger(user) && user > 0));
    const focus = Number(params.get("f"));
    this.#focus = this.#phones.has(focus) ? focus : this.users.at(-1) ?? null;
  }

  #save() {
    const users = this.users;
    const hash = users.length
      ? `#u=${users.join(",")}&c=${users.map((user) => this.#phones.get(user) ?? "").join(",")}&f=${this.#focus}`
      : "";
    if (hash === location.hash) return;
    history.replaceState(null, "", hash || location.pathname + location.search);
  }

  /** What is known of a person: {id, name, note, phone, tags}; at first perhaps the id alone. */
  person(user) {
    const known = this.#people.get(user);
    if (known) return known;
    const shortcut = (this.state.shortcuts ?? []).find((one) => one.user === user);
    return { id: user, name: shortcut ? pick(shortcut.label) : `#${user}`, note: shortcut?.label, unknown: true };
  }

  /** Remembers people that were seen. */
  meet(people) {
    const fresh = people.filter((person) => person.name && JSON.stringify(this.#people.get(person.id)) !== JSON.stringify(person));
    if (!fresh.length) return;
    for (const person of fresh) this.#people.set(person.id, person);
    this.#keepPeople();
    this.met.tell();
    this.named.tell();
  }

  #keepPeople() {
    keep("people", [...this.#people].filter(([id]) => this.#phones.has(id)));
  }

  /** Asks who the owners of the open phones are, where that is not known. */
  async introduce() {
    const strangers = this.users.filter((user) => this.person(user).unknown || !this.person(user).phone);
    if (!strangers.length) return;
    const wanted = new Set(strangers);
    const { people } = await api.peopleByID(strangers);
    this.meet((people ?? []).filter((person) => wanted.has(person.id)));
  }

  /** Says something to the reader of the page. */
  notice(text, kind = "done") {
    this.noticed.tell({ text, kind });
  }

  /** Does `work`; what goes wrong is said as a notice and not thrown. */
  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      this.notice(reason(error), "wrong");
      return undefined;
    }
  }
}

/** The sentence that tells a person why something was not done. */
export function reason(error) {
  return error.offline ? say("connectionLost") : error.message;
}
