import { el, icon } from "./dom.js";
import { say } from "./words.js";

/** The page's own notices: what an action has done, what went wrong. They stay until put away, or a while. */
export class Notices {
  root = el("div", { class: "notices", role: "status" });

  /** @param {{text: string, kind: "done"|"wrong"}} notice */
  show({ text, kind }) {
    const node = el("div", { class: `notice ${kind}`, data: { testid: "notice" } },
      el("p", null, text),
      el("button", { type: "button", class: "round", "aria-label": say("closeNotice"), on: { click: () => node.remove() } }, icon("close")));
    this.root.append(node);
    while (this.root.children.length > 3) this.root.firstChild.remove();
    setTimeout(() => node.remove(), 8000 + text.length * 60);
  }
}
