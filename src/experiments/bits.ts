/** Tables of bits with published likelihoods: machines and networks trained as they come, known exactly where they can be. */

import { InputError } from "../util/errors.js";
import { renderBits } from "./bits/report.js";
import { type BitsMethod, sets } from "./bits/sets.js";
import { type BitsNumbers, claimsOf, runsOf, tableOf } from "./bits/summary.js";
import { type BitsFiles, type BitsResult, type BitsUnit, configOf, runBits } from "./bits/unit.js";
import type { DataFile } from "./data-files.js";
import { type Budget, experiment } from "./experiment.js";

const parts = { train: "train", validation: "valid", test: "test" } as const;
const fileOf = (set: string, part: keyof typeof parts): RegExp =>
  new RegExp(`^${set}\\.${parts[part]}\\.(csv|data)(\\.gz)?$`);

const partNames = Object.keys(parts) as (keyof typeof parts)[];
const takes = (name: string): boolean =>
  Object.keys(sets).some((set) => partNames.some((part) => fileOf(set, part).test(name)));

/** The parts of a table, or `null` where there are none. @throws InputError where some are missing. */
function filesOf(set: string, data: readonly DataFile[]): BitsFiles | null {
  const found = partNames.map((part) => data.find(({ name }) => fileOf(set, part).test(name)));
  if (found.every((file) => file === undefined)) return null;
  const missing = partNames.find((_, i) => found[i] === undefined);
  if (missing) throw new InputError(`bits: ${set} has no ${set}.${parts[missing]}.csv beside its other parts; add it`);
  const [train, validation, test] = found as [DataFile, DataFile, DataFile];
  return { train, validation, test };
}

/** Models of which log Z is bracketed, with the first seed alone: those that are held against the published. */
const bracketed = ({ stands }: BitsMethod, method: string): boolean => stands === true || method === "wide";

function plan({ budget, seeds, seed, data = [] }: Budget): BitsUnit[] {
  const full = budget === "full";
  const anneal = { chains: full ? 500 : 200, temperatures: full ? 1000 : 500 };
  const units = Object.entries(sets).flatMap(([set, { quick, methods }]) => {
    const files = full || quick ? filesOf(set, data) : null;
    if (!files) return [];
    return Object.entries(methods).flatMap(([method, declared]) =>
      declared.slow && !full
        ? []
        : Array.from({ length: method === "wide" ? 1 : seeds }, (_, i): BitsUnit => {
            const isBracketed = i === 0 && bracketed(declared, method);
            return { set, method, seed: seed + i, files, anneal: isBracketed ? anneal : null };
          }),
    );
  });
  if (units.length === 0)
    throw new InputError(
      `bits: the folder has none of ${Object.keys(sets)
        .filter((set) => full || sets[set]!.quick)
        .join(", ")}, of which the budget ${budget} is`,
    );
  return units;
}

/** Tables of bits. */
export const bits = experiment<BitsUnit, BitsResult, BitsNumbers>({
  name: "bits",
  about: "Machines and networks over bits, with log Z exact: held-out likelihoods beside published ones.",
  cite: "Larochelle & Murray (2011), The neural autoregressive distribution estimator; Dang, Vergari & Van den Broeck (2020), Strudel",
  seeds: { quick: 1, full: 3 },
  data: {
    about:
      "the tables nltcs and mushrooms of density estimation over bits, each as name.train.csv, name.valid.csv and name.test.csv (0 and 1, no header; .gz as well)",
    takes,
  },
  plan,
  label: ({ set, method, seed }) => `${set}, ${method}, seed ${seed}`,
  settings: configOf,
  run: runBits,
  conclude(finished) {
    const numbers = { runs: runsOf(finished) };
    return { claims: claimsOf(numbers), table: tableOf(numbers), numbers };
  },
  report: renderBits,
});
