/** Chains that were dropped on the landscape: where they are, where they have been, and what they were offered. */

import type { Walk, WalkOrder } from "../engine/messages.js";
import type { Place } from "./plane.js";

/** A step that was offered to a chain. */
export interface Offer {
  readonly from: Place;
  readonly to: Place;
  readonly taken: boolean;
}

export interface Walker {
  readonly at: Place;
  /** Where it was before, the oldest first. */
  readonly tail: readonly Place[];
  /** Its last offers, the oldest first. */
  readonly offers: readonly Offer[];
  readonly steps: number;
  readonly taken: number;
}

export interface Dropped {
  /** `x, y, x, y, …` of where chains begin. */
  readonly drops: readonly number[];
  readonly kernel: string;
  readonly stepSize: number | null;
}

/** What is remembered of a chain. */
const [TAIL, OFFERS] = [50, 12];
/** Steps still to be shown at which more are asked for. */
const FEW = 4;

/** The step of all chains from `before`: a chain that is where it was has refused, or was offered nothing. */
type Step = readonly { readonly at: Place; readonly to: Place | null }[];

const same = (a: Place, b: Place): boolean => a.x === b.x && a.y === b.y;
/** Whether a step went where it would have gone, but for rounding; columns have units of their own. */
const went = (from: Place, to: Place, at: Place): boolean =>
  (["x", "y"] as const).every(
    (axis) => Math.abs(at[axis] - to[axis]) <= 1e-5 * (Math.abs(from[axis]) + Math.abs(to[axis])),
  );

export class Walkers {
  walkers: readonly Walker[] = [];
  #asked: Dropped | null = null;
  #coming: Step[] = [];
  #asking = false;
  /** Answers to what was asked before this are no longer wanted. */
  #era = 0;
  #first = 0;
  #last = 0;

  constructor(private readonly walk: (order: WalkOrder) => Promise<Walk | null>) {}

  /** Chains from these points, those that there are go on where they are; `afresh` begins all of them anew. */
  set(asked: Dropped, afresh = false): void {
    const { drops, kernel, stepSize } = asked;
    const known = afresh ? null : this.#asked;
    const changed = known?.kernel !== kernel || known.stepSize !== stepSize;
    const kept = known ? this.walkers.slice(goneOf(known.drops, drops)) : [];
    if (!changed && kept.length === this.walkers.length && kept.length === drops.length / 2) return;
    this.#asked = asked;
    this.#era++;
    this.#coming = [];
    this.walkers = Array.from({ length: drops.length / 2 }, (_, k) => {
      const walker = kept[k] ?? born({ x: drops[2 * k]!, y: drops[2 * k + 1]! });
      return changed ? { ...walker, offers: [], steps: 0, taken: 0 } : walker;
    });
  }

  /** Show the next step where it is time; whether there was one. */
  tick(now: number, pace: number): boolean {
    if (!this.#asked || this.walkers.length === 0) return false;
    if (this.#coming.length < FEW && !this.#asking) void this.#order(this.#asked);
    const step = now - this.#last >= pace ? this.#coming.shift() : undefined;
    if (!step) return false;
    this.#last = now;
    this.walkers = this.walkers.map((walker, k) => stepped(walker, step[k]!));
    return true;
  }

  async #order({ kernel, stepSize }: Dropped): Promise<void> {
    const era = this.#era;
    this.#asking = true;
    const from = this.#coming.at(-1)?.map(({ at }) => at) ?? this.walkers.map(({ at }) => at);
    const order = { kernel, stepSize, from: Float32Array.from(from.flatMap(({ x, y }) => [x, y])), first: this.#first };
    const found = await this.walk(order);
    this.#asking = false;
    if (era !== this.#era) return;
    // What cannot walk is not asked again until something changes.
    if (!found) this.#asked = null;
    else {
      this.#first += found.steps;
      this.#coming.push(...stepsOf(found, from.length));
    }
  }
}

/** How many of the first chains gave way to later ones. */
function goneOf(before: readonly number[], now: readonly number[]): number {
  for (let gone = 0; 2 * gone < before.length; gone++)
    if (before.slice(2 * gone).every((v, i) => v === now[i])) return gone;
  return before.length / 2;
}

const born = (at: Place): Walker => ({ at, tail: [], offers: [], steps: 0, taken: 0 });

function stepsOf({ steps, path, proposed }: Walk, n: number): Step[] {
  const place = (points: Float32Array, t: number, k: number): Place => {
    const i = 2 * (t * n + k);
    return { x: points[i]!, y: points[i + 1]! };
  };
  return Array.from({ length: steps }, (_, t) =>
    Array.from({ length: n }, (_, k) => ({ at: place(path, t, k), to: proposed && place(proposed, t, k) })),
  );
}

function stepped(walker: Walker, { at, to }: Step[number]): Walker {
  const { at: from } = walker;
  const taken = to ? went(from, to, at) : !same(at, from);
  const offer = { from, to: to ?? at, taken };
  return {
    at,
    tail: [...walker.tail.slice(-TAIL), from],
    offers: [...walker.offers.slice(1 - OFFERS), offer],
    steps: walker.steps + 1,
    taken: walker.taken + (taken ? 1 : 0),
  };
}
