/** A trained model as one file: a checkpoint of its parameters with everything else that it knows, data only. */

import { resolveConfig } from "../config/config.js";
import { buildModel } from "../config/prepare.js";
import { describedIn, restoredFrom, tensorsOf } from "../data/columns/stored.js";
import type { Evaluation } from "../evaluation/evaluate.js";
import type { KnownLogZ } from "../evaluation/known-log-z.js";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../formats/checkpoint.js";
import { InputError } from "../util/errors.js";
import { defined } from "../util/records.js";
import { type FloatTensor, floats, type Tensor, tensor } from "../util/tensor.js";
import { version } from "../util/version.js";
import type { TrainedData, TrainedParts } from "./parts.js";

/** What a file says beside its tensors. */
interface ModelMeta {
  readonly kind: "model";
  readonly ebbflow: string;
  readonly config: unknown;
  readonly columns: readonly string[];
  /** What describes columns that are not real; absent where all are. */
  readonly kinds?: string;
  readonly rows: number;
  readonly labels: TrainedData["labels"] | null;
  readonly logZ: KnownLogZ;
  readonly evaluation: Evaluation | null;
}

/** Plain data as JSON holds it: what is no number becomes null, as in a summary. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The bytes of a model. Equal models give equal bytes. */
export async function encodeParts(parts: TrainedParts): Promise<Uint8Array<ArrayBuffer>> {
  const { config, data, params, step, evaluation } = parts;
  const { columns, coordinates, rows, labels = null, seen } = data;
  const kinds = describedIn(coordinates);
  const meta: ModelMeta = {
    kind: "model",
    ...(kinds === undefined ? {} : { kinds }),
    ...{ ebbflow: version, config, columns, rows, labels, evaluation, logZ: await parts.logZ() },
  };
  const tensors = defined<Tensor>({
    "params.energy": params.energy,
    "params.flow": params.flow,
    ...tensorsOf(coordinates),
    heldOut: tensor(await parts.heldOut()),
    seen: seen.train,
    "seen.labels": seen.labels && tensor(BigInt64Array.from(seen.labels.train, BigInt)),
  });
  return encodeCheckpoint({ step, tensors, meta: plain({ ...meta }) });
}

function decode(bytes: Uint8Array, name: string): Checkpoint {
  try {
    return decodeCheckpoint(bytes, name);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${name} is no saved model that can be read, nor the folder of a run: ${error.message}`);
  }
}

/**
 * The parts that bytes hold.
 * @param name says in messages where they come from.
 * @throws InputError when they are damaged, of another kind, or of a newer format.
 */
export function decodeParts(bytes: Uint8Array, name: string): TrainedParts {
  const { step, tensors, meta } = decode(bytes, name);
  // Written by `encodeParts`, and whole by its checksum.
  const { kind, columns, kinds, rows, labels, logZ, evaluation, ...told } = meta as unknown as ModelMeta;
  if (kind !== "model")
    throw new InputError(`${name} is a checkpoint of a training, not a model; open the folder of its run instead`);
  const take = (part: string): FloatTensor | undefined => {
    const found = tensors[part];
    return found && tensor(floats(found), found.shape);
  };
  const doubles = (part: string): Float64Array => Float64Array.from(take(part)!.data);
  const config = resolveConfig(told.config);
  const coordinates = restoredFrom(columns, { mean: take("mean")!, scale: take("scale")! }, kinds);
  const classes = labels?.classes;
  const seenLabels = tensors["seen.labels"]?.data as BigInt64Array | undefined;
  const heldOut = doubles("heldOut");
  return {
    ...{ config, step, evaluation },
    model: buildModel(config, [coordinates.width], classes?.length),
    params: { energy: take("params.energy"), flow: take("params.flow") },
    data: {
      ...{ columns, rows, coordinates },
      ...(labels ? { labels } : {}),
      seen: {
        train: take("seen")!,
        ...(classes && seenLabels ? { labels: { classes, train: Int32Array.from(seenLabels, Number) } } : {}),
      },
    },
    logZ: async () => logZ,
    heldOut: async () => heldOut,
  };
}
