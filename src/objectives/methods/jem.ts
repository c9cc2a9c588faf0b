import { z } from "zod";
import type { Classes } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { add, mul, neg } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { argmax } from "../../ops/extrema.js";
import { oneHot } from "../../ops/indexing.js";
import { sum } from "../../ops/shape.js";
import { logSoftmax, mean } from "../../ops/special.js";
import { type FactsByOptions, factsOf, type Iteration, type Objective, objective } from "../objective.js";
import { balanced } from "./balanced.js";
import { contrastiveDivergence } from "./contrastive-divergence.js";
import { persistentContrastiveDivergence } from "./persistent-contrastive-divergence.js";
import { replay } from "./replay.js";

/** Objectives whose loss of the energy is in nats of a likelihood, so that it adds to a cross-entropy. */
const parts = [balanced, contrastiveDivergence, persistentContrastiveDivergence, replay] as const;

const partOf = (name: string): Objective => parts.find((p) => p.name === name) as unknown as Objective;

/** The options of the part, without its name. */
const own = ({ name: _, ...others }: { readonly name: string }): Readonly<Record<string, unknown>> => others;

const options = z.object({
  weight: z
    .number()
    .min(0)
    .default(1)
    .describe("of the likelihood of points beside that of their classes; 1: of both together; 0: a mere classifier"),
  likelihood: z
    .discriminatedUnion("name", [
      // The one that is meant where no name is given: what is undefined is one of its names.
      balanced.options.extend({ name: z.literal("balanced").optional().default("balanced") }).strict(),
      contrastiveDivergence.options.extend({ name: z.literal("cd") }).strict(),
      persistentContrastiveDivergence.options.extend({ name: z.literal("pcd") }).strict(),
      replay.options.extend({ name: z.literal("replay") }).strict(),
    ])
    .prefault({})
    .describe("how p(x) is learned: balanced, cd, pcd or replay by name, with the options of that objective"),
});

/** Nothing but classes is learned at weight 0. */
function factsBy({ weight, likelihood }: z.output<typeof options>): FactsByOptions {
  if (weight === 0) return { trains: ["energy"], needs: ["classes"] };
  const { trains, needs = [] } = factsOf(partOf(likelihood.name), own(likelihood));
  return { trains, needs: ["classes", ...needs] };
}

const nothing: Omit<Iteration, "step"> = { groups: ["energy"], noise: {}, carry: {}, start: () => ({}) };

/**
 * JEM: a classifier and a density are one energy, trained by `−mean log p(y | x) + w · L`, with `L` the loss of a
 * contrastive objective for `E(x) = −log Σ_y exp(−E(x, y))`, whose gradient is that of `−mean log p(x)`. At weight 1 that is
 * maximum likelihood of points and classes together. The first term is exact: it needs no Z, no chains, and does not
 * see what is added to all classes at a point; the second is as right as the objective it comes from.
 */
export const jem = objective({
  name: "jem",
  about: "A classifier that is a density as well: cross-entropy of the classes plus a contrastive likelihood.",
  cite: "Grathwohl et al. (2020), Your classifier is secretly an energy based model and you should treat it like one",
  usual: { classes: {} },
  trains: ["energy", "flow"],
  metrics: {
    ...Object.assign({}, ...parts.map(({ metrics }) => metrics)),
    classLoss: {
      about: "Cross-entropy of the classes of the batch.",
      unit: "nats",
      label: "cross-entropy of classes",
      progress: { label: "class loss", digits: 3 },
    },
    classAccuracy: { about: "Share of the batch whose class is right.", unit: "share", label: "right classes" },
  },
  needs: ["classes", "flow"],
  options,
  given: factsBy,
  iteration(model, batch, { weight, likelihood }) {
    const part = weight === 0 ? undefined : partOf(likelihood.name)(model, batch, own(likelihood));
    const classes = model.energy.classes!;
    return {
      ...(part ?? nothing),
      labels: classes.count,
      step(input) {
        const { loss, metrics } = crossEntropy(classes, input.params.energy, input.batch, input.labels!);
        if (!part) return { losses: { energy: loss }, carry: {}, metrics };
        const step = part.step(input);
        return {
          ...step,
          losses: { ...step.losses, energy: add(loss, mul(weight, step.losses.energy!)) },
          metrics: { ...step.metrics, ...metrics },
        };
      },
    };
  },
});

/** `−mean log p(y | x)` of one-hot labels `(batch, classes)`. */
function crossEntropy(
  { count, energies }: Classes<Expr | undefined>,
  params: Expr,
  x: Expr,
  labels: Expr,
): { loss: Expr; metrics: ExprRecord<"classLoss" | "classAccuracy"> } {
  const logits = neg(energies(x, params));
  const loss = neg(mean(sum(mul(labels, logSoftmax(logits, 1)), 1)));
  const accuracy = mean(sum(mul(labels, oneHot(argmax(logits, 1), count)), 1));
  return { loss, metrics: { classLoss: loss, classAccuracy: accuracy } };
}
