/** The simulator's JSON interface, one function for each thing that a phone can do. */

/** What the server refused, in its own sentence; or `offline` when it could not be asked. */
export class Refusal extends Error {
  constructor(message, offline = false) {
    super(message);
    this.name = "Refusal";
    this.offline = offline;
  }
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refusal("", true);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(body?.error ?? `${response.status} ${response.statusText}`);
  return body ?? {};
}

function get(path, query = {}) {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) params.set(name, String(value));
  }
  const tail = params.toString();
  return ask(tail ? `${path}?${tail}` : path, { headers: { Accept: "application/json" } });
}

function post(path, body) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/** Where a file of a message is read from. */
export function fileAddress(fileID) {
  return `/phone/file/${encodeURIComponent(fileID)}`;
}

export const api = {
  state: () => get("/phone/state"),
  people: (q, offset = 0, limit = 50) => get("/phone/people", { q, offset, limit }),
  peopleByID: (ids) => get("/phone/people", { ids: ids.join(","), limit: ids.length }),
  chats: (user) => get("/phone/chats", { user }),
  messages: (user, chat, { before, limit = 50 } = {}) => get("/phone/messages", { user, chat, before, limit }),

  start: (user, payload = "") => post("/phone/start", { user, payload }),
  send: (user, chat, text, replyTo = 0) => post("/phone/send", { user, chat, text, reply_to: replyTo }),
  press: (user, chat, messageID, row, col) => post("/phone/press", { user, chat, message_id: messageID, row, col }),
  contact: (user, chat, whose) => post("/phone/contact", { user, chat, forwarded: false, ...whose }),
  location: (user, chat, place) => post("/phone/location", { user, chat, ...place }),
  read: (user, chat) => post("/phone/read", { user, chat }),
  block: (user, on) => post("/phone/block", { user, on }),
  language: (user, code) => post("/phone/language", { user, language_code: code }),
  group: (user, title) => post("/phone/group", { user, title }),
  member: (user, chat, member, status) => post("/phone/member", { user, chat, member, status }),
  clock: (move) => post("/phone/clock", move),
  action: (key, user) => post("/phone/action", { key, user }),

  /** Sends a photo or a document as raw bytes. */
  file(user, chat, kind, blob, name, caption = "") {
    const params = new URLSearchParams({ user: String(user), chat: String(chat), kind, name, caption });
    return ask(`/phone/file?${params}`, {
      method: "POST",
      headers: { "Content-Type": blob.type || "application/octet-stream" },
      body: blob,
    });
  },
};
