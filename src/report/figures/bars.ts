/** Weights side by side, each with its error, against the truth. */

import * as Plot from "@observablehq/plot";
import type { Estimate } from "../../metrics/metric.js";
import { InputError, ShapeError } from "../../util/errors.js";
import { formatEstimate, formatNumber } from "../format.js";
import { type Role, roles } from "../roles.js";
import { ink, muted } from "../theme.js";
import { type Axis, gridOf, linearAxis, rangeOf } from "./axes.js";
import { type Figure, innerWidth, type KeyEntry, shorten, symbolOf, WIDTH, widthOf } from "./figure.js";
import type { Mark } from "./mark.js";

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
  if (groups.length === 0) throw new InputError("barsFigure: no groups; give at least one");
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
 * @throws ShapeError when a series has not one estimate for each group, InputError without groups.
 */
export function barsFigure(figure: BarsFigure): Figure {
  const { title, groups, series, truth = [], yLabel = "weight" } = figure;
  const bars = checked(figure).filter(({ value }) => Number.isFinite(value));
  const y = linearAxis(yLabel, heightOf(bars, truth), 0);
  const key: KeyEntry[] = [
    ...(truth.length > 0 ? ([{ name: "truth", role: "truth", mark: "line" }] as const) : []),
    ...series.map(({ name, role }): KeyEntry => ({ name, role, mark: "bar" })),
  ];
  const { x, room } = groupAxis(groups, innerWidth(y));
  return {
    title,
    description: describe(figure),
    key,
    inner: 210,
    marginBottom: room,
    plot: {
      x,
      y,
      marks: [gridOf(y), ...barMarks(bars, figure, innerWidth(y))],
    },
  };
}

/** Bars, the line they stand on, the truth, and whiskers over all. */
function barMarks(bars: readonly Bar[], { groups, series, truth = [] }: BarsFigure, pixels: number): Mark[] {
  const width = 0.76 / Math.max(1, series.length);
  const from = ({ group, series: k }: Bar): number => group - 0.38 + k * width;
  const middle = (bar: Bar): number => from(bar) + width / 2;
  const side = (share: number) => (bar: Bar) => from(bar) + share * width;
  const reach = Math.min(0.25 * width, (4 * groups.length) / pixels);
  const cap = (sign: number) => (bar: Bar) => middle(bar) + sign * reach;
  const end = (k: number) => (bar: Bar) => bar.ends?.[k];
  const known = bars.filter(({ ends }) => ends !== null);
  const each = <M>(mark: (own: Bar[], colour: string, role: Role) => M): M[] =>
    series.map(({ role }, k) =>
      mark(
        bars.filter((bar) => bar.series === k),
        roles[role].colour,
        role,
      ),
    );
  return [
    ...each((own, fill) =>
      Plot.rect(own, { x1: side(0.06), x2: side(0.94), y1: 0, y2: "value", fill, fillOpacity: 0.3 }),
    ),
    Plot.ruleY([0], { stroke: muted }),
    Plot.ruleY(truth, {
      ...{ x1: (_: number, i: number) => i - 0.44, x2: (_: number, i: number) => i + 0.44, y: (w: number) => w },
      ...{ stroke: roles.truth.colour, strokeWidth: 2, strokeDasharray: roles.truth.dash ?? "none" },
    }),
    ...each((own, fill, role) => Plot.dot(own, { x: middle, y: "value", symbol: symbolOf(role), r: 3, fill })),
    Plot.ruleX(known, { ...{ x: middle, y1: end(0), y2: end(1) }, ...inkLine }),
    ...[0, 1].map((k) => Plot.ruleY(known, { ...{ y: end(k), x1: cap(-1), x2: cap(1) }, ...inkLine })),
  ];
}

const inkLine = { stroke: ink, strokeWidth: 1.3 } as const;

/** From the lowest to the highest end, with zero in it and some air beyond what is not zero. */
function heightOf(bars: readonly Bar[], truth: readonly number[]): [number, number] {
  const ends = [...bars.flatMap(({ value, ends }) => [value, ...(ends ?? [])]), ...truth];
  const [low, high] = rangeOf([0, ...ends]);
  // The lower end of an interval around nothing is no reason for an axis of negative weights.
  const floor = low < -0.02 * high ? low * 1.05 : 0;
  return [floor, high > 0 || floor < 0 ? high * 1.05 : 1];
}

/** Names below their groups, slanted where one is too long for its place. */
function groupAxis(groups: readonly string[], width: number): { x: Axis; room: number } {
  const place = width / groups.length - 6;
  const fits = groups.every((name) => shorten(name, place, 12) === shorten(name, WIDTH, 12));
  const longest = Math.min(SLANTED, Math.max(...groups.map((name) => widthOf(name, 12))));
  const x = {
    label: "",
    domain: [-0.5, groups.length - 0.5] as const,
    ticks: groups.map((_, i) => i),
    tickFormat: (group: number) => shorten(groups[group] ?? "", fits ? place : SLANTED, 12),
    tickSize: 0,
    tickRotate: fits ? 0 : -40,
  };
  return { x, room: fits ? 30 : 26 + 0.64 * longest };
}

/** Length of a slanted name. */
const SLANTED = 104;

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
