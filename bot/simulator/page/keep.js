/** The reader's small preferences, kept in this browser. A browser that keeps nothing is no error. */

const prefix = "muster.";

/** What was kept under `name`, or `otherwise`. */
export function recall(name, otherwise) {
  try {
    const text = localStorage.getItem(prefix + name);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

/** Keeps `value` under `name`. */
export function keep(name, value) {
  try {
    localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // Private windows may refuse; the page works without.
  }
}
