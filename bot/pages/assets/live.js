"use strict";

/**
 * Keeps a page up to date by asking every few seconds: that outlives every proxy,
 * sleep and lost connection, and holds none open.
 *
 * A part of the page that is true for a while only says so, in milliseconds from
 * when it was fetched: data-from, data-until. It is hidden before and after, also
 * where nothing newer comes. Within it, data-left counts the seconds down, and the
 * style of data-ring knows as --gone how much of the while is over.
 */

const every = 3000; // between two questions
const patience = 5000; // for an answer
const unheard = 7000; // without one the connection is lost

const live = document.getElementById("live");
const lost = document.getElementById("lost");

let heard = clocks();
let over = false;

/** Both clocks: one may stand still while the computer sleeps, the other may be set. */
function clocks() {
  return { steady: performance.now(), wall: Date.now() };
}

function since(then) {
  return Math.max(performance.now() - then.steady, Date.now() - then.wall);
}

/** Shows what is true now. */
function show() {
  const gone = since(heard);
  for (const part of live.querySelectorAll("[data-until]")) {
    const from = Number(part.dataset.from || 0);
    const until = Number(part.dataset.until);
    part.hidden = gone < from || gone >= until;
    if (part.hidden) continue;
    for (const ring of part.querySelectorAll("[data-ring]")) {
      ring.style.setProperty("--gone", String(1 - (until - gone) / Number(ring.dataset.ring)));
    }
    for (const left of part.querySelectorAll("[data-left]")) {
      const text = String(Math.max(1, Math.ceil((until - gone) / 1000)));
      if (left.textContent !== text) left.textContent = text;
    }
  }
  const parts = [...live.querySelectorAll("[data-until]")];
  for (const stale of live.querySelectorAll("[data-stale]")) stale.hidden = parts.some((part) => !part.hidden);
  lost.hidden = over || (navigator.onLine && gone < unheard);
}

async function ask() {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), patience);
  try {
    const answer = await fetch(`${location.pathname}/live${location.search}`, { signal: stop.signal, cache: "no-store", credentials: "omit" });
    if (answer.status !== 200 && answer.status !== 404) return;
    const html = await answer.text();
    live.innerHTML = html;
    heard = clocks();
    over = answer.status === 404;
  } catch {
    // The connection is lost; the page says so, and the next question tries again.
  } finally {
    clearTimeout(late);
    show();
  }
}

async function run() {
  while (!over) {
    await new Promise((resolve) => setTimeout(resolve, every));
    await ask();
  }
}

/** Keeps the screen from going dark, where the browser lets us. */
function wake() {
  if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {});
}

addEventListener("online", ask);
addEventListener("offline", show);
document.addEventListener("visibilitychange", () => {
  show();
  wake();
});
setInterval(show, 200);
show();
wake();
run();
