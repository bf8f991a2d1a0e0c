import { api } from "./api.js";
import { Bar } from "./bar.js";
import { Desk, reason } from "./desk.js";
import { el } from "./dom.js";
import { Hints } from "./hints.js";
import { keep, recall } from "./keep.js";
import { Notices } from "./notices.js";
import { narrow, People } from "./people.js";
import { Stage } from "./stage.js";
import { language, say, setLanguage } from "./words.js";

/** The page as a whole: it lays the parts out, and passes on what happens. */
class App {
  #root;
  #desk;
  #parts = null;

  constructor(root, desk) {
    this.#root = root;
    this.#desk = desk;
    this.#draw();
    this.#introduce();

    desk.changed.listen(() => {
      this.#parts.stage.draw();
      this.#parts.people.mark();
      this.#introduce();
    });
    desk.focused.listen(() => this.#parts.stage.focus());
    desk.named.listen(() => this.#parts.stage.drawNames());
    desk.met.listen(() => this.#parts.stage.drawCaptions());
    desk.noticed.listen((notice) => this.#parts.notices.show(notice));
    desk.progressed.listen((key) => this.#parts.people.drawAction(key));
    desk.clock.changed.listen(() => {
      this.#parts.bar.tick();
      this.#parts.stage.moved();
    });
    desk.live.event.listen((event) => this.#take(event));
    desk.live.lost.listen((lost) => this.#parts.bar.connection(lost));
    desk.live.restored.listen(() => this.#restored());
    addEventListener("hashchange", () => {
      desk.restore();
      desk.changed.tell();
    });
    setInterval(() => this.#tick(), 1000);
  }

  /** Draws the whole page in the present language; the phones come back as they were. */
  #draw() {
    document.documentElement.lang = language() === "zh" ? "zh-CN" : "en";
    document.title = language() === "zh" ? "集结 Muster" : "Muster 集结";
    this.#parts?.stage.remove();

    const desk = this.#desk;
    const people = new People(desk, recall("panel", true) && !narrow(), (open) => {
      if (!narrow()) keep("panel", open);
    });
    const hints = new Hints(desk.state.hints);
    const notices = new Notices();
    const bar = new Bar(desk, {
      people: () => people.show(!people.open),
      hints: () => hints.toggle(),
      language: language(),
      speak: (name) => this.#speak(name),
      theme: recall("theme", "auto"),
      dress,
    });
    const stage = new Stage(desk, () => people.show(true));
    this.#parts = { bar, hints, people, stage, notices };
    this.#root.replaceChildren(bar.root, hints.root, el("div", { class: "floor" }, people.root, stage.root), notices.root);
  }

  #speak(name) {
    setLanguage(name);
    keep("language", name);
    this.#draw();
    this.#root.querySelector("[data-testid=language]").focus();
  }

  #take(event) {
    switch (event.name) {
      case "clock": this.#desk.clock.set(event.data.now); break;
      case "progress": this.#parts.people.progress(event.data); break;
      default: this.#parts.stage.take(event);
    }
  }

  async #restored() {
    this.#parts.stage.reload();
    const state = await api.state().catch(() => null);
    if (state) this.#desk.clock.set(state.clock.now);
  }

  #tick() {
    this.#parts.bar.tick();
    this.#parts.stage.tick();
  }

  /** Learns the names of those whose phones are open; without them a phone shows a number. */
  #introduce() {
    this.#desk.introduce().catch(() => {});
  }
}

/** Dresses the page: "light", "dark", or "auto", as the system is. */
function dress(theme) {
  keep("theme", theme);
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

async function open() {
  const root = document.getElementById("app");
  setLanguage(recall("language", "zh"));
  dress(recall("theme", "auto"));
  try {
    const app = new App(root, new Desk(await api.state()));
    return app;
  } catch (error) {
    root.replaceChildren(el("div", { class: "welcome", role: "alert" },
      el("h2", null, say("unreachable")),
      el("p", null, reason(error)),
      el("button", { type: "button", class: "button primary", on: { click: open } }, say("retry"))));
    return null;
  }
}

open();
