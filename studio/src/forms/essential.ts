/** Options that are shown first: those that say so of themselves. All others stand behind "more". */

import type { CatalogOption } from "ebbflow/catalog";

/** Options of a member that says it of none. */
const FEW = 3;

/** What a form shows at once of the options of a member, in their order: of a member with few of them all. */
export function essentialOf(options: readonly CatalogOption[]): readonly CatalogOption[] {
  if (options.length <= FEW) return options;
  const found = options.filter(({ essential }) => essential);
  return found.length > 0 ? found : options.slice(0, FEW);
}
