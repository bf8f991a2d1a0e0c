import { Signal } from "./signal.js";

const names = ["message", "edit", "delete", "chats", "keyboard", "clock", "progress", "resync"];
const pauses = [500, 1000, 2000, 5000];

/**
 * The one stream of events for all open phones. When the set of phones changes, the new
 * stream is heard before the old one is closed, so nothing falls between the two; what is
 * heard twice does no harm. After a loss `restored` is told, and the phones fetch anew.
 */
export class Live {
  event = new Signal();
  restored = new Signal();
  lost = new Signal();
  #source = null;
  #next = null;
  #users = "";
  #isLost = false;
  #failures = 0;
  #timer = 0;

  /** Listens for these people's phones from now on. */
  follow(users) {
    const wanted = users.join(",");
    if (wanted === this.#users && (this.#source || this.#next)) return;
    this.#users = wanted;
    this.#open();
  }

  #open() {
    clearTimeout(this.#timer);
    this.#next?.close();
    const source = new EventSource(`/phone/events?users=${this.#users}`);
    this.#next = source;
    source.addEventListener("hello", () => this.#hello(source));
    source.addEventListener("error", () => this.#error(source));
    for (const name of names) {
      source.addEventListener(name, (event) => this.#hear(source, name, event.data));
    }
  }

  #hello(source) {
    if (source === this.#next) {
      this.#source?.close();
      this.#source = source;
      this.#next = null;
    }
    this.#failures = 0;
    if (!this.#isLost) return;
    this.#isLost = false;
    this.lost.tell(false);
    this.restored.tell();
  }

  #hear(source, name, data) {
    if (source !== this.#source && source !== this.#next) return;
    if (name === "resync") {
      this.restored.tell();
      return;
    }
    this.event.tell({ name, data: JSON.parse(data || "{}") });
  }

  /** A browser mends a broken stream by itself, but gives up on one that was refused: that one we open anew. */
  #error(source) {
    if (source !== this.#source && source !== this.#next) return;
    if (!this.#isLost) {
      this.#isLost = true;
      this.lost.tell(true);
    }
    if (source.readyState !== EventSource.CLOSED) return;
    const pause = pauses[Math.min(this.#failures, pauses.length - 1)];
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), pause);
  }
}
