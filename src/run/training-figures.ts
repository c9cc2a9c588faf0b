/** How a run got there: every metric of its objective, in the figures that they declare. */

import { isDiscrete } from "../config/registries.js";
import type { JournalRecord } from "../formats/journal.js";
import type { TraceFigure, TrainingMetric } from "../objectives/training-metric.js";
import type { Line } from "../report/figures/lines.js";
import { traceLines } from "../report/figures/trace-lines.js";
import type { PageFigure } from "../report/page.js";
import { trainingMetrics } from "../train/training-metrics.js";
import type { OpenRun } from "./open.js";

/** Metrics by name, and the figure they share. */
interface Traces {
  readonly figure: TraceFigure;
  readonly metrics: readonly (readonly [string, TrainingMetric])[];
}

/** Figures over steps, those of the metrics in the order of their first record. */
export function trainingFigures(journal: readonly JournalRecord[], { config }: Pick<OpenRun, "config">): PageFigure[] {
  const coordinates = isDiscrete(config) || !config.data.standardize ? "" : " In standardised coordinates.";
  const steps = journal.filter(({ validation }) => validation === undefined);
  return tracesOf(steps).map(({ figure: { title, yLabel, caption, log = false, inCoordinates }, metrics }) => ({
    figure: traceLines({
      ...{ title, log, yLabel: yLabel ?? metrics[0]![1].unit },
      series: metrics.map(([name, metric]) => lineOf(steps, name, metric)),
      ...(metrics.every(([, { unit }]) => unit === "share") ? { yDomain: [0, 1] } : {}),
    }),
    caption: `${caption ?? metrics.map(([, { about }]) => about).join(" ")}${inCoordinates ? coordinates : ""}`,
  }));
}

function tracesOf(journal: readonly JournalRecord[]): readonly Traces[] {
  const found = new Map<string, Traces>();
  for (const name of new Set(journal.flatMap((record) => Object.keys(record)))) {
    const metric = trainingMetrics[name];
    if (!metric) continue;
    const { figure = { title: `${metric.label.slice(0, 1).toUpperCase()}${metric.label.slice(1)}` } } = metric;
    found.set(figure.title, { figure, metrics: [...(found.get(figure.title)?.metrics ?? []), [name, metric]] });
  }
  return [...found.values()];
}

function lineOf(journal: readonly JournalRecord[], key: string, of: Pick<TrainingMetric, "label" | "role">): Line {
  const kept = journal.filter((record) => typeof record[key] === "number");
  return { name: of.label, role: of.role ?? "ebm", x: kept.map((r) => r.step), y: kept.map((r) => Number(r[key])) };
}
