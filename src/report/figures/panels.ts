/** Small plots in one picture, each with its own units: what it takes to draw a matrix of them. */

import * as Plot from "@observablehq/plot";
import { faint, ink, muted, paper } from "../theme.js";
import { type Axis, linearAxis } from "./axes.js";
import { shorten, widthOf } from "./figure.js";
import type { Mark } from "./mark.js";

/** The plot area in pixels: to the right and, as axes go, upwards. */
export const pixelAxes = (width: number, height: number): { x: Axis; y: Axis } => {
  const blank = { axis: null, label: "", ticks: [], tickFormat: String };
  return { x: { ...blank, domain: [0, width] }, y: { ...blank, domain: [0, height] } };
};

/** A place for a small plot, in pixels of the plot area, from below. */
export interface Panel {
  readonly left: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}

/** From a range of a panel's own units to pixels. */
export interface Scale {
  readonly axis: Axis;
  readonly range: readonly [low: number, high: number];
  at(v: number): number;
}

/** Numbers along the side of a small plot, at most. */
const TICKS = 4;

const scaleOf = (label: string, range: readonly [number, number], from: number, length: number): Scale => ({
  axis: linearAxis(label, range, 0, TICKS),
  range,
  at: (v) => from + ((v - range[0]) / (range[1] - range[0])) * length,
});

export const across = ({ left, width }: Panel, label: string, range: readonly [number, number]): Scale =>
  scaleOf(label, range, left, width);

export const upwards = ({ bottom, height }: Panel, label: string, range: readonly [number, number]): Scale =>
  scaleOf(label, range, bottom, height);

/** Whether a number lies in the range. */
export const within = ({ range: [low, high] }: Scale, v: number): boolean => v >= low && v <= high;

/** Size of the words of a panel. */
const WORDS = 11;

/** Paper behind a panel, and the line around it. */
export const ground = ({ left, bottom, width, height }: Panel): Mark =>
  Plot.rect([0], { x1: left, x2: left + width, y1: bottom, y2: bottom + height, fill: paper });

export const frame = ({ left, bottom, width, height }: Panel): Mark =>
  Plot.rect([0], {
    ...{ x1: left, x2: left + width, y1: bottom, y2: bottom + height },
    ...{ fill: "none", stroke: muted, strokeWidth: 0.75 },
  });

/** A name cut to its place, with the power of ten that its numbers share kept. */
function fitted(label: string, width: number): string {
  const [, name = label, factor = ""] = /^(.*)( \(×[^)]*\))$/.exec(label) ?? [];
  return `${shorten(name, width - widthOf(factor, WORDS), WORDS)}${factor}`;
}

/** Numbers of a scale below a panel, and their name. */
export function numbersBelow({ left, bottom, width }: Panel, { axis, at }: Scale): Mark[] {
  return [
    Plot.ruleX(axis.ticks, { x: at, y1: bottom, y2: bottom - 4, stroke: muted }),
    Plot.text(axis.ticks, { x: at, y: bottom, dy: 13, text: axis.tickFormat, fill: ink, fontSize: WORDS }),
    ...(axis.label
      ? [
          Plot.text([fitted(axis.label, width)], {
            ...{ x: left + width / 2, y: bottom, dy: 28, text: String, fill: ink, fontSize: WORDS },
          }),
        ]
      : []),
  ];
}

/** Numbers of a scale to the left of a panel, and their name, turned. */
export function numbersBeside({ left, bottom, height }: Panel, { axis, at }: Scale): Mark[] {
  return [
    Plot.ruleY(axis.ticks, { y: at, x1: left, x2: left - 4, stroke: muted }),
    Plot.text(axis.ticks, {
      ...{ y: at, x: left, dx: -7, text: axis.tickFormat, fill: ink, fontSize: WORDS, textAnchor: "end" },
    }),
    ...(axis.label
      ? [
          Plot.text([fitted(axis.label, height)], {
            ...{ x: left, y: bottom + height / 2, dx: -46, rotate: -90, text: String, fill: ink, fontSize: WORDS },
          }),
        ]
      : []),
  ];
}

/** A name above the middle of a panel, or in its corner. */
export const nameAbove = ({ left, bottom, width, height }: Panel, name: string): Mark =>
  Plot.text([shorten(name, width, WORDS)], {
    ...{ x: left + width / 2, y: bottom + height, dy: -8, text: String, fill: ink, fontSize: WORDS, fontWeight: 600 },
  });

/** A histogram of rows, as heights per unit, and a density over it. */
export interface MarginalShape {
  readonly bins: Float64Array;
  readonly curve: Float64Array;
}

/** Bars of rows under a density, both per unit of the scale, the highest at 92 % of the panel. */
export function marginal(
  { bottom, height }: Panel,
  { range: [low, high], at }: Scale,
  { bins, curve }: MarginalShape,
  colours: { readonly rows: string; readonly model: string },
): Mark[] {
  const top = Math.max(1e-300, ...bins, ...curve);
  const up = (v: number): number => bottom + 0.92 * (v / top) * height;
  const place = (i: number, n: number): number => at(low + (i / n) * (high - low));
  return [
    Plot.rect(Array.from(bins), {
      ...{
        x1: (_: number, i: number) => place(i, bins.length),
        x2: (_: number, i: number) => place(i + 1, bins.length),
      },
      ...{ y1: bottom, y2: up, fill: colours.rows, fillOpacity: 0.35 },
    }),
    Plot.line(Array.from(curve), {
      ...{ x: (_: number, i: number) => place(i + 0.5, curve.length), y: up },
      ...{ stroke: colours.model, strokeWidth: 1.6, strokeLinejoin: "round" },
    }),
    Plot.ruleY([bottom], { x1: at(low), x2: at(high), stroke: faint }),
  ];
}
