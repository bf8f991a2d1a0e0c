/** Something that can be listened to. */
export class Signal {
  #listeners = new Set();

  /** Calls `listener` on every tell; the answer stops it. */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(value) {
    for (const listener of [...this.#listeners]) listener(value);
  }
}

/** Runs `work` once, `wait` milliseconds after the first of a burst of calls. */
export function gathered(work, wait) {
  let timer = 0;
  return () => {
    if (timer) return;
    timer = setTimeout(() => {
      timer = 0;
      work();
    }, wait);
  };
}
