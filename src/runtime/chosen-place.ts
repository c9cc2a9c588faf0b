/** Several places as one: each program is loaded where it is done first, and what one place holds the others are given. */

import { type Work, workOf } from "../compiler/cost.js";
import { NoRule } from "../compiler/linearize.js";
import type { Tensor } from "../util/tensor.js";
import type { Computes } from "./engine.js";
import type { Place, Session } from "./session.js";

/** A tensor with the place that holds it. */
export interface HeldBy {
  readonly place: Place<unknown>;
  readonly held: unknown;
}

export interface Choice {
  readonly name: string;
  /** The places that are there; each is opened when a program is first loaded there. */
  readonly places: Readonly<Partial<Record<Computes, () => Promise<Place<unknown>>>>>;
  /** What computes a program for which nobody chose. */
  readonly usual: Computes;
  /** Which is done first with so much work, so often; always the same where there is no choice. */
  fastest(work: () => Work, runs: number): Computes;
  /** Told in one line why a program is not computed where it was to be. */
  warn(line: string): void;
}

/** One place of all, by name; once opened it stays. */
function newOpener(places: Choice["places"]) {
  const opened = new Map<Computes, Promise<Place<unknown>>>();
  return (name: Computes): Promise<Place<unknown>> => {
    let place = opened.get(name);
    if (!place) {
      place = places[name]!();
      opened.set(name, place);
    }
    return place;
  };
}

/** What a place has no rule for, or cannot load, is computed by ONNX Runtime. */
export function chosenPlace(choice: Choice): Place<HeldBy> {
  const open = newOpener(choice.places);
  return {
    name: choice.name,
    read: ({ place, held }) => place.read(held),
    drop: ({ place, held }) => place.drop(held),
    choose: (results, runs) => choice.fastest(() => workOf(results), runs),
    async load(inputs, outputs, options) {
      const wanted = options.by && choice.places[options.by] ? options.by : choice.usual;
      const at = async (name: Computes): Promise<Session<HeldBy>> => {
        const place = await open(name);
        return sessionAt(place, await place.load(inputs, outputs, options));
      };
      if (wanted === "onnx") return at("onnx");
      try {
        return await at(wanted);
      } catch (error) {
        // A graph that is wrong is wrong everywhere: ONNX Runtime says so.
        if (!(error instanceof NoRule)) choice.warn(`engine ${wanted}: ${(error as Error).message}`);
        return at("onnx");
      }
    },
  };
}

/** A session that also takes what other places hold. */
const sessionAt = (place: Place<unknown>, session: Session<unknown>): Session<HeldBy> => ({
  engine: session.engine,
  async run(feeds, held, keep) {
    const [given, own]: [Record<string, Tensor>, Record<string, unknown>] = [{ ...feeds }, {}];
    for (const [name, one] of Object.entries(held))
      if (one.place === place) own[name] = one.held;
      else given[name] = await one.place.read(one.held);
    const { outputs, kept } = await session.run(given, own, keep);
    return {
      outputs,
      kept: Object.fromEntries(Object.entries(kept).map(([name, one]) => [name, { place, held: one }])),
    };
  },
  release: () => session.release(),
});
