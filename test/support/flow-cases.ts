/** Every flow of the registry on every base, of points that it takes, with parameters to try it at. */

import type { ConditionalFlow } from "../../src/flows/conditional-flow.js";
import type { FlowDeclaration } from "../../src/flows/declare-flow.js";
import type { EventKind, Events } from "../../src/flows/event-kind.js";
import type { Flow } from "../../src/flows/flow.js";
import * as members from "../../src/flows/members.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import { listOptions } from "../../src/util/options.js";
import { type FloatTensor, type Shape, sizeOf, tensor } from "../../src/util/tensor.js";

/** Members as one list: what their options are no longer matters to who reads them from their facts. */
export const flows = Object.values(members) as readonly unknown[] as readonly FlowDeclaration[];

export interface FlowCase {
  readonly label: string;
  readonly flow: Flow;
  readonly kind: EventKind;
  readonly event: Shape;
  /** Numbers of a point. */
  readonly d: number;
  /** As it starts. */
  readonly initial: FloatTensor;
  /** Every parameter that is learned moved by 0.03 times a standard normal number: a map that bends mildly. */
  readonly perturbed: FloatTensor;
  /** The same by 0.1: some splines stretch a place by 1e8 and more. */
  readonly bent: FloatTensor;
}

/** The bases a flow may be asked for; none named when it has no such option. */
const basesOf = (declaration: FlowDeclaration): readonly object[] => {
  const base = listOptions(declaration.options).find(({ name }) => name === "base");
  const names = (base?.schema as { enum?: readonly string[] } | undefined)?.enum;
  return names ? names.map((name) => ({ base: name })) : [{}];
};

/** Fewer and narrower layers than by default: graphs that compile in a moment; only what a flow has options for. */
const smaller = ({ options }: FlowDeclaration): object => {
  const small: Readonly<Record<string, unknown>> = {
    ...{ layers: 4, hidden: [32] },
    ...{ levels: 2, couplings: 2, channels: 4, blocks: 1, components: 2 },
  };
  return Object.fromEntries(Object.entries(small).filter(([name]) => name in options.shape));
};

/** Shapes of points to try the flows at that take them. */
export type EventsToTry = Readonly<{ [Kind in EventKind]: readonly Events[Kind][] }>;

/** Vectors of so many coordinates, and images. */
export const eventsOf = (dimensions: readonly number[], ...image: Events["image"][]): EventsToTry => ({
  vector: dimensions.map((d) => [d]),
  image,
});

/** One shape that each kind of flow takes. */
export const someEvent: { readonly [Kind in EventKind]: Events[Kind] } = { vector: [3], image: [1, 4, 4] };

/** Float64 parameters. */
export function flowCases(events: EventsToTry): FlowCase[] {
  return flows.flatMap((declaration) =>
    basesOf(declaration).flatMap((base) =>
      events[declaration.eventKind].map((event) => {
        const kind = declaration.eventKind;
        const d = sizeOf(event);
        const label = [declaration.name, ...Object.values(base), kind === "vector" ? `d = ${d}` : event.join("×")].join(
          ", ",
        );
        const flow = declaration({ ...smaller(declaration), ...base }, event);
        const key = fold(makeKey(12), label);
        const initial = flow.init(fold(key, "init"));
        const noise = normal(fold(key, "perturbation"), [initial.length], "float64").data;
        // What is given was made to fit together.
        for (const { frozen, offset, shape } of flow.layout.leaves)
          if (frozen) noise.fill(0, offset, offset + sizeOf(shape));
        const moved = (scale: number): FloatTensor => tensor(noise.map((v, i) => initial[i]! + scale * v));
        return { label, flow, kind, event, d, initial: moved(0), perturbed: moved(0.03), bent: moved(0.1) };
      }),
    ),
  );
}

export interface ConditionalCase {
  readonly label: string;
  readonly flow: ConditionalFlow;
  readonly d: number;
  readonly k: number;
  /** Float64, every parameter moved by 0.03 times a standard normal number. */
  readonly params: FloatTensor;
}

/** Every flow of vectors that reads contexts, given those of k numbers. */
export function conditionalCases(dimensions: readonly number[], k: number): ConditionalCase[] {
  return flows
    .filter(({ contextless, eventKind }) => !contextless && eventKind === "vector")
    .flatMap((declaration) =>
      dimensions.map((d) => {
        const label = `${declaration.name}, d = ${d}, k = ${k}`;
        const flow = declaration.conditional({ ...smaller(declaration) }, [d], k);
        const key = fold(makeKey(13), label);
        const initial = flow.init(fold(key, "init"));
        const noise = normal(fold(key, "perturbation"), [initial.length], "float64").data;
        return { label, flow, d, k, params: tensor(noise.map((v, i) => initial[i]! + 0.03 * v)) };
      }),
    );
}
