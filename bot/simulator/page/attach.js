import { api } from "./api.js";
import { el } from "./dom.js";
import { bytes } from "./format.js";
import { openDialog } from "./overlay.js";
import { PeopleSearch } from "./search.js";
import { say } from "./words.js";

/** Sending pictures, files and cards from a phone. */

/** Lets the reader choose a file of this computer and sends it with a caption. */
export function sendFile(phone, chat, kind) {
  const input = el("input", { type: "file", accept: kind === "photo" ? "image/*" : null });
  input.addEventListener("change", () => {
    if (input.files.length) confirmFile(phone, chat, kind, input.files[0], input.files[0].name);
  });
  input.click();
}

/** Sends a picture that the page draws itself, for want of a camera. */
export async function sampleFile(phone, chat) {
  const person = phone.desk.person(phone.user);
  const blob = await drawScene(person.name, phone.clock);
  confirmFile(phone, chat, "photo", blob, "photo.jpg");
}

function confirmFile(phone, chat, kind, blob, name) {
  const caption = el("input", { type: "text", maxlength: 1024, placeholder: say("writeCaption"), "aria-label": say("writeCaption"), data: { testid: "caption", first: "" } });
  openDialog(phone.screen, {
    title: say(kind === "photo" ? "attachPhoto" : "attachFile"),
    testid: "file-dialog",
    body: [el("p", { class: "file-line" }, el("strong", null, name), " ", el("small", null, bytes(blob.size))), caption],
    actions: [
      { label: say("cancel") },
      { label: say("send"), primary: true, act: () => phone.attempt(() => api.file(phone.user, chat, kind, blob, name, caption.value)) },
    ],
  });
}

function drawScene(name, clock) {
  const canvas = el("canvas", { width: 960, height: 640 });
  const pen = canvas.getContext("2d");
  const sky = pen.createLinearGradient(0, 0, 0, 640);
  sky.addColorStop(0, "#c9dfe6");
  sky.addColorStop(1, "#f3e3cf");
  pen.fillStyle = sky;
  pen.fillRect(0, 0, 960, 640);
  pen.fillStyle = "#8c3b31";
  pen.fillRect(120, 120, 720, 92);
  pen.fillStyle = "#fff4e6";
  pen.font = "600 44px sans-serif";
  pen.textAlign = "center";
  pen.fillText(say("product"), 480, 182);
  pen.fillStyle = "#3d5a58";
  for (let row = 0; row < 4; row += 1) {
    for (let seat = 0; seat < 7 + row; seat += 1) {
      const x = 480 + (seat - (6 + row) / 2) * (86 + row * 6);
      const y = 310 + row * 72;
      pen.beginPath();
      pen.arc(x, y, 19 + row * 2, 0, Math.PI * 2);
      pen.fill();
      pen.beginPath();
      pen.ellipse(x, y + 50, 32 + row * 3, 30, 0, Math.PI, 0);
      pen.fill();
    }
  }
  pen.fillStyle = "#f7ede0";
  pen.fillRect(0, 584, 960, 56);
  pen.fillStyle = "#26302f";
  pen.font = "26px sans-serif";
  pen.textAlign = "right";
  pen.fillText(`${name} · ${clock.shortDay(clock.now())} ${clock.time(clock.now())}`, 936, 621);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.86));
}

/** Sends a card: one's own, or somebody else's. */
export function sendContact(phone, chat) {
  const send = (whose) => {
    close();
    phone.attempt(() => api.contact(phone.user, chat, whose));
  };
  const search = new PeopleSearch((person) => send({ of: person.id }));
  const close = openDialog(phone.screen, {
    title: say("sendContactTitle"),
    testid: "contact-dialog",
    body: [
      el("button", { type: "button", class: "button", data: { testid: "own-contact" }, on: { click: () => send({ own: true }) } }, say("ownContact")),
      el("p", { class: "field-heading" }, say("otherContact")),
      search.root,
    ],
    actions: [{ label: say("cancel") }],
  });
}
