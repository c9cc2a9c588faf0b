/** Every objective on targets with separated modes: which get the weights of the modes right, and which do not. */

import { mean, median } from "../util/moments.js";
import { type Budget, type Claim, experiment, type Finished, type Outcome } from "./experiment.js";
import { objectiveMethods, objectiveTargets, type TargetName } from "./objective-methods.js";
import { renderObjectives } from "./objectives-report.js";
import {
  configOf,
  type ObjectivesNumbers,
  type ObjectivesResult,
  type ObjectivesUnit,
  runObjective,
} from "./objectives-unit.js";

type Done = Finished<ObjectivesUnit, ObjectivesResult>;

const steps = { quick: 1000, full: 4000 } as const;

/** Total variation of the mode weights up to which they are right, and above which they are wrong: between is neither. */
const RIGHT = { quick: 0.05, full: 0.03 } as const;
const WRONG = 0.06;

const targets = Object.keys(objectiveTargets) as TargetName[];
const methods = Object.keys(objectiveMethods);

/** A training that left the numbers has learned no weights at all. */
const errorOf = ({ result }: Done): number => result.weightError ?? 1;

function claimOf(target: TargetName, method: string, runs: readonly Done[], { budget }: Budget): Claim {
  const right = objectiveMethods[method]!.weights === "right";
  const errors = runs.map(errorOf);
  const value = median(errors);
  return {
    name: `${method}, ${target}: mode weights ${right ? "right" : "wrong"}`,
    value,
    interval: null,
    expected: right
      ? `median total variation of the mode weights ≤ ${RIGHT[budget]}`
      : `median total variation of the mode weights > ${WRONG} (negative control)`,
    passed: right ? value <= RIGHT[budget] : value > WRONG,
    ...(right ? {} : { negativeControl: true }),
  };
}

const show = (values: readonly (number | null)[], digits: number): string => {
  const known = values.filter((v): v is number => v !== null);
  if (known.length === 0) return "–";
  const text = (v: number): string => (v < 100 ? v.toFixed(digits) : v.toExponential(1));
  return known.map(text).join(" ");
};

function tableOf(runs: readonly Done[]): Outcome["table"] {
  const groups = targets.flatMap((target) =>
    methods.map((method) => runs.filter(({ unit }) => unit.target === target && unit.method === method)),
  );
  return {
    columns: ["target", "objective", "expected", "weight error", "of its flow", "KL", "seconds"],
    rows: groups
      .filter((own) => own.length > 0)
      .map((own) => [
        own[0]!.unit.target,
        own[0]!.unit.method,
        objectiveMethods[own[0]!.unit.method]!.weights,
        own.every(({ result }) => result.failure !== null) ? "diverged" : show(own.map(errorOf), 3),
        show(
          own.map(({ result }) => result.flowError),
          3,
        ),
        show(
          own.map(({ result }) => result.kl),
          4,
        ),
        show([mean(own.map(({ result }) => result.seconds))], 1),
      ]),
  };
}

/** The comparison. */
export const objectives = experiment<ObjectivesUnit, ObjectivesResult, ObjectivesNumbers>({
  name: "objectives",
  about: "Every objective on two modes 2:1 and on eight Gaussians with weights 1 to 8: which get the weights right.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling",
  seeds: { quick: 1, full: 3 },
  plan: ({ budget, seeds, seed }) =>
    targets.flatMap((target) =>
      methods.flatMap((method) =>
        Array.from(
          { length: seeds },
          (_, i): ObjectivesUnit => ({ target, method, seed: seed + i, steps: steps[budget] }),
        ),
      ),
    ),
  label: ({ target, method, seed }) => `${method}, ${target}, seed ${seed}`,
  settings: configOf,
  run: runObjective,
  conclude(finished, budget) {
    const claims = targets.flatMap((target) =>
      methods.map((method) =>
        claimOf(
          target,
          method,
          finished.filter(({ unit }) => unit.target === target && unit.method === method),
          budget,
        ),
      ),
    );
    return {
      claims,
      table: tableOf(finished),
      numbers: { runs: finished.map(({ unit, result }) => ({ ...unit, ...result })) },
    };
  },
  report: renderObjectives,
});
