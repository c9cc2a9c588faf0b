/** Texts to the clipboard and files to the disk of who looks at the page. */

import type { MadeFile } from "../engine/messages.js";

/** @throws Error in a line where the browser does not let a page write there. */
export async function copy(text: string): Promise<void> {
  if (!navigator.clipboard) throw new Error("This browser lets no page copy: select the text and copy it by hand.");
  await navigator.clipboard.writeText(text);
}

export function download({ file, type, bytes }: MadeFile): void {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: file });
  link.click();
  // The browser has begun by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
