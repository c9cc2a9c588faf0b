/** Which energies of the registry know what of themselves. */

import type { EnergyFacts } from "./energy.js";
import * as members from "./members.js";
import type { Capability } from "./needs.js";

const energies: readonly (EnergyFacts & { readonly name: string })[] = Object.values(members);

/** Names of the energies that have a capability, with what it asks of their options. */
export const knownBy = (capability: Capability): string[] =>
  energies.flatMap(({ name, knows = {} }) => {
    const asks = knows[capability];
    return asks === undefined ? [] : [asks === "" ? name : `${name} (${asks})`];
  });
