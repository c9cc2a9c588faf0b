/** What the draws themselves say against chains, coordinate by coordinate. */

import type { StuckChain } from "../../samplers/driver/samples.js";
import { isConstant } from "../../util/moments.js";
import { type FloatArray, type FloatTensor, sizeOf } from "../../util/tensor.js";
import { several, show } from "../../util/words.js";
import { chainsOf } from "./chains.js";
import { CHANCE, type ChainFinding, type CoordinateReport, type JudgedChains } from "./judged-chains.js";
import { rhatByChance } from "./rhat-by-chance.js";

/** Effective draws that make R-hat and errors trustworthy, in all and of a chain: Vehtari et al. (2021). */
const [ENOUGH, ENOUGH_A_CHAIN] = [400, 100];
/** R-hat of chains that agree, of chains that do not, and of few draws that will not when there are more. */
const [AGREE, DISAGREE, HOPELESS] = [1.01, 1.05, 1.2];
/** How often chains without fault may be said to disagree. */
const FALSE_ALARM = 1e-3;

type Count = "rhat" | "essBulk" | "essTail";

/** The coordinate with the largest `sign · value`; those without a value are others' business. */
function worst(coordinates: readonly CoordinateReport[], key: Count, sign: 1 | -1): CoordinateReport | undefined {
  return coordinates.reduce<CoordinateReport | undefined>(
    (found, c) => (Number.isNaN(c[key]) || (found && sign * c[key] <= sign * found[key]) ? found : c),
    undefined,
  );
}

/** `largest split R-hat 1.002, least bulk ESS 1900, least tail ESS 1720`. */
export function agreementInNumbers(coordinates: readonly CoordinateReport[]): string {
  const value = (key: Count, sign: 1 | -1): number => worst(coordinates, key, sign)?.[key] ?? Number.NaN;
  const [rhat, bulk, tail] = [value("rhat", 1), value("essBulk", -1), value("essTail", -1)];
  return `largest split R-hat ${rhat.toFixed(3)}, least bulk ESS ${bulk.toFixed(0)}, least tail ESS ${tail.toFixed(0)}`;
}

/** Numbers that are none, and coordinates that never change. */
export function valueFindings(x: FloatTensor, names: readonly string[]): ChainFinding[] {
  const broken = new Set<number>();
  let bad = 0;
  x.data.forEach((v: number, i: number) => {
    if (Number.isFinite(v)) return;
    bad++;
    broken.add(i % names.length);
  });
  const sorted = [...broken].sort((a, b) => a - b).map((i) => names[i]!);
  const constant = x.data.length > names.length ? names.filter((_, i) => isConstant(chainsOf(x, i).data)) : [];
  return [
    ...(bad > 0
      ? [
          {
            level: "bad" as const,
            what: `${bad} of ${x.data.length} numbers are not finite, in ${several(sorted)}`,
            advice: "find where the energy leaves the numbers, and use a smaller step size",
          },
        ]
      : []),
    ...(constant.length > 0
      ? [
          {
            level: "warn" as const,
            what: `${several(constant)} never changed`,
            advice: "check that the energy depends on every coordinate and that the sampler moves it",
          },
        ]
      : []),
  ];
}

/** Whether draw `i` of all chains in a row is another point than the one before it. */
function isMove(data: FloatArray, i: number, size: number): boolean {
  for (let k = 0; k < size; k++) if (data[i * size + k] !== data[(i - 1) * size + k]) return true;
  return false;
}

/**
 * Chains in which not one coordinate moved, when chains that move as often as these do seldom stay: kernels that reject
 * do. If not one moved at all, it is held against them when a kernel that moves one time in ten would have.
 */
export function frozenFindings({ x, stuck = [] }: JudgedChains, names: readonly string[]): ChainFinding[] {
  const [chains, draws, ...event] = x.shape as [number, number, ...number[]];
  const size = sizeOf(event);
  const moved = new Array<number>(chains).fill(0);
  for (let c = 0; c < chains; c++)
    for (let i = c * draws + 1; i < (c + 1) * draws; i++) if (isMove(x.data, i, size)) moved[c]!++;
  const frozen = moved.filter((n) => n === 0).length;
  const steps = chains * (draws - 1);
  const share = moved.reduce((s, n) => s + n, 0) / steps;
  const chance = share > 0 ? chains * (1 - share) ** (draws - 1) : 0.9 ** steps;
  if (frozen === 0 || !(chance < CHANCE)) return [];
  const why = stuck.map((chain) => reasonFor(chain, names)).find((reason) => reason !== null);
  return [
    {
      level: "bad",
      what: `${frozen} of ${chains} chains never moved${why ? ` (${why.what})` : ""}`,
      advice: why?.advice ?? "use a smaller step size, or start where the energy is finite and not extreme",
    },
  ];
}

/** Chains that stood and go on from where another one was: that they agree with it says less. */
export function restartFindings({ x, restarts = [] }: JudgedChains): ChainFinding[] {
  const n = new Set(restarts.map(({ chain }) => chain)).size;
  if (n === 0) return [];
  return [
    {
      level: "warn",
      what: `${n} of ${x.shape[0]} chains ${n === 1 ? "was" : "were"} restarted in the warm-up from where another one was`,
      advice:
        "what they agree on is not what all of them found: one may have stood in a narrow mode of its own; run without restartStuck to see where they stand",
    },
  ];
}

/** Why a chain never moved, where that was found; chains are counted from 0. */
function reasonFor(
  { chain, at, gradient, beside, tinyStep }: StuckChain,
  names: readonly string[],
): { what: string; advice: string } | null {
  const of = (coordinates: readonly number[]): string => several(coordinates.map((j) => names[j]!));
  const place = (coordinates: readonly number[]): string =>
    several(coordinates.map((j) => `${names[j]} = ${show(at[j]!)}`));
  const mend = "look at the energy there with doctor, or start elsewhere";
  if (gradient.length > 0)
    return {
      what: `chain ${chain}: the gradient by ${of(gradient)} is not finite at ${place(gradient)}`,
      advice: mend,
    };
  if (beside.length > 0)
    return {
      what: `chain ${chain}: beside ${place(beside)} the energy or its gradient is not finite`,
      advice: mend,
    };
  if (tinyStep === null) return null;
  return {
    what: `chain ${chain}: its step size was found to be ${show(tinyStep)}`,
    advice: "start where the energy is less steep, or scale the coordinates",
  };
}

function rhatFindings(coordinates: readonly CoordinateReport[], chains: number, draws: number): ChainFinding[] {
  const top = worst(coordinates, "rhat", 1);
  if (!top || !(top.rhat > AGREE)) return [];
  const enough = chains * draws >= ENOUGH;
  // Place and spread of every coordinate are looked at, and short chains differ by chance.
  const chance = rhatByChance(chains, draws, 1 - FALSE_ALARM / (2 * coordinates.length));
  const limit = Math.max(enough ? DISAGREE : HOPELESS, chance);
  if (top.rhat > limit) {
    const apart = coordinates.filter(({ rhat }) => rhat > limit).sort((a, b) => b.rhat - a.rhat);
    const listed = several(apart.map(({ name, rhat }) => `${rhat > 100 ? "above 100" : rhat.toFixed(2)} for ${name}`));
    const advice = "warm up and draw longer, or use a kernel that reaches all the places they are in";
    return [{ level: "bad", what: `the chains do not agree (split R-hat ${listed})`, advice }];
  }
  if (!enough) return [];
  const what = `split R-hat of ${top.name} is ${top.rhat.toFixed(3)}, above ${AGREE}`;
  return [{ level: "warn", what, advice: "warm up and draw longer" }];
}

function worthFindings(coordinates: readonly CoordinateReport[], chains: number): ChainFinding[] {
  const parts = [
    ["bulk", "essBulk"],
    ["tails", "essTail"],
  ] as const;
  const least = parts.flatMap(([part, key]) => {
    const found = worst(coordinates, key, -1);
    return found ? [{ part, name: found.name, ess: found[key] }] : [];
  });
  const few = least.filter(({ ess }) => ess < ENOUGH);
  if (few.length > 0) {
    const listed = few.map(({ part, name, ess }) => `${ess.toFixed(0)} effective draws of the ${part} of ${name}`);
    const times = Math.ceil(Math.max(...few.map(({ ess }) => ENOUGH / ess)));
    const advice = `draw about ${times} times as many`;
    return [{ level: "warn", what: `${several(listed)} are fewer than ${ENOUGH}`, advice }];
  }
  if (!least.some(({ ess }) => ess < ENOUGH_A_CHAIN * chains)) return [];
  return [
    {
      level: "note",
      what: `each chain is worth fewer than ${ENOUGH_A_CHAIN} effective draws`,
      advice: "fewer and longer chains, or nested R-hat over groups from one start, show better whether they agree",
    },
  ];
}

/** Whether the chains agree, and on how many draws; for chains that do not interact. */
export function mixingFindings(
  coordinates: readonly CoordinateReport[],
  chains: number,
  draws: number,
): ChainFinding[] {
  const findings = rhatFindings(coordinates, chains, draws);
  if (chains === 1)
    findings.push({ level: "warn", what: "one chain cannot show what it never saw", advice: "run at least 4 chains" });
  if (chains * draws >= ENOUGH && draws >= 4) return [...findings, ...worthFindings(coordinates, chains)];
  const short = chains * draws >= ENOUGH;
  return [
    ...findings,
    {
      level: "warn",
      what: `${short ? `${draws} draws a chain` : `${chains * draws} draws`} are too few to tell whether the chains agree`,
      advice: short ? "draw at least 4 of each chain, or use nested R-hat" : `draw at least ${ENOUGH}`,
    },
  ];
}
