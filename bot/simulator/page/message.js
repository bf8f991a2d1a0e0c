import { fileAddress } from "./api.js";
import { avatar, seal } from "./avatar.js";
import { el, icon } from "./dom.js";
import { entityNodes } from "./entities.js";
import { bytes, initials, phoneNumber, tone } from "./format.js";
import { inlineKeys } from "./keys.js";
import { enlarge } from "./overlay.js";
import { placeTile } from "./tile.js";
import { say } from "./words.js";

/** How one message looks. `acts` is what its parts may do; see Chat. */

/** What a service message says, or null for any other message. */
export function serviceText(message) {
  const name = message.sender_name ?? "";
  const full = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");
  if (message.group_chat_created || message.supergroup_chat_created) return say("groupCreated", { name });
  if (message.new_chat_title) return say("titleChanged", { name, title: message.new_chat_title });
  if (message.new_chat_members) return say("joined", { names: message.new_chat_members.map(full).join("、") });
  if (message.left_chat_member) return say("left", { name: full(message.left_chat_member) });
  if (message.pinned_message) return say("pinned", { name });
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return say("migrated");
  if (message.new_chat_photo || message.delete_chat_photo) return say("photoChanged", { name });
  return null;
}

/** Who sent a message, as one comparable value. */
export function senderKey(message) {
  return `${message.out ? "me" : message.sender_chat?.id ?? message.from?.id ?? 0}`;
}

/** A message in one line, for quotes. */
export function summary(message) {
  if (message.text) return message.text;
  if (message.caption) return message.caption;
  if (message.photo) return say("photo");
  if (message.document) return message.document.file_name || say("document");
  if (message.location) return say("location");
  if (message.contact) return `${say("contact")} ${message.contact.first_name}`;
  return serviceText(message) ?? "";
}

/**
 * The content of a message's article.
 * @param {object} place first and last of a run of one sender; group or private chat
 */
export function messageContent(message, place, acts) {
  const service = serviceText(message);
  if (service !== null) return [el("p", { class: "service" }, service)];

  const named = place.group && !message.out;
  const photo = message.photo?.length > 0;
  return [
    named && face(message, place, acts),
    el("div", { class: "stack" },
      el("div", { class: photo ? "bubble with-photo" : "bubble" },
        named && place.first && el("p", { class: "sender", data: { tone: tone(message.from?.id) } }, message.sender_name),
        message.forward_origin && forwarded(message.forward_origin),
        message.reply_to_message && quote(message.reply_to_message, acts),
        media(message, acts),
        words(message, acts)),
      inlineKeys(message, acts)),
    el("button", {
      type: "button", class: "round reply-button", "aria-label": say("reply"), title: say("reply"),
      on: { click: () => acts.reply(message) },
    }, icon("reply")),
  ].filter(Boolean);
}

function face(message, place, acts) {
  if (!place.last) return el("span", { class: "avatar gap" });
  return acts.isBot(message.from?.id) ? seal() : avatar(message.from?.id, message.sender_name);
}

function words(message, acts) {
  const text = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities;
  return el("div", { class: text ? "words" : "words bare" }, entityNodes(text, entities, acts), stamp(message, acts));
}

function stamp(message, acts) {
  const date = new Date(message.date * 1000);
  return el("span", { class: "stamp", title: acts.moment(message.edit_date ?? message.date) },
    message.edit_date && el("span", { class: "edited" }, say("edited")),
    el("time", { datetime: date.toISOString() }, acts.time(message.date)));
}

function forwarded(origin) {
  const from = origin.sender_user ?? origin.sender_chat ?? origin.chat;
  const name = origin.sender_user_name ?? from?.title ?? [from?.first_name, from?.last_name].filter(Boolean).join(" ");
  return el("p", { class: "forwarded" }, say("forwardedFrom", { name }));
}

function quote(quoted, acts) {
  return el("button", { type: "button", class: "quote", data: { tone: tone(quoted.from?.id) }, on: { click: () => acts.jump(quoted.message_id) } },
    el("strong", null, quoted.sender_name ?? quoted.from?.first_name ?? ""),
    el("span", null, summary(quoted)));
}

function media(message, acts) {
  if (message.photo?.length) return photoOf(message);
  if (message.document) return documentOf(message.document);
  if (message.location) return placeTile(message, acts);
  if (message.contact) return contactOf(message.contact);
  const known = message.text !== undefined || message.caption !== undefined;
  return known ? null : el("p", { class: "unsupported" }, say("unsupported"));
}

function photoOf(message) {
  const largest = message.photo.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
  const address = fileAddress(largest.file_id);
  return el("button", {
    type: "button", class: "photo", "aria-label": say("enlarge"), on: { click: () => enlarge(address, message.caption) },
  }, el("img", {
    src: address, alt: message.caption || say("photo"), width: largest.width || null, height: largest.height || null, decoding: "async",
  }));
}

function documentOf(file) {
  const name = file.file_name || say("document");
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1] ?? "";
  return el("a", {
    class: "document", href: fileAddress(file.file_id), download: name, "aria-label": say("download", { name }),
  },
  el("span", { class: "document-mark", "aria-hidden": "true" }, ending ? ending.toUpperCase() : icon("file")),
  el("span", { class: "document-words" },
    el("strong", null, name),
    el("small", null, bytes(file.file_size))),
  icon("download"));
}

function contactOf(contact) {
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(" ");
  return el("div", { class: "contact" },
    el("span", { class: "avatar", "aria-hidden": "true", data: { tone: tone(contact.user_id) } }, initials(name)),
    el("span", { class: "document-words" },
      el("strong", null, name),
      el("small", null, phoneNumber(contact.phone_number))));
}
