import { api } from "./api.js";
import { avatar } from "./avatar.js";
import { el, icon } from "./dom.js";
import { reason } from "./desk.js";
import { count, phoneNumber } from "./format.js";
import { pick, say, sayTag } from "./words.js";

const pageLength = 30;
const pause = 180;

/** A field to search the district's people, and what it finds, a page at a time. */
export class PeopleSearch {
  #choose;
  #found;
  #input;
  #list;
  #total;
  #more;
  #shown = 0;
  #asked = 0;
  #timer = 0;

  /** @param {(person) => void} choose @param {(people) => void} [found] told of everybody shown */
  constructor(choose, found = () => {}, testids = { search: "person-search", person: "person-choice" }) {
    this.#choose = choose;
    this.#found = found;
    this.testids = testids;
    this.#input = el("input", {
      type: "search", placeholder: say("searchPeople"), "aria-label": say("search"), autocomplete: "off", spellcheck: "false",
      data: { testid: testids.search }, on: { input: () => this.#soon(), keydown: (event) => this.#keydown(event) },
    });
    this.#total = el("p", { class: "total", role: "status" });
    this.#list = el("ul", { class: "people-list" });
    this.#more = el("button", { type: "button", class: "button quiet", hidden: true, on: { click: () => this.#fetch(this.#shown) } }, say("morePeople"));
    this.root = el("div", { class: "people-search" },
      el("label", { class: "search-field" }, icon("search"), this.#input), this.#total, this.#list, this.#more);
    this.#fetch(0);
  }

  focus() {
    this.#input.focus();
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fetch(0), pause);
  }

  /** Enter opens the first person found. */
  #keydown(event) {
    if (event.key === "Escape" && this.#input.value) {
      event.stopPropagation();
      this.#input.value = "";
      this.#fetch(0);
    }
    if (event.key === "Enter" && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      this.#list.querySelector("button")?.click();
    }
  }

  async #fetch(offset) {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const { total, people } = await api.people(this.#input.value.trim(), offset, pageLength);
      if (asked !== this.#asked) return;
      this.#show(total, people, offset);
    } catch (error) {
      if (asked === this.#asked) this.#total.textContent = reason(error);
    }
  }

  #show(total, people, offset) {
    this.#found(people);
    const rows = people.map((person) => this.#row(person));
    if (offset === 0) this.#list.replaceChildren(...rows);
    else this.#list.append(...rows);
    this.#shown = offset + people.length;
    this.#more.hidden = this.#shown >= total || people.length === 0;
    this.#total.textContent = total ? say("results", { n: count(total) }) : say("noResults");
  }

  #row(person) {
    return el("li", null, el("button", {
      type: "button", class: "person", data: { testid: this.testids.person, user: person.id }, on: { click: () => this.#choose(person) },
    },
    avatar(person.id, person.name),
    el("span", { class: "person-words" },
      el("span", { class: "person-name" },
        el("strong", null, person.name),
        (person.tags ?? []).map((tag) => el("span", { class: "tag", data: { tag } }, sayTag(tag)))),
      el("small", null, pick(person.note)),
      el("small", { class: "number" }, phoneNumber(person.phone)))));
  }
}
