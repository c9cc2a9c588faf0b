/** What is claimed of the grid over dimension and separation. */

import type { Budget, Claim } from "../experiment.js";
import { inMost } from "../in-most.js";
import { roughWeightError, totalWeightError } from "./found.js";
import type { GridRun } from "./grid-unit.js";
import { cornersMethods } from "./methods.js";

/** Total variation of the weights up to which they are right; the quick budget stops earlier. */
const RIGHT = { quick: 0.05, full: 0.03 } as const;
/** And above which they are wrong. */
const WRONG = 0.06;
/** Standard deviations between neighbours from which on no local chain crosses. */
const FAR = 8;

/** Every claim that the runs allow. */
export function gridClaims(runs: readonly GridRun[], { budget }: Budget): Claim[] {
  const of = (method: GridRun["method"]): readonly GridRun[] => runs.filter((run) => run.method === method);
  const right = RIGHT[budget];
  const far = of("pcd").filter(({ separation }) => separation >= FAR);
  return [
    ...(["balanced", "nt-ebm-barker"] as const)
      .filter((method) => of(method).length > 0)
      .map((method) =>
        inMost({
          name: `${cornersMethods[method].label}: the weights are right in nearly every cell`,
          says: `total variation ≤ ${right}`,
          held: of(method).map(({ measured }) => totalWeightError(measured) <= right),
          tenths: 8,
        }),
      ),
    inMost({
      name: `${cornersMethods.pcd.label}: the weights are wrong where modes are ${FAR} standard deviations apart or more`,
      says: `total variation > ${WRONG}`,
      // A training that left the numbers has no weights.
      held: far.map(({ measured }) => measured !== null && roughWeightError(measured) > WRONG),
      ...{ tenths: 7, control: true },
    }),
  ];
}
