import { api } from "./api.js";
import { el } from "./dom.js";
import { openDialog } from "./overlay.js";
import { PeopleSearch } from "./search.js";
import { scan } from "./scan.js";
import { say } from "./words.js";

/** The menus of a phone and of a chat. */

/** @param {import("./phone.js").Phone} phone */
export function phoneMenuItems(phone, blocked) {
  return [
    { label: say("scan"), icon: "scan", testid: "scan", act: () => scan(phone) },
    { label: say("createGroup"), icon: "people", testid: "create-group", act: () => createGroup(phone) },
    blockItem(phone, blocked),
    null,
    { label: say("phoneZh"), testid: "phone-zh", act: () => phone.attempt(() => api.language(phone.user, "zh-hans")) },
    { label: say("phoneEn"), testid: "phone-en", act: () => phone.attempt(() => api.language(phone.user, "en")) },
  ];
}

/** @param {import("./phone.js").Phone} phone */
export function chatMenuItems(phone, chat, blocked) {
  if (chat.type === "private") return phoneMenuItems(phone, blocked);
  const member = (who, status) => phone.attempt(() => api.member(phone.user, chat.id, who, status));
  const bot = phone.desk.bot.id;
  return [
    { label: say("addMember"), icon: "people", testid: "add-member", act: () => addMember(phone, chat) },
    { label: say("addBot"), testid: "add-bot", act: () => member(bot, "member") },
    { label: say("promoteBot"), testid: "promote-bot", act: () => member(bot, "administrator") },
    { label: say("removeBot"), testid: "remove-bot", act: () => member(bot, "kicked") },
    null,
    { label: say("leave"), danger: true, testid: "leave", act: () => leave(phone, chat) },
  ];
}

function blockItem(phone, blocked) {
  return {
    label: say(blocked ? "unblockBot" : "block"), danger: !blocked, testid: "block",
    act: () => phone.attempt(() => phone.block(!blocked)),
  };
}

/** Asks for a title and makes a group with the bot in it. */
export function createGroup(phone) {
  const title = el("input", { type: "text", maxlength: 128, "aria-label": say("groupTitle"), placeholder: say("groupTitle"), data: { testid: "group-title", first: "" } });
  openDialog(phone.screen, {
    title: say("createGroup"),
    testid: "group-dialog",
    body: title,
    actions: [
      { label: say("cancel") },
      {
        label: say("create"),
        primary: true,
        act: async () => {
          if (!title.value.trim()) return false;
          await phone.attempt(() => api.group(phone.user, title.value.trim()));
          return true;
        },
      },
    ],
  });
}

function addMember(phone, chat) {
  const search = new PeopleSearch(async (person) => {
    close();
    await phone.attempt(() => api.member(phone.user, chat.id, person.id, "member"));
  });
  const close = openDialog(phone.screen, {
    title: say("addMember"),
    testid: "member-dialog",
    body: search.root,
    actions: [{ label: say("cancel") }],
  });
  search.focus();
}

function leave(phone, chat) {
  openDialog(phone.screen, {
    title: say("leaveTitle", { title: chat.title }),
    testid: "leave-dialog",
    actions: [
      { label: say("cancel") },
      {
        label: say("leave"),
        primary: true,
        danger: true,
        act: () => phone.attempt(() => api.member(phone.user, chat.id, phone.user, "left")),
      },
    ],
  });
}
