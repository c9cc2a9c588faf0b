/** The state that the address of the page has. */

import { readAddress } from "./address.js";
import { sharesData } from "./edits.js";
import { opening } from "./opening.js";

/** @param location of the page; `?embed=1` before the `#` says the same as `embed=1` behind it. */
export function readLocation({
  hash,
  search,
}: Pick<Location, "hash" | "search"> = location): ReturnType<typeof readAddress> {
  const { state, problems } = readAddress(hash, opening);
  const [first, second] = state.runs;
  // What an address says of two trainings stands, until they are told to share.
  const apart = first && second && !sharesData(first, second);
  const embed = new URLSearchParams(search).get("embed") === "1";
  return { problems, state: { ...state, ...(apart ? { unlinked: true } : {}), ...(embed ? { embed } : {}) } };
}
