import { api } from "./api.js";
import { el } from "./dom.js";
import { openDialog } from "./overlay.js";
import { say } from "./words.js";

/** Where the sample district meets: round figures, no particular place. */
const meetingPlace = { latitude: 31, longitude: 120 };

const presets = [
  { key: "placeAt", north: 0, east: 0 },
  { key: "placeNear", north: 0.0012, east: 0.0006 },
  { key: "placeOff", north: 0.008, east: -0.005 },
  { key: "placeFar", north: 0.48, east: 0.2 },
];

/**
 * Asks where the phone is and sends that.
 * @param {import("./phone.js").Phone} phone
 * @param {object} [options] moved: the live location message to move, instead of sending a new one;
 *   title: the word at the head of the dialog; done: called once it was sent
 */
export function sendPlace(phone, chat, { moved = null, title = "sendPlaceTitle", done = () => {} } = {}) {
  const latitude = field("latitude", meetingPlace.latitude, "any");
  const longitude = field("longitude", meetingPlace.longitude, "any");
  const accuracy = field("accuracyField", 20, "1");
  const live = el("select", { data: { testid: "place-live" } },
    el("option", { value: 0 }, say("liveOff")),
    el("option", { value: 900 }, say("live15")),
    el("option", { value: 3600 }, say("live60")),
    el("option", { value: 28800 }, say("live480")));
  const forwarded = el("input", { type: "checkbox", data: { testid: "place-forwarded" } });
  const problem = el("p", { class: "problem", role: "alert" });

  const choose = (preset) => {
    latitude.value = (meetingPlace.latitude + preset.north).toFixed(5);
    longitude.value = (meetingPlace.longitude + preset.east).toFixed(5);
  };
  const choices = el("div", { class: "choices", role: "radiogroup", "aria-label": say("location") },
    presets.map((preset, at) => choice(preset.key, at === 0, () => choose(preset))),
    choice("placeOwn", false, () => latitude.focus()));
  const own = choices.querySelector("[value=placeOwn]");
  for (const input of [latitude, longitude]) input.addEventListener("input", () => { own.checked = true; });
  choose(presets[0]);

  const send = async () => {
    const place = {
      latitude: Number(latitude.value),
      longitude: Number(longitude.value),
      horizontal_accuracy: Math.min(Math.max(Number(accuracy.value) || 0, 0), 1500),
      live_period: moved?.location.live_period ?? Number(live.value),
      forwarded: forwarded.checked,
      message_id: moved?.message_id ?? 0,
    };
    if (!within(latitude.value, 90) || !within(longitude.value, 180)) {
      problem.textContent = say("badPlace");
      return false;
    }
    if (await phone.attempt(() => api.location(phone.user, chat, place))) done();
    return true;
  };

  openDialog(phone.screen, {
    title: say(title),
    testid: "place-dialog",
    body: [
      choices,
      el("div", { class: "fields" },
        label("latitude", latitude), label("longitude", longitude),
        label("accuracyField", accuracy), !moved && label("liveField", live)),
      !moved && el("label", { class: "check" }, forwarded, say("forwarded")),
      problem,
    ],
    actions: [{ label: say("cancel") }, { label: say("send"), primary: true, act: send }],
  });
}

function within(text, bound) {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) && Math.abs(value) <= bound;
}

function field(name, value, step) {
  return el("input", { type: "number", step, value, inputmode: "decimal", data: { testid: `place-${name}` } });
}

function label(name, input) {
  return el("label", null, el("span", null, say(name)), input);
}

function choice(key, checked, act) {
  return el("label", { class: "choice" },
    el("input", { type: "radio", name: "place", value: key, checked, data: checked ? { testid: key, first: "" } : { testid: key }, on: { change: act } }),
    el("span", null, say(key)));
}
