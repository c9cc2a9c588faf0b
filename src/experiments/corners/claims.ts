/** What is claimed of four corners. */

import { median } from "../../util/moments.js";
import type { Budget, Claim } from "../experiment.js";
import { inMost } from "../in-most.js";
import { isUnequal, largestWeightError } from "./found.js";
import { type CornersMethodName, cornersMethods } from "./methods.js";
import type { CornersRun } from "./unit.js";

/** Chains of one law, as the paper's table 2 has it for its method in 16 and 32 coordinates. */
const AGREE = 1.01;
/** Chains that do not. */
const APART = 1.1;

/** By dimension: how far a weight may be from that of the rows, and the likelihood below the truth's, in nats a row. */
const limits: Readonly<Record<number, { readonly weight: number; readonly gap: number }>> = {
  16: { weight: 0.01, gap: 0.05 },
  32: { weight: 0.01, gap: 0.1 },
  64: { weight: 0.015, gap: 0.2 },
};
/** The quick budget stops earlier. */
const quickLimits = { weight: 0.02, gap: 0.08 } as const;

/** Four of five. */
const MOST = 8;

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

const rhatOf = ({ measured }: CornersRun): number => measured?.chains.rhat.rank ?? Number.POSITIVE_INFINITY;

/** Infinite where log Z is not known. */
const lackOf = ({ measured }: CornersRun): number => {
  const gap = measured?.gap.value ?? Number.NaN;
  return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.abs(gap);
};

function balancedClaims(d: number, runs: readonly CornersRun[], { budget }: Budget): Claim[] {
  const { weight, gap } = budget === "quick" ? quickLimits : limits[d]!;
  const claims = (own: readonly CornersRun[], which: string): Claim[] => {
    if (own.length === 0) return [];
    const on = `d ${d}, ${which} weights: `;
    return [
      inMost({
        name: `${on}128 chains agree`,
        says: `largest R-hat over coordinates ≤ ${AGREE}`,
        held: own.map((run) => rhatOf(run) <= AGREE),
        tenths: MOST,
      }),
      inMost({
        name: `${on}the weights of the modes are those of the rows`,
        says: `every weight within ${weight}`,
        held: own.map((run) => largestWeightError(run.measured) <= weight),
        tenths: MOST,
      }),
      inMost({
        name: `${on}held-out rows are about as likely as under the truth`,
        says: `log-likelihood within ${gap} nats a row`,
        held: own.map((run) => lackOf(run) <= gap),
        tenths: MOST,
      }),
    ];
  };
  return [
    ...claims(
      runs.filter((run) => !isUnequal(run)),
      "equal",
    ),
    ...claims(runs.filter(isUnequal), "unequal"),
  ];
}

/** Methods that are shown because they fail. A training that left the numbers has no chains that could disagree. */
const controls = (runs: readonly CornersRun[]): Claim[] =>
  distinct(runs.map(({ method }) => method)).flatMap((method) => {
    const { control, label } = cornersMethods[method];
    if (!control) return [];
    const own = runs.filter((run) => run.method === method);
    return [
      inMost({
        name: `${label}: chains do not agree`,
        says: `largest R-hat over coordinates > ${APART}`,
        held: own.map((run) => run.measured !== null && rhatOf(run) > APART),
        ...{ tenths: 10, control },
      }),
    ];
  });

/**
 * That methods stand as in the paper's table 2: its own first, then NT-EBM, then the two whose chains hardly move. One
 * whose training left the numbers has no place in an order.
 */
function order(runs: readonly CornersRun[]): Claim[] {
  const equal = runs.filter((run) => !isUnequal(run));
  const typical = (method: CornersMethodName, d: number): number =>
    median(equal.filter((run) => run.method === method && run.dimension === d).map(rhatOf));
  const dimensions = distinct(equal.filter(({ method }) => method === "nt-ebm").map(({ dimension }) => dimension));
  const held = dimensions.map((d) => {
    const [first, second, ...last] = (["balanced", "nt-ebm", "ula-ebm", "coop-flow"] as const).map((m) =>
      typical(m, d),
    );
    return first! < second! && last.every((value) => second! < value && Number.isFinite(value));
  });
  if (held.length === 0) return [];
  const says = "R-hat of balanced below NT-EBM's, and that below ULA-EBM's and CoopFlow's,";
  return [inMost({ name: "the order of the methods is the paper's", says, held, tenths: 10, of: "dimensions" })];
}

/** Every claim that the runs allow. */
export function cornersClaims(runs: readonly CornersRun[], budget: Budget): Claim[] {
  const dimensions = distinct(runs.map(({ dimension }) => dimension)).toSorted((a, b) => a - b);
  const balanced = runs.filter(({ method }) => method === "balanced");
  return [
    ...dimensions.flatMap((d) =>
      balancedClaims(
        d,
        balanced.filter(({ dimension }) => dimension === d),
        budget,
      ),
    ),
    inMost({
      name: "estimators of log Z agree on what balanced training learned",
      says: "no two of importance sampling from the flow and around the modes and bridge sampling differ by more than chance",
      held: balanced.map(({ measured }) => measured?.logZ.agree === true),
      tenths: 10,
    }),
    ...controls(runs),
    ...order(runs),
  ];
}
