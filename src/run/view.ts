/** A run as its figures see it: what several of them need is made once. */

import { runKey } from "../config/prepare.js";
import { joinRows } from "../data/join-rows.js";
import type { BaselineLaw } from "../evaluation/baseline.js";
import type { JournalRecord } from "../formats/journal.js";
import type { DensityCoverage } from "../metrics/goodness/density-coverage.js";
import type { Trained } from "../model/trained.js";
import { fold } from "../random/key.js";
import type { FloatTensor } from "../util/tensor.js";
import { chooseColumns } from "./choose-columns.js";
import { coverageOf } from "./coverage.js";
import { lawsOf } from "./laws.js";
import { drawModel, type ModelDraws } from "./model-draws.js";
import type { OpenRun } from "./open.js";
import type { RunSummary } from "./run-summary.js";

export interface RunView {
  readonly run: OpenRun;
  readonly trained: Trained;
  readonly summary: RunSummary;
  /** Records of the training, in order. */
  readonly journal: readonly JournalRecord[];
  /** Every row of the table, `(n, d)`, in the units of the data: those of training first. */
  readonly rows: FloatTensor;
  /** Draws of the model, in the units of the data. Asked once. */
  draws(): Promise<ModelDraws>;
  /** Whether regions of highest density of the model hold the held-out rows they should. Asked once. */
  coverage(): Promise<DensityCoverage>;
  /** What the model was compared with, fitted to the training rows. Fitted once. */
  laws(): readonly BaselineLaw[];
  /** At most so many columns to show, and how they were chosen, in words; `null` where they are all. */
  columns(most: number): { readonly chosen: readonly number[]; readonly how: string | null };
}

export interface ViewSpec extends Pick<RunView, "run" | "trained" | "summary" | "journal"> {
  /** Where they are fitted already. */
  readonly laws?: readonly BaselineLaw[];
}

/** @param named columns that somebody asked for, in place of those that would be chosen. */
export function viewOf({ run, trained, summary, journal, laws }: ViewSpec, named?: readonly number[]): RunView {
  const { coordinates, train, validation, test } = run.data;
  const rows = joinRows([train, validation, test].map((part) => coordinates.decode(part)));
  let drawn: Promise<ModelDraws> | undefined;
  let covered: Promise<DensityCoverage> | undefined;
  const draws = (): Promise<ModelDraws> => {
    drawn ??= drawModel(trained, fold(runKey(run.config), "report"));
    return drawn;
  };
  let fitted = laws;
  return {
    ...{ run, trained, summary, journal, rows },
    draws,
    coverage() {
      covered ??= draws().then((all) => coverageOf(run, trained, all));
      return covered;
    },
    laws() {
      fitted ??= lawsOf(run, (summary.evaluation.baselines ?? []).length > 1);
      return fitted;
    },
    columns(most) {
      if (named) return { chosen: named, how: null };
      // What is constant, or no number on a scale, has no place on an axis.
      const all = coordinates.kept.filter((j) => !coordinates.columns[j]!.nominal);
      const left = all.length < coordinates.columns.length ? " that vary and are numbers on a scale" : "";
      if (all.length <= most) return { chosen: all, how: left ? `the ${all.length} columns${left}` : null };
      return {
        chosen: chooseColumns(rows, all, most),
        how: `${most} of ${all.length} columns${left}, which together tell most of the others: each in turn leaves the least of all columns unexplained (by ranks)`,
      };
    },
  };
}
