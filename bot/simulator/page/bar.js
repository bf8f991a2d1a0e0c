import { seal } from "./avatar.js";
import { el, icon } from "./dom.js";
import { say } from "./words.js";

/** The top bar: the product, the campaign's clock, and how the page looks and speaks. */
export class Bar {
  #desk;
  #day = el("span", { class: "clock-day" });
  #time = el("span", { class: "clock-time" });
  #panel;
  #field;
  #toggle;
  #lost;
  #theme;
  #outside = (event) => {
    if (!event.target.closest(".clock")) this.#closePanel();
  };

  /** @param {import("./desk.js").Desk} desk @param {object} acts people(), hints(), language(name), theme(name), and the present settings */
  constructor(desk, acts) {
    this.#desk = desk;
    this.#lost = el("p", { class: "lost", role: "status", hidden: true, data: { testid: "reconnecting" } }, say("reconnecting"));
    this.root = el("header", { class: "bar" },
      el("button", {
        type: "button", class: "round people-toggle", "aria-label": say("openPeople"), title: say("people"),
        data: { testid: "people-toggle" }, on: { click: acts.people },
      }, icon("people")),
      el("h1", { class: "brand" }, seal(), el("span", null, say("product")), el("small", null, say("tagline"))),
      this.#lost,
      this.#clock(),
      el("div", { class: "bar-tools" },
        el("button", { type: "button", class: "round", "aria-label": say("showHints"), title: say("showHints"), data: { testid: "show-hints" }, on: { click: acts.hints } }, icon("bulb")),
        this.#themeButton(acts),
        el("button", {
          type: "button", class: "text-button", "aria-label": say("language"), data: { testid: "language" },
          lang: acts.language === "zh" ? "en" : "zh-CN",
          on: { click: () => acts.speak(acts.language === "zh" ? "en" : "zh") },
        }, acts.language === "zh" ? "EN" : "中文")));
    this.tick();
  }

  #clock() {
    this.#field = el("input", { type: "datetime-local", "aria-label": say("toMomentTitle"), data: { testid: "clock-field" } });
    this.#panel = el("form", { class: "clock-panel", hidden: true, on: { submit: (event) => this.#go(event), keydown: (event) => this.#escape(event) } },
      el("div", { class: "clock-steps inside" }, this.#steps()),
      el("label", { class: "field-heading" }, say("toMomentTitle")),
      el("div", { class: "clock-go" }, this.#field, el("button", { type: "submit", class: "button primary", data: { testid: "clock-go" } }, say("go"))),
      el("p", { class: "quiet" }, say("forwardOnly")));
    this.#toggle = el("button", {
      type: "button", class: "clock-face", "aria-expanded": "false", title: say("clock"), data: { testid: "clock" }, on: { click: () => this.#openPanel() },
    }, icon("clock"), this.#day, this.#time);
    return el("div", { class: "clock" }, this.#toggle,
      el("div", { class: "clock-steps" }, this.#steps(),
        el("button", { type: "button", class: "button quiet", data: { testid: "clock-to" }, on: { click: () => this.#openPanel() } }, say("toMoment"))),
      this.#panel);
  }

  #steps() {
    return [["plus10", "10m"], ["plus60", "1h"], ["plusDay", "24h"]].map(([word, by]) => el("button", {
      type: "button", class: "button quiet", data: { testid: `clock-${by}` },
      on: { click: () => this.#desk.attempt(() => this.#desk.clock.forward(by)) },
    }, say(word)));
  }

  #openPanel() {
    if (!this.#panel.hidden) {
      this.#closePanel();
      return;
    }
    const now = this.#desk.clock.field(this.#desk.clock.now());
    this.#field.value = now;
    this.#field.min = now;
    this.#panel.hidden = false;
    document.addEventListener("pointerdown", this.#outside);
    this.#toggle.setAttribute("aria-expanded", "true");
    this.#field.focus();
  }

  #closePanel() {
    this.#panel.hidden = true;
    document.removeEventListener("pointerdown", this.#outside);
    this.#toggle.setAttribute("aria-expanded", "false");
  }

  #escape(event) {
    if (event.key !== "Escape") return;
    this.#closePanel();
    this.#toggle.focus();
  }

  async #go(event) {
    event.preventDefault();
    if (!this.#field.value) return;
    await this.#desk.attempt(() => this.#desk.clock.to(this.#field.value));
    this.#closePanel();
  }

  #themeButton(acts) {
    const order = ["auto", "light", "dark"];
    const looks = { auto: ["auto", "themeAuto"], light: ["sun", "themeLight"], dark: ["moon", "themeDark"] };
    const draw = (theme) => {
      const [mark, word] = looks[theme];
      const text = `${say("theme")}: ${say(word)}`;
      this.#theme.replaceChildren(icon(mark));
      this.#theme.setAttribute("aria-label", text);
      this.#theme.title = text;
    };
    let theme = acts.theme;
    this.#theme = el("button", {
      type: "button", class: "round", data: { testid: "theme" },
      on: {
        click: () => {
          theme = order[(order.indexOf(theme) + 1) % order.length];
          acts.dress(theme);
          draw(theme);
        },
      },
    });
    draw(theme);
    return this.#theme;
  }

  /** Shows the present time. */
  tick() {
    const clock = this.#desk.clock;
    const now = clock.now();
    const day = clock.day(now);
    const time = clock.seconds(now);
    if (this.#day.textContent !== day) this.#day.textContent = day;
    if (this.#time.textContent !== time) this.#time.textContent = time;
  }

  /** Says whether the events are coming in. */
  connection(isLost) {
    this.#lost.hidden = !isLost;
  }
}
