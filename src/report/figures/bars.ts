/** Weights side by side, each with its error, against the truth. */

import * as Plot from "@observablehq/plot";
import type { Estimate } from "../../metrics/metric.js";
import { ShapeError } from "../../util/errors.js";
import { formatEstimate, formatNumber } from "../format.js";
import { type Role, roles } from "../roles.js";
import { ink, muted } from "../theme.js";
import { gridOf, linearAxis } from "./axes.js";
import { drawFrame, innerWidth, type KeyEntry, shorten, symbolOf, WIDTH, widthOf } from "./frame.js";

export interface BarsFigure {
  readonly title: string;
  /** What is weighed, such as the modes. */
  readonly groups: readonly string[];
  /** Who weighs: one estimate for each group. */
  readonly series: readonly { readonly name: string; readonly role: Role; readonly estimates: readonly Estimate[] }[];
  /** The true weight of each group. */
  readonly truth?: readonly number[];
  readonly yLabel?: string;
}

interface Bar {
  readonly group: number;
  readonly series: number;
  readonly role: Role;
  readonly value: number;
  readonly ends: readonly [number, number] | null;
}

/** Both ends of the whisker: the 95 % interval, or two standard errors either way where there is only that. */
const whisker = ({ value, standardError, interval }: Estimate): readonly [number, number] | null =>
  interval ?? (standardError === null ? null : [value - 1.96 * standardError, value + 1.96 * standardError]);

function checked({ groups, series, truth }: BarsFigure): Bar[] {
  const all = [
    ...series.map(({ name, estimates }) => [name, estimates.length] as const),
    ["truth", truth?.length ?? groups.length] as const,
  ];
  for (const [name, length] of all)
    if (length !== groups.length)
      throw new ShapeError(`barsFigure: "${name}" has ${length} weights for ${groups.length} groups`);
  return series.flatMap(({ role, estimates }, k) =>
    estimates.map((estimate, group) => ({ group, series: k, role, value: estimate.value, ends: whisker(estimate) })),
  );
}

/**
 * Bars in groups, with 95 % intervals as whiskers, and the truth as a dashed line across each group.
 * The trap: an estimate without an interval has no whisker, which is not a small error but an unknown one.
 * @throws ShapeError when a series has not one estimate for each group.
 */
export function barsFigure(figure: BarsFigure): string {
  const { title, groups, series, truth = [], yLabel = "weight" } = figure;
  const bars = checked(figure).filter(({ value }) => Number.isFinite(value));
  const top = Math.max(0, ...bars.flatMap(({ value, ends }) => [value, ends?.[1] ?? 0]), ...truth) || 1;
  const low = Math.min(0, ...bars.flatMap(({ value, ends }) => [value, ends?.[0] ?? 0]), ...truth);
  const y = linearAxis(yLabel, [low < -0.02 * top ? low * 1.05 : 0, top * 1.05], 0);
  const width = 0.76 / Math.max(1, series.length);
  const from = ({ group, series: k }: Bar): number => group - 0.38 + k * width;
  const middle = (bar: Bar): number => from(bar) + width / 2;
  const inked = bars.filter(({ ends }) => ends !== null);
  const end = (k: number) => (bar: Bar) => bar.ends?.[k];
  const cap = (side: number) => (bar: Bar) =>
    middle(bar) + side * Math.min(0.25 * width, (4 * groups.length) / innerWidth());
  const key: KeyEntry[] = [
    ...(truth.length > 0 ? ([{ name: "truth", role: "truth", mark: "line" }] as const) : []),
    ...series.map(({ name, role }): KeyEntry => ({ name, role, mark: "bar" })),
  ];
  const { label, room, rotate } = groupLabels(groups);
  return drawFrame({
    title,
    description: describe(figure),
    key,
    inner: 210,
    marginBottom: room,
    plot: {
      x: {
        domain: [-0.5, groups.length - 0.5],
        label: null,
        ticks: groups.map((_, i) => i),
        tickFormat: label,
        tickSize: 0,
        tickRotate: rotate,
      },
      y,
      marks: [
        gridOf(y),
        ...series.map(({ role }, k) =>
          Plot.rect(
            bars.filter((bar) => bar.series === k),
            {
              ...{
                x1: (bar: Bar) => from(bar) + 0.06 * width,
                x2: (bar: Bar) => from(bar) + 0.94 * width,
                y1: 0,
                y2: "value",
              },
              ...{ fill: roles[role].colour, fillOpacity: 0.3 },
            },
          ),
        ),
        Plot.ruleY([0], { stroke: muted }),
        Plot.ruleY(truth, {
          ...{ x1: (_: number, i: number) => i - 0.44, x2: (_: number, i: number) => i + 0.44, y: (w: number) => w },
          ...{ stroke: roles.truth.colour, strokeWidth: 2, strokeDasharray: roles.truth.dash ?? "none" },
        }),
        ...series.map(({ role }, k) =>
          Plot.dot(
            bars.filter((bar) => bar.series === k),
            { x: middle, y: "value", symbol: symbolOf(role), r: 3, fill: roles[role].colour },
          ),
        ),
        Plot.ruleX(inked, { ...{ x: middle, y1: end(0), y2: end(1) }, ...inkLine }),
        ...[0, 1].map((k) => Plot.ruleY(inked, { ...{ y: end(k), x1: cap(-1), x2: cap(1) }, ...inkLine })),
      ],
    },
  });
}

const inkLine = { stroke: ink, strokeWidth: 1.3 } as const;

/** Names below their groups, slanted where one is too long for its place. */
function groupLabels(groups: readonly string[]): { label(group: number): string; room: number; rotate: number } {
  const place = innerWidth() / Math.max(1, groups.length) - 6;
  const fits = groups.every((name) => shorten(name, place, 12) === shorten(name, WIDTH, 12));
  const label = (group: number): string => shorten(groups[group] ?? "", fits ? place : SLANTED, 12);
  return fits
    ? { label, room: 30, rotate: 0 }
    : { label, room: 26 + 0.64 * Math.min(SLANTED, Math.max(...groups.map((name) => widthOf(name, 12)))), rotate: -40 };
}

/** Length of a slanted name. */
const SLANTED = 84;

function describe({ title, groups, series, truth, yLabel = "weight" }: BarsFigure): string {
  const lines = groups.map((group, i) => {
    const told = series.map(
      ({ name, estimates }) => `${name} ${estimates[i] ? formatEstimate(estimates[i]) : "unknown"}`,
    );
    const right = truth?.[i] === undefined ? [] : [`truth ${formatNumber(truth[i])}`];
    return `${group}: ${[...right, ...told].join(", ")}`;
  });
  return `${title}: ${yLabel} by group. ${lines.join("; ")}.`;
}
