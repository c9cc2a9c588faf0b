/** Whether a model gives the modes of its data the weights that the rows have. Nobody has to say where the modes are. */

import type { RunData } from "../config/prepare.js";
import type { Coordinates } from "../data/columns/coordinates.js";
import type { RowFunction } from "../energies/evaluate.js";
import { drawAround, gaussiansOf } from "../estimators/around-modes.js";
import type { EstimatedModel } from "../estimators/estimator.js";
import { referenceFor } from "../estimators/reference.js";
import { areLarge } from "../inference/large-points.js";
import { type ComparedMode, weightsAgree } from "../metrics/goodness/weights-agree.js";
import { fold, type Key } from "../random/key.js";
import { type FloatTensor, floats, tensor } from "../util/tensor.js";
import { modesOfRows } from "./modes-of-rows.js";

export interface FoundMode extends ComparedMode {
  /** Mean of the rows that it was found by, `(d)`, in the units of the data. */
  readonly center: readonly number[];
}

export interface FoundModes {
  /** By falling number of the rows that they were found by. */
  readonly modes: readonly FoundMode[];
  /** Of all weights being those of the rows; `null` where nothing could be tested. */
  readonly pValue: number | null;
  /** Whether a weight differs clearly. */
  readonly differ: boolean;
  readonly verdict: string;
}

/** Draws for the weights of the model, at least. */
const DRAWS = 20_000;
/** How often weights of a right model are said to differ. */
const FALSE_ALARMS = 0.01;

/**
 * Modes are found by some of the training rows, and what the model holds of each is compared with the share of all other
 * rows in it. `null` where there are not two modes, or points are no rows of real numbers, or images: theirs are classes,
 * which ways from image to image tell nothing of.
 */
export async function findModes(
  model: EstimatedModel,
  { train, validation, test, coordinates }: RunData,
  { key, draws, energy }: { readonly key: Key; readonly draws: number; readonly energy: RowFunction },
): Promise<FoundModes | null> {
  const { support, event } = model.energy;
  if (support.kind !== "real" || event.length !== 1 || areLarge(event) || train.shape[0]! < 4) return null;
  const found = await modesOfRows(train, { energy, params: model.params, key: fold(key, "finders") });
  const { modes, finders, labels, others } = found;
  if (modes < 2) return null;
  const { reference } = referenceFor({ ...model, rows: finders });
  const gaussians = gaussiansOf(finders, labels, modes);
  const { x, logProb } = await drawAround(reference, gaussians, fold(key, "draws"), Math.max(draws, DRAWS));
  const energies = await energy(x, model.params);
  const compared = weightsAgree(
    {
      rows: [others, validation, test].flatMap((rows) => Array.from(found.of(rows))),
      draws: found.of(x),
      logWeights: energies.map((e, i) => -e - logProb[i]!),
    },
    { modes },
  );
  const named = compared.modes.map((mode, k) => {
    const mean = meanOf(finders, labels, k);
    return { ...mode, center: Array.from(coordinates.decode(tensor(mean, [1, mean.length])).data) };
  });
  const differ = compared.pValue !== null && compared.pValue <= FALSE_ALARMS;
  return { modes: named, pValue: compared.pValue, differ, verdict: verdictOn(named, compared, coordinates) };
}

function meanOf(x: FloatTensor, labels: Int32Array, mode: number): Float64Array {
  const d = x.shape[1]!;
  const sum = new Float64Array(d);
  const data = floats(x);
  const own = Array.from(labels.keys()).filter((i) => labels[i] === mode);
  for (const i of own) for (let j = 0; j < d; j++) sum[j]! += data[i * d + j]! / own.length;
  return sum;
}

/** Coordinates that say where a mode is. */
const SHOWN = 3;

function place(center: readonly number[], { columns }: Coordinates): string {
  const shown = center.slice(0, SHOWN).map((v, j) => {
    const { name, text } = columns[j]!;
    return `${name} ${text?.write(v) ?? Number(v.toPrecision(3))}`;
  });
  return `${shown.join(", ")}${center.length > SHOWN ? ", …" : ""}`;
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

function verdictOn(
  modes: readonly FoundMode[],
  { pValue, note }: { readonly pValue: number | null; readonly note: string | null },
  coordinates: Coordinates,
): string {
  if (pValue === null)
    return `Of ${modes.length} modes it is not known whether the model gives them the weights that the rows have: ${note}.`;
  const p = `p = ${pValue.toPrecision(2)}`;
  if (pValue > FALSE_ALARMS) return `Nothing speaks against the weights of ${modes.length} modes in the model: ${p}.`;
  const off = modes
    .filter((mode) => modes.length * mode.pValue! <= FALSE_ALARMS)
    .sort((a, b) => a.rows.value - b.rows.value)
    .map(({ model, rows, center }) => {
      const shares = `${percent(model.value)} of the model, ${percent(rows.value)} of the rows`;
      return `${shares} around ${place(center, coordinates)}`;
    });
  return `The model gives modes other weights than the rows: ${off.join("; ")} (${p}; p ≤ ${FALSE_ALARMS} is said of one right model in ${1 / FALSE_ALARMS}).`;
}
