import { el, icon, svg } from "./dom.js";
import { coordinates } from "./format.js";
import { say } from "./words.js";

const foreverLive = 0x7fffffff;

/** A drawn map of nowhere in particular: the same place always draws the same streets. */
function streets(latitude, longitude) {
  let seed = Math.abs(Math.round(latitude * 7919) * 31 + Math.round(longitude * 6101)) % 2147483647 || 1;
  const draw = (from, to) => {
    seed = (seed * 48271) % 2147483647;
    return from + (seed / 2147483647) * (to - from);
  };
  const lines = [];
  for (let i = 0; i < 4; i += 1) {
    const y = draw(10, 120);
    lines.push(svg("path", { class: i ? "street" : "avenue", d: `M-10 ${y} L 250 ${y + draw(-30, 30)}` }));
    const x = draw(20, 220);
    lines.push(svg("path", { class: i === 1 ? "avenue" : "street", d: `M${x} -10 L ${x + draw(-40, 40)} 140` }));
  }
  return svg("svg", { class: "streets", viewBox: "0 0 240 130", preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" },
    svg("rect", { class: "ground", width: 240, height: 130 }),
    svg("rect", { class: "park", x: draw(0, 150), y: draw(0, 70), width: draw(40, 80), height: draw(30, 60), rx: 8 }),
    svg("path", { class: "water", d: `M-10 ${draw(70, 130)} C 60 ${draw(60, 130)}, 140 ${draw(90, 150)}, 250 ${draw(70, 130)} L 250 140 L -10 140 Z` }),
    lines,
    svg("circle", { class: "halo", cx: 120, cy: 66, r: 24 }),
    svg("path", { class: "pin", d: "M120 68c-7-9-11-14-11-19a11 11 0 0 1 22 0c0 5-4 10-11 19Z" }),
    svg("circle", { class: "pin-eye", cx: 120, cy: 49, r: 4 }));
}

/** Whether a location is still shared live at an instant in seconds. */
export function isLive(message, now) {
  const period = message.location?.live_period;
  return period > 0 && (period === foreverLive || message.date + period > now);
}

/** A message's location: a drawn tile, its coordinates, and how long it is live. */
export function placeTile(message, acts) {
  const { latitude, longitude, horizontal_accuracy: accuracy, live_period: period } = message.location;
  const live = isLive(message, acts.now());
  return el("div", { class: "place" },
    streets(latitude, longitude),
    live && el("span", { class: "live-badge" }, say("liveLocation")),
    el("div", { class: "place-words" },
      el("strong", null, message.venue?.title ?? (period ? say("liveLocation") : say("location"))),
      el("small", null, coordinates(latitude, longitude), accuracy ? ` · ${say("accuracy", { n: Math.round(accuracy) })}` : ""),
      period > 0 && el("small", null, live && period !== foreverLive
        ? say("liveUntil", { time: acts.time(message.date + period) })
        : live ? "" : say("liveEnded"))),
    live && message.out && el("button", {
      type: "button", class: "button small", data: { testid: "move-live" }, on: { click: () => acts.movePlace(message) },
    }, icon("place"), say("moveLive")));
}
