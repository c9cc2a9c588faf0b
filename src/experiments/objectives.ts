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

const STEPS = 1000;

/** Total variation of the mode weights up to which they are right, and above which they are wrong: between is neither. */
const [RIGHT, WRONG] = [0.05, 0.06];

/** The quick budget has the first target alone. */
const targetsOf = ({ budget }: Budget): TargetName[] =>
  (Object.keys(objectiveTargets) as TargetName[]).slice(0, budget === "quick" ? 1 : undefined);
const methods = Object.keys(objectiveMethods);

/** A training that left the numbers has learned no weights at all. */
const errorOf = ({ result }: Done): number => result.weightError ?? 1;

function claimOf(target: TargetName, method: string, runs: readonly Done[]): Claim {
  const right = objectiveMethods[method]!.weights === "right";
  const errors = runs.map(errorOf);
  const value = median(errors);
  return {
    name: `${method}, ${target}: mode weights ${right ? "right" : "wrong"}`,
    value,
    interval: null,
    expected: right
      ? `median total variation of the mode weights ≤ ${RIGHT}`
      : `median total variation of the mode weights > ${WRONG} (negative control)`,
    passed: right ? value <= RIGHT : value > WRONG,
    ...(right ? {} : { negativeControl: true }),
  };
}

const show = (values: readonly (number | null)[], digits: number): string => {
  const known = values.filter((v): v is number => v !== null);
  if (known.length === 0) return "–";
  const text = (v: number): string => (v < 100 ? v.toFixed(digits) : v.toExponential(1));
  return known.map(text).join(" ");
};

function tableOf(runs: readonly Done[], budget: Budget): Outcome["table"] {
  const groups = targetsOf(budget).flatMap((target) =>
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
  about:
    "Every objective on two modes 2:1 and, with the full budget, on eight Gaussians with weights 1 to 8: which get the weights right.",
  cite: "Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling",
  seeds: { quick: 1, full: 3 },
  plan: (budget) =>
    targetsOf(budget).flatMap((target) =>
      methods.flatMap((method) =>
        Array.from(
          { length: budget.seeds },
          (_, i): ObjectivesUnit => ({ target, method, seed: budget.seed + i, steps: STEPS }),
        ),
      ),
    ),
  label: ({ target, method, seed }) => `${method}, ${target}, seed ${seed}`,
  settings: configOf,
  run: runObjective,
  conclude(finished, budget) {
    const claims = targetsOf(budget).flatMap((target) =>
      methods.map((method) =>
        claimOf(
          target,
          method,
          finished.filter(({ unit }) => unit.target === target && unit.method === method),
        ),
      ),
    );
    return {
      claims,
      table: tableOf(finished, budget),
      numbers: { runs: finished.map(({ unit, result }) => ({ ...unit, ...result })) },
    };
  },
  report: renderObjectives,
});
