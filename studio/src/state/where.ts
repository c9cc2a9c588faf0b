/** Which model a page asks, as its address has it. */

import type { ViewChange } from "./address.js";

/** No model yet: one is to be chosen. */
export const CHOOSE = "choose";
const [TRAINING, FILE] = ["training", "file:"];

export type Where =
  | { readonly kind: "choose" }
  /** A training of this page, by its number. */
  | { readonly kind: "training"; readonly run: number }
  /** A file or folder of the user's own, which no address can hold. */
  | { readonly kind: "file"; readonly name: string }
  /** A saved model, or the folder of a run, whose address ends in a slash; relative to the page. */
  | { readonly kind: "address"; readonly address: string };

export function whereOf(question: string): Where {
  if (question === CHOOSE) return { kind: "choose" };
  if (question === TRAINING) return { kind: "training", run: 0 };
  if (question === `b.${TRAINING}`) return { kind: "training", run: 1 };
  if (question.startsWith(FILE)) return { kind: "file", name: question.slice(FILE.length) };
  return { kind: "address", address: question };
}

export const questionOfTraining = (run: number): string => (run === 0 ? TRAINING : `b.${TRAINING}`);
export const questionOfFile = (name: string): string => `${FILE}${name}`;
/** The folder of a run that `ebbflow studio` serves. */
export const questionOfRun = (name: string): string => `runs/${encodeURIComponent(name)}/`;

/** What was asked of a model says nothing of another, nor of trainings. */
export const nothingAsked: ViewChange = {
  row: undefined,
  pair: undefined,
  box: undefined,
  at: undefined,
  draws: undefined,
  where: undefined,
  ofClass: undefined,
  drawSeed: undefined,
};
