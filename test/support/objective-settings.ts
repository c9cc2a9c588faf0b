/** Models, rows and parameters on which the objectives of the registry are looked at, by what an objective needs. */

import { oneHotLabels } from "../../src/data/labels.js";
import { classifier } from "../../src/energies/classifier.js";
import type { Energy } from "../../src/energies/energy.js";
import { gaussianRbm } from "../../src/energies/gaussian-rbm.js";
import { noiseConditioned } from "../../src/energies/noise-conditioned.js";
import { rbm } from "../../src/energies/rbm.js";
import { uniformStates } from "../../src/energies/support.js";
import { tilted } from "../../src/energies/tilted.js";
import type { Flow } from "../../src/flows/flow.js";
import { realnvp } from "../../src/flows/realnvp.js";
import type { Expr, Operand } from "../../src/ir/expr.js";
import type { Iteration, Model, Objective } from "../../src/objectives/objective.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import { callable } from "../../src/util/options.js";
import { mapValues } from "../../src/util/records.js";
import { cast, type FloatTensor, sizeOf, tensor } from "../../src/util/tensor.js";

/** Rows of a minibatch. */
export const ROWS = 32;

const key = makeKey(11);

export interface Setting {
  readonly model: Model;
  /** `(400, ...event)`. */
  readonly rows: FloatTensor;
  /** The first of them. */
  readonly batch: FloatTensor;
  /** One-hot classes of the batch. */
  readonly labels?: FloatTensor;
  /** Parameters at which nothing is zero: a fresh network has a last layer of zeros, which hides every layer below. */
  readonly vectors: Readonly<Record<string, Float32Array>>;
  readonly params: Readonly<Record<string, FloatTensor>>;
}

const anywhere = (n: number, name: string): Float32Array => normal(fold(key, name), [n]).data.map((v) => 0.4 * v);

function setting(energy: Energy, rows: FloatTensor, flow?: Flow, labels?: FloatTensor): Setting {
  const { event } = energy;
  const vectors = { energy: anywhere(energy.layout.size, "energy"), flow: anywhere(flow?.layout.size ?? 0, "flow") };
  return {
    // A row of pixels, for what is of images.
    model: { event, image: [1, 1, sizeOf(event)], energy, ...(flow ? { flow } : {}) },
    rows,
    batch: tensor(rows.data.slice(0, sizeOf(event) * ROWS), [ROWS, ...event]),
    ...(labels ? { labels } : {}),
    vectors,
    params: { energy: tensor(vectors.energy), flow: tensor(vectors.flow) },
  };
}

const plane = normal(fold(key, "data"), [400, 2]);
const flow = realnvp({ layers: 2, hidden: [4] }, [2]);

/** Points of the plane, with a flow. */
export const real = setting(tilted({ hidden: [8] }, { event: [2] }), plane, flow);

/** The same at every noise level. */
const levels = setting(noiseConditioned({ hidden: [8] }, { event: [2] }), plane, flow);

/** The same in three classes. */
const labelled = setting(
  classifier({ hidden: [8] }, { event: [2], classes: 3 }),
  plane,
  flow,
  oneHotLabels(
    Int32Array.from({ length: ROWS }, (_, i) => i % 3),
    3,
  ),
);

/** Points of four bits, without a flow: there is none of discrete points. */
export const bits = setting(
  rbm({ hiddenUnits: 3 }, { event: [4] }),
  cast(uniformStates({ kind: "binary", values: [0, 1] }, [4], 400, fold(key, "bits")), "float32"),
);

/** Points of the plane under a machine whose log Z is known, as that of the bits is. */
const normalised = setting(gaussianRbm({ hiddenUnits: 3, learnScale: true }, { event: [2] }), plane, flow);

/** Where an objective is at home, by name. */
export function settingsOf({
  needs = [],
  support = "real",
}: Pick<Objective, "needs" | "support">): readonly (readonly [string, Setting])[] {
  if (needs.includes("classes")) return [["labelled points", labelled]];
  if (needs.includes("noiseLevels")) return [["every noise level", levels]];
  return [
    ...(support === "discrete" ? [] : [["real points", needs.includes("logZ") ? normalised : real] as const]),
    ...(support === "real" ? [] : [["bits", bits] as const]),
  ];
}

/** The same with parameters for the groups that an iteration has of its own. */
export function withOwnGroups(own: Setting, { ownGroups = {} }: Iteration): Setting {
  const more = mapValues(ownGroups, ({ layout }, name) => anywhere(layout.size, name));
  const vectors = { ...own.vectors, ...more };
  return { ...own, vectors, params: mapValues(vectors, (v) => tensor(v)) };
}

/** A setting whose model remembers every point its densities were asked about. */
export function watched(own: Setting): { readonly setting: Setting; readonly points: Expr[] } {
  const points: Expr[] = [];
  const see = (x: Expr): Expr => {
    points.push(x);
    return x;
  };
  const { energy, flow } = own.model;
  const { smoothed, classes } = energy;
  const eyed = callable((x: Expr, p?: Expr) => energy(see(x), p), {
    ...energy,
    ...(smoothed ? { smoothed: (x: Expr, sigma: Operand, p?: Expr) => smoothed(see(x), sigma, p) } : {}),
    ...(classes
      ? { classes: { ...classes, energies: (x: Expr, p: Expr | undefined) => classes.energies(see(x), p) } }
      : {}),
  });
  const seen =
    flow &&
    callable((x: Expr, p?: Expr) => flow(see(x), p), {
      ...flow,
      logProb: (x: Expr, p: Expr) => flow.logProb(see(x), p),
    });
  return { setting: { ...own, model: { ...own.model, energy: eyed, ...(seen ? { flow: seen } : {}) } }, points };
}
