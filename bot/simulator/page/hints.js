import { el, icon } from "./dom.js";
import { keep, recall } from "./keep.js";
import { pick, say } from "./words.js";

/** What to try first, one step after another. It remembers where the reader is, and whether they have had enough. */
export class Hints {
  #hints;
  #at;

  /** @param {Array<{zh: string, en: string}>} hints */
  constructor(hints) {
    this.#hints = hints ?? [];
    this.#at = Math.min(recall("hint", 0), Math.max(this.#hints.length - 1, 0));
    this.root = el("aside", { class: "hint", data: { testid: "hint" }, "aria-label": say("hint") });
    this.#draw(recall("hints", true));
  }

  /** Shows the hints again, or puts them away. */
  toggle() {
    this.#show(this.root.hidden);
  }

  #show(shown) {
    keep("hints", shown);
    this.#draw(shown);
  }

  #turn(by) {
    this.#at = (this.#at + by + this.#hints.length) % this.#hints.length;
    keep("hint", this.#at);
    this.#draw(true);
    this.root.querySelector(by > 0 ? "[data-testid=hint-next]" : "[data-testid=hint-previous]").focus();
  }

  #draw(shown) {
    const total = this.#hints.length;
    this.root.hidden = !shown || total === 0;
    if (this.root.hidden) return;
    const button = (name, word, act) => el("button", {
      type: "button", class: "round", "aria-label": say(word), title: say(word), data: { testid: `hint-${name}` }, on: { click: act },
    }, icon({ previous: "left", next: "right", close: "close" }[name]));
    this.root.replaceChildren(
      el("span", { class: "hint-step", title: say("hintStep", { n: this.#at + 1, total }) }, `${this.#at + 1} / ${total}`),
      el("p", { role: "status" }, pick(this.#hints[this.#at])),
      button("previous", "previousHint", () => this.#turn(-1)),
      button("next", "nextHint", () => this.#turn(1)),
      button("close", "dismissHints", () => this.#show(false)));
  }
}
