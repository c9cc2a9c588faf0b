/** What a figure of a run is: a name, a sentence, and how it is made. */

import type { PageFigure } from "../../report/page.js";
import type { RunView } from "../view.js";

/** One picture of a run, on the page of its report and by itself. */
export interface RunFigure {
  readonly name: string;
  /** What it shows, for a list. */
  readonly about: string;
  /** Whether it shows some columns, which may be named; all or none unless said. */
  readonly ofColumns?: true;
  /** Why a run has none; `null` where it can be drawn. */
  whyNot(view: RunView): string | null;
  draw(view: RunView): Promise<PageFigure>;
}

/** Of points that are real numbers only. */
export const onlyReal = ({ trained: { energy } }: RunView): string | null =>
  energy.support.kind === "real" ? null : `points are ${energy.support.kind}, and it shows real ones`;

/** Where rows are points, number by number: no column is constant, and no cell stands for an interval. */
export const onlyPlain = ({ run: { data } }: RunView): string | null => {
  const { kept, noisy, columns } = data.coordinates;
  if (kept.length < columns.length) return "a column is constant: take marginals or pairs";
  return noisy.length > 0
    ? "cells stand for intervals and have no density between them: take marginals or pairs"
    : null;
};

/** Of binary points only. */
export const onlyBits = ({ trained: { energy } }: RunView): string | null =>
  energy.support.kind === "binary" ? null : `points are ${energy.support.kind}, and it shows binary ones`;
