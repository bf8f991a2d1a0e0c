import { api } from "./api.js";
import { Signal } from "./signal.js";
import { locale, say } from "./words.js";

/** The zone, if this browser knows it; a server without a proper one says "Local", and then its reader's serves. */
function known(zone) {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** The campaign's clock: the server's time, running on between the server's words, in the campaign's zone. */
export class Clock {
  #base;
  #since;
  #zone;
  #formats = new Map();
  changed = new Signal();

  constructor({ now, zone }) {
    this.#zone = known(zone);
    this.set(now);
  }

  /** Takes the server's time as true from now on. */
  set(now) {
    this.#base = Date.parse(now);
    this.#since = performance.now();
    this.changed.tell();
  }

  /** The campaign's present instant. */
  now() {
    return new Date(this.#base + performance.now() - this.#since);
  }

  /** Moves on by a duration such as "10m" or "24h". */
  async forward(by) {
    this.set((await api.clock({ by })).now);
  }

  /** Moves on to a wall-clock minute of the campaign's zone, "2026-12-01T14:00". */
  async to(moment) {
    this.set((await api.clock({ to: moment })).now);
  }

  /** Formats are dear to make and asked for often, so each is made once. */
  #format(date, options, language = locale()) {
    const key = language + JSON.stringify(options);
    if (!this.#formats.has(key)) {
      this.#formats.set(key, new Intl.DateTimeFormat(language, { timeZone: this.#zone, ...options }));
    }
    return this.#formats.get(key).format(date);
  }

  /** "14:02". */
  time(date) {
    return this.#format(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  /** "14:02:30". */
  seconds(date) {
    return this.#format(date, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  }

  /** The day with its weekday, as the top bar shows it. */
  day(date) {
    return this.#format(date, { year: "numeric", month: "long", day: "numeric", weekday: "long" });
  }

  /** A short day with its weekday, where room is scarce. */
  shortDay(date) {
    return this.#format(date, { month: "short", day: "numeric", weekday: "short" });
  }

  /** A day and time in full, for titles. */
  full(date) {
    return this.#format(date, { dateStyle: "full", timeStyle: "short" });
  }

  /** "2026-12-01": days compare as text. */
  dayKey(date) {
    return this.#format(date, { year: "numeric", month: "2-digit", day: "2-digit" }, "sv-SE");
  }

  /** "2026-12-01T14:02", the form of a datetime field. */
  field(date) {
    return `${this.dayKey(date)}T${this.time(date)}`;
  }

  #daysAgo(date) {
    return Math.round((Date.parse(this.dayKey(this.now())) - Date.parse(this.dayKey(date))) / 86_400_000);
  }

  /** The heading above a day's messages. */
  heading(date) {
    const ago = this.#daysAgo(date);
    if (ago === 0) return say("today");
    if (ago === 1) return say("yesterday");
    const sameYear = this.dayKey(date).slice(0, 4) === this.dayKey(this.now()).slice(0, 4);
    return this.#format(date, { year: sameYear ? undefined : "numeric", month: "long", day: "numeric", weekday: "short" });
  }

  /** The moment as a chat list shows it: a time today, a weekday this week, else a date. */
  brief(date) {
    const ago = this.#daysAgo(date);
    if (ago <= 0) return this.time(date);
    if (ago === 1) return say("yesterday");
    if (ago < 7) return this.#format(date, { weekday: "short" });
    return this.#format(date, { month: "numeric", day: "numeric" });
  }
}
