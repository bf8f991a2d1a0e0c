import { locale } from "./words.js";

const toneCount = 8;
const han = /\p{Script=Han}/u;

/** One of the page's avatar colours, always the same for the same id. */
export function tone(id) {
  return Math.abs(Number(id) || 0) % toneCount;
}

/** Up to two characters that stand for a name: a Chinese given name, or Latin initials. */
export function initials(name) {
  const text = (name ?? "").trim();
  if (!text) return "·";
  if (han.test(text)) {
    const chars = [...text].filter((char) => han.test(char));
    return chars.slice(-2).join("");
  }
  const parts = text.split(/\s+/);
  return parts.slice(0, 2).map((part) => [...part][0].toUpperCase()).join("");
}

/** The first character of a group's title. */
export function groupInitial(title) {
  return [...(title ?? "").trim()][0] ?? "群";
}

/** A size that people read: "12.4 KB". */
export function bytes(size) {
  if (!Number.isFinite(size)) return "";
  const units = ["B", "KB", "MB", "GB"];
  let step = 0;
  let left = size;
  while (left >= 1024 && step < units.length - 1) {
    left /= 1024;
    step += 1;
  }
  return `${left.toLocaleString(locale(), { maximumFractionDigits: step ? 1 : 0 })} ${units[step]}`;
}

/** Coordinates to five places, about a metre. */
export function coordinates(latitude, longitude) {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

/** A phone number grouped for reading. */
export function phoneNumber(number) {
  const text = String(number ?? "");
  const mainland = /^\+?86(1\d{2})(\d{4})(\d{4})$/.exec(text) ?? /^(1\d{2})(\d{4})(\d{4})$/.exec(text);
  return mainland ? `+86 ${mainland[1]} ${mainland[2]} ${mainland[3]}` : text;
}

/** A whole number with its digits grouped. */
export function count(n) {
  return Number(n ?? 0).toLocaleString(locale());
}

/** An unread count as a badge shows it. */
export function badge(n) {
  return n > 99 ? "99+" : String(n);
}
