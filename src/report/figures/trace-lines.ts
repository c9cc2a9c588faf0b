/** What happened over the steps of a run: losses, acceptance, step sizes, weights of modes. */

import * as Plot from "@observablehq/plot";
import { InputError } from "../../util/errors.js";
import { formatNumber } from "../format.js";
import { dashOf, type Role, roles } from "../roles.js";
import { ink, muted } from "../theme.js";
import { type Axis, gridOf, linearAxis, logAxis, rangeOf } from "./axes.js";
import { type Figure, type KeyEntry, roomAfter } from "./figure.js";
import { type Line, type LinePoint, lineMarks } from "./lines.js";

/** A value across the whole figure; of the truth unless said. */
export interface Reference {
  readonly name: string;
  readonly value: number;
  readonly role?: Role;
}

export interface TraceLines {
  readonly title: string;
  /** Values `y` at steps `x`; a band is an interval around them. */
  readonly series: readonly Line[];
  /** What the truth is, or what there is to beat, drawn across. */
  readonly references?: readonly Reference[];
  /** A step that stands out. */
  readonly mark?: { readonly at: number; readonly name: string };
  readonly xLabel?: string;
  readonly yLabel: string;
  /** Ends of the y axis, such as `[0, 1]` for an acceptance rate; as the values need if left out. */
  readonly yDomain?: readonly [number, number];
  readonly log?: boolean;
}

/**
 * Several series over steps, each with an optional band, and horizontal lines for what is true.
 * Of a long series every stretch keeps its lowest and highest value, so no spike is lost. What is not finite, and on a
 * logarithmic axis what is not positive, leaves a gap.
 * @throws ShapeError when the lengths of a series differ, InputError for a logarithmic `yDomain` that is not positive.
 */
export function traceLines({
  title,
  series,
  references = [],
  mark,
  xLabel = "step",
  yLabel,
  yDomain,
  log = false,
}: TraceLines): Figure {
  if (log && yDomain && !(yDomain[0] > 0))
    throw new InputError(`traceLines: the logarithmic axis begins at ${yDomain[0]}; give a yDomain above 0, or no log`);
  const y = log
    ? logAxis(yLabel, yDomain ?? roomy(rangeOf(heights(series, references, true).filter((v) => v > 0))))
    : linearAxis(yLabel, yDomain ?? rangeOf(heights(series, references)), yDomain ? 0 : 0.05);
  const floor = log ? y.domain[0] : Number.NEGATIVE_INFINITY;
  const x = linearAxis(xLabel, rangeOf(series.flatMap((line) => Array.from(line.x))), 0);
  const { marks, key, drawn } = lineMarks("traceLines", series, { floor, thin: true });
  const rules = drawable(references, floor);
  const told = [
    ...series.map(({ name }, i) => `${name}: ${ends(drawn[i] ?? [])}`),
    ...references.map(({ name, value }) => `${name}: ${formatNumber(value)}`),
    ...(mark ? [mark.name] : []),
  ];
  return {
    title,
    description: `${title}: ${yLabel} over ${xLabel}. ${told.join("; ")}.`,
    key: [...rules.map(({ name, role, dash }): KeyEntry => ({ name, role, dash, mark: "line" })), ...key],
    inner: 210,
    marginRight: roomAfter(x),
    plot: {
      x,
      y,
      marks: [
        gridOf(y),
        ...rules.map(({ value, role, dash }) =>
          Plot.ruleY([value], {
            ...{ stroke: roles[role].colour, strokeWidth: 1.8, clip: true, strokeDasharray: dash ?? "none" },
          }),
        ),
        ...(mark ? markOf(mark, x) : []),
        ...marks,
      ],
    },
  };
}

/** The references that can be drawn, each of a role with a dash of its own. */
function drawable(references: readonly Reference[], floor: number) {
  const all = references.map(({ role = "truth", ...rest }) => ({ ...rest, role }));
  return all
    .map((one, i) => ({
      ...one,
      dash: dashOf(one.role, all.slice(0, i).filter(({ role }) => role === one.role).length),
    }))
    .filter(({ value }) => Number.isFinite(value) && value >= floor);
}

/** A line down at a step, and its name on the side where there is room. */
function markOf({ at, name }: NonNullable<TraceLines["mark"]>, { domain: [low, high] }: Axis) {
  const right = at < (low + high) / 2;
  return [
    Plot.ruleX([at], { stroke: muted, strokeWidth: 1.2, strokeDasharray: "2 2" }),
    Plot.text([name], {
      ...{ x: at, frameAnchor: "bottom", dy: -6, dx: right ? 5 : -5, textAnchor: right ? "start" : "end" },
      ...{ text: String, fill: ink, fontSize: 11 },
    }),
  ];
}

/** Everything that a y axis has to hold; where it is logarithmic, the lower ends of bands are cut instead. */
const heights = (series: TraceLines["series"], references: TraceLines["references"] = [], log = false): number[] => [
  ...series.flatMap(({ y, band }) => [y, ...(band ? (log ? [band[1]] : band) : [])].flatMap((v) => Array.from(v))),
  ...references.map(({ value }) => value),
];

/** A positive range with some air. */
const roomy = ([low, high]: readonly [number, number]): [number, number] => {
  const from = low > 0 ? low : 0.1;
  const factor = high > from ? (high / from) ** 0.05 : 2;
  return [from / factor, Math.max(high, from) * factor];
};

function ends(points: readonly LinePoint[]): string {
  const seen = points.filter(({ y }) => Number.isFinite(y));
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last) return "nothing to draw";
  const at = ({ x, y }: LinePoint): string => `${formatNumber(y, 3)} at ${formatNumber(x)}`;
  return first === last ? at(first) : `from ${at(first)} to ${at(last)}`;
}
