/** What the points of a flow are: vectors or images. */

import { type ImageShape, type Shape, showShape } from "../util/tensor.js";

/** Shapes of one point by what it is. Images are stored by channels, rows and columns. */
export interface Events {
  readonly vector: readonly [d: number];
  readonly image: Image;
}

export type Image = ImageShape;

export type EventKind = keyof Events;

const shapes: Record<EventKind, { readonly axes: number; readonly words: string }> = {
  vector: { axes: 1, words: "vectors (d)" },
  image: { axes: 3, words: "images (channels, height, width)" },
};

/** In words: "images (channels, height, width)". */
export const showKind = (kind: EventKind): string => shapes[kind].words;

/** Whether points of that shape are of a kind. */
export const isOfKind = <Kind extends EventKind>(kind: Kind, event: Shape): event is Events[Kind] & Shape =>
  event.length === shapes[kind].axes && event.every((n) => Number.isSafeInteger(n) && n > 0);

/** What a flow says of points that it does not take. */
export const refusal = (flow: string, kind: EventKind, event: Shape, instead: string): string =>
  `flow ${flow}: takes ${showKind(kind)}, and a point has shape ${showShape(event)}; ${instead}`;
