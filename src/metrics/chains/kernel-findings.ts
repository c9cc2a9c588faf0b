/** What the reports of a kernel say against its chains. */

import { mean, variance } from "../../util/moments.js";
import { show } from "../../util/words.js";
import { chainsOf } from "./chains.js";
import { divergences } from "./divergences.js";
import { ebfmi } from "./ebfmi.js";
import { type ChainFinding, type CoordinateReport, infoOf, type JudgedChains } from "./judged-chains.js";

/** Share of divergent trajectories from which draws are missing for certain, and coordinates named of where. */
const [MANY, NAMED] = [0.01, 3];
/** Acceptance of a kernel that does nothing, of one that does little, and of one that may step too short. */
const [NEVER, RARELY, ALWAYS] = [0.01, 0.05, 0.98];
/** Effective draws a draw below which chains are called slow. */
const SLOW = 0.1;

/** Mean of every report whose name ends in `cceptance`. */
export function acceptanceOf(run: JudgedChains): Readonly<Record<string, number>> {
  const names = Object.keys(run.info ?? {}).filter((name) => /cceptance$/.test(name));
  return Object.fromEntries(names.map((name) => [name, mean(infoOf(run, name)!.data)]));
}

/**
 * Divergent trajectories, and the coordinates in which they differ most from all draws, by their standard deviations. One
 * is enough for a doubt: a narrow mode that takes in a trajectory in a thousand, and none of its points, may hold any mass.
 */
export function divergenceFindings(run: JudgedChains, names: readonly string[]): ChainFinding[] {
  if (!run.info?.divergent) return [];
  const found = divergences(run);
  if (found.count === 0) return [];
  const places = names
    .map((name, i) => {
      const { data } = chainsOf(run.x, i);
      const far = Math.abs(found.mean[i]! - mean(data)) / Math.sqrt(variance(data));
      const range = `${show(found.low[i]!)} to ${show(found.high[i]!)}`;
      return { far, text: `${name} = ${show(found.mean[i]!)} (${range})` };
    })
    .filter(({ far }) => Number.isFinite(far))
    .sort((a, b) => b.far - a.far)
    .slice(0, NAMED);
  const where = places.length > 0 ? `, around ${places.map(({ text }) => text).join(", ")}` : "";
  const total = run.x.shape[0]! * run.x.shape[1]!;
  return [
    {
      level: found.share >= MANY ? "bad" : "warn",
      what: `${found.count} of ${total} trajectories diverged${where}`,
      advice:
        "warm up longer, which shortens the steps where they fail, or give a smaller step size; if they stay, reparametrise there",
    },
  ];
}

/** E-BFMI below its threshold. */
export function energyFindings(run: JudgedChains): ChainFinding[] {
  const hamiltonian = infoOf(run, "hamiltonian");
  if (!hamiltonian) return [];
  const { values, low } = ebfmi(hamiltonian);
  if (low.length === 0) return [];
  const least = Math.min(...low.map((c) => values[c]!));
  return [
    {
      level: "warn",
      what: `E-BFMI is low in ${low.length} of ${values.length} chains (least ${least.toFixed(2)}, ask for 0.3)`,
      advice: "the tails are hardly reached: reparametrise, or learn the scale of the coordinates in a longer warm-up",
    },
  ];
}

/** Trees cut off at their largest depth: dear, not wrong. */
export function depthFindings(run: JudgedChains): ChainFinding[] {
  const depth = infoOf(run, "depth");
  const { maxDepth } = run;
  if (!depth || maxDepth === undefined) return [];
  const cut = Array.from(depth.data).filter((d) => d >= maxDepth).length;
  if (cut === 0) return [];
  const what = `${cut} of ${depth.data.length} trees hit their largest depth ${maxDepth}`;
  return [{ level: "note", what, advice: "raise maxDepth, or learn the scale of the coordinates in a longer warm-up" }];
}

/**
 * Acceptance near 0, and near 1 where the chains are slow: an independent proposal that is always accepted is perfect.
 */
export function acceptanceFindings(
  acceptance: Readonly<Record<string, number>>,
  coordinates: readonly CoordinateReport[],
  draws: number,
): ChainFinding[] {
  const slow = coordinates.some(({ essBulk }) => essBulk < SLOW * draws);
  return Object.entries(acceptance).flatMap(([name, share]): ChainFinding[] => {
    if (share < RARELY)
      return [
        {
          level: share < NEVER ? "warn" : "note",
          what: `${name} is ${show(share)}: that part of the kernel hardly ever moves`,
          advice: "use a smaller step size, or a proposal closer to the target",
        },
      ];
    if (!(share > ALWAYS && slow)) return [];
    const what = `${name} is ${share.toFixed(3)} and the chains are slow`;
    return [{ level: "note", what, advice: "its steps are too short: use a larger step size" }];
  });
}

/** Chains that are one population say nothing by agreeing. */
export function populationFindings({ interacts }: JudgedChains): ChainFinding[] {
  if (!interacts) return [];
  return [
    {
      level: "warn",
      what: "the chains move as one population, so that R-hat and effective draws do not apply",
      advice: "compare runs of different seeds",
    },
  ];
}

/** A kernel whose stationary law is not the target's. It may mix all the same. */
export function biasFindings({ exact }: JudgedChains): ChainFinding[] {
  if (exact !== false) return [];
  return [
    {
      level: "warn",
      what: "the kernel is not exact: its draws are biased, whatever R-hat says",
      advice: "use an exact kernel, or halve the step size and see whether results change",
    },
  ];
}
