import { commaNotices } from "../data/commas.js";
import { say } from "./terminal.js";

/** Say that numbers of these columns were read with decimal commas, where some were. */
export function tellCommas(columns: readonly string[] | undefined): void {
  for (const notice of commaNotices(columns)) say(`notice: ${notice}`);
}
