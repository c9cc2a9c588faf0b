/** What keys do on the page as a whole. */

export type Action = "play" | "step" | "reset" | "share" | "help" | { readonly layer: number };

/** The list that `?` opens. */
export const keyList: readonly { readonly keys: string; readonly about: string }[] = [
  { keys: "space", about: "play or pause" },
  { keys: "→", about: "one step" },
  { keys: "r", about: "start again from the beginning" },
  { keys: "1 … 9", about: "layers over the landscape, on and off, in their order" },
  { keys: "s", about: "share: address, code, files" },
  { keys: "?", about: "this list" },
  { keys: "arrows, + − 0", about: "on a landscape: move, zoom, all of it" },
  { keys: "Tab, Escape", about: "from control to control; close a window" },
];

const actions: Readonly<Record<string, Action>> = {
  " ": "play",
  ArrowRight: "step",
  r: "reset",
  s: "share",
  "?": "help",
};

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Elements whose own use of keys comes first: all of them, or those that press what has the focus. */
const typing = /^(INPUT|SELECT|TEXTAREA)$/;
const pressing = /^(BUTTON|SUMMARY|A)$/;

/** What a key asks for; `null` where it is of the element with the focus, or of the browser. @param tag of that element. */
export function actionOf({ key, ctrlKey, metaKey, altKey }: Pressed, tag: string): Action | null {
  if (ctrlKey || metaKey || altKey || typing.test(tag)) return null;
  if (pressing.test(tag) && (key === " " || key === "Enter")) return null;
  return actions[key] ?? (/^[1-9]$/.test(key) ? { layer: Number(key) - 1 } : null);
}
