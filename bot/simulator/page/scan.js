import { el } from "./dom.js";
import { openDialog } from "./overlay.js";
import { say } from "./words.js";

/**
 * Scans a code, for want of a camera: the address that the code stands for is pasted.
 * @param {import("./phone.js").Phone} phone
 */
export function scan(phone) {
  const address = el("input", { type: "url", maxlength: 2048, placeholder: say("scanAddress"), "aria-label": say("scanAddress"), data: { testid: "scan-address", first: "" } });
  openDialog(phone.screen, {
    title: say("scan"),
    testid: "scan-dialog",
    body: [el("p", null, say("scanHelp")), address],
    actions: [
      { label: say("cancel") },
      {
        label: say("open"),
        primary: true,
        act: () => {
          if (!address.value.trim()) return false;
          phone.follow(address.value.trim());
          return true;
        },
      },
    ],
  });
}
