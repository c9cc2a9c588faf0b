/** Where a run is between two blocks: all that the rest of it depends on. */

import type { Computes, Tensors } from "../../runtime/engine.js";
import { InputError } from "../../util/errors.js";
import { mapValues, underPrefix, withPrefix } from "../../util/records.js";
import { type FloatTensor, type Tensor, tensor } from "../../util/tensor.js";
import type { Averaging } from "./dual-averaging.js";
import type { Scale } from "./precondition.js";
import type { Restart } from "./restart.js";
import type { Moments } from "./warmup.js";

/** A run between two blocks, as tensors by name: what `resume` takes and files keep. */
export type SampleCheckpoint = Readonly<Record<string, Tensor>>;

export interface Position {
  /** Steps done. */
  readonly step: number;
  /** The kernel's state, in its own coordinates. */
  readonly state: Tensors;
  readonly averaging: Averaging | null;
  /** Steps since the averaging started, or started again. */
  readonly since: number;
  /** What mean of the info a step size is tuned towards. */
  readonly target: number;
  /** Steps of chains that failed in the window that is open. */
  readonly failures: number;
  /** `(chains)`: 1 for each that failed in a step since the draw that was last kept. */
  readonly failed: Float64Array;
  readonly scale: Scale | null;
  readonly moments: Moments | null;
  readonly restarts: readonly Restart[];
}

/** What a run and those that go on with it must have in common, by name. */
export type Terms = Readonly<Record<string, unknown>>;

const numbers = (...values: number[]): FloatTensor => tensor(Float64Array.from(values));

/** Text as numbers, since a checkpoint holds nothing else. */
const written = (terms: Terms): FloatTensor => numbers(...Array.from(JSON.stringify(terms), (c) => c.codePointAt(0)!));

const readTerms = (codes: Float64Array): Terms => JSON.parse(String.fromCodePoint(...codes)) as Terms;

/** What computed the run that a checkpoint is of, in groups of how many chains, and how far: only that goes on with it bit for bit. */
export function computedBy({ terms, failed, place }: SampleCheckpoint): {
  readonly by: Computes | undefined;
  readonly group: number;
  readonly step: number;
} | null {
  if (!terms || !failed || !place) return null;
  const { computedBy: by, group } = readTerms(terms.data as Float64Array);
  // Before there were groups, all chains were one.
  const chains = failed.data.length;
  return {
    by: by as Computes | undefined,
    group: (group as number | undefined) ?? chains,
    step: Number(place.data[0]),
  };
}

export function writeCheckpoint(position: Position, terms: Terms): SampleCheckpoint {
  const { step, since, target, failures, failed, state, averaging, scale, moments, restarts } = position;
  return {
    terms: written(terms),
    place: numbers(step, since, target, failures),
    failed: tensor(failed),
    restarts: numbers(...restarts.flatMap(({ chain, donor, step: when }) => [chain, donor, when])),
    ...withPrefix("state.", state),
    ...(averaging
      ? withPrefix(
          "averaging.",
          mapValues(averaging, (values) => tensor(values)),
        )
      : {}),
    ...(scale ? { scale } : {}),
    ...(moments
      ? {
          "moments.count": numbers(moments.count),
          "moments.means": tensor(moments.means),
          "moments.products": tensor(moments.products),
        }
      : {}),
  };
}

/** @throws InputError for tensors that no run has written, or a run of other terms, naming the first that differs. */
export function readCheckpoint(saved: SampleCheckpoint, terms: Terms): Position {
  const list = (name: string): Float64Array | null => (saved[name] ? (saved[name].data as Float64Array) : null);
  const [place, codes, restarted, failed] = ["place", "terms", "restarts", "failed"].map(list);
  if (place?.length !== 4 || !codes || !restarted || !failed)
    throw new InputError("sample: what to resume from is no checkpoint of a run: it has no place");
  const earlier = readTerms(codes);
  for (const [name, own] of Object.entries(terms)) {
    const [here, there] = [JSON.stringify(own), JSON.stringify(earlier[name])];
    if (here !== there)
      throw new InputError(
        `sample: ${name} is ${here}, and ${there} in the run to resume; go on with what it began with`,
      );
  }
  const [step, since, target, failures] = place as unknown as [number, number, number, number];
  const averaging = mapValues(underPrefix("averaging.", saved), (t) => t.data as Float64Array);
  const count = list("moments.count");
  return {
    step,
    since,
    target,
    failures,
    failed,
    state: underPrefix("state.", saved),
    averaging: "logStep" in averaging ? (averaging as unknown as Averaging) : null,
    scale: (saved.scale as Scale | undefined) ?? null,
    moments: count && { count: count[0]!, means: list("moments.means")!, products: list("moments.products")! },
    restarts: Array.from({ length: restarted.length / 3 }, (_, i) => {
      const [chain, donor, when] = restarted.subarray(3 * i) as unknown as [number, number, number];
      return { chain, donor, step: when };
    }),
  };
}
