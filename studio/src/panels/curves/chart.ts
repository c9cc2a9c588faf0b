/** uPlot with the colours of the page: curves told apart by colour, dash and a name at their end. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { short } from "../words.js";

export interface Line {
  /** What stands at its end; nothing where it is empty. */
  readonly mark: string;
  /** The role whose colour it has. */
  readonly colour: string;
  readonly dash: readonly number[];
  readonly width: number;
  /** How much of what lies under it is seen through it: 0 is all, 1, unless said, nothing. */
  readonly alpha?: number;
  readonly unit: string;
}

export interface ChartOptions {
  readonly lines: readonly Line[];
  readonly logSteps: boolean;
  /** What stands under the horizontal axis; nothing unless said. */
  readonly along?: string;
  /** Charts of one name show where the pointer is on any of them. */
  readonly together?: string;
  /** Which axis values have: in powers of ten, or those to both sides of zero where some are not positive. */
  readonly values: "linear" | "powers" | "signed";
  /** Called with the place of a step among all of the chart, or `null` where the pointer has left. */
  readonly hover: (index: number | null) => void;
}

const HEIGHT = 200;
/** Powers of ten that an axis of them shows below the largest, and how many it names. */
const [DECADES, NAMED] = [8, 5];
const values: Readonly<Record<ChartOptions["values"], uPlot.Scale>> = {
  linear: {},
  powers: { distr: 3, range: (_, low, high) => decadesOf(low ?? 0.1, high ?? 1) },
  signed: { distr: 4 },
};

/** From a power of ten to another, around values of which all above 0 count. */
function decadesOf(low: number, high: number): [number, number] {
  const top = Math.ceil(Math.log10(high));
  const bottom = Math.max(top - DECADES, Math.floor(Math.log10(low)));
  return [10 ** Math.min(bottom, top - 1), 10 ** top];
}

/** Powers of ten, a few of them. */
function powersIn(low: number, high: number): number[] {
  const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const each = Math.max(1, Math.ceil((to - from) / NAMED));
  return Array.from({ length: Math.floor((to - from) / each) + 1 }, (_, i) => 10 ** (from + i * each));
}

const powers: Partial<uPlot.Axis> = { splits: (_, __, low, high) => powersIn(low, high) };
const named: Partial<uPlot.Axis> = { values: (_, splits) => splits.map((v) => (v === null ? "" : short(v))) };

/** A chart in an element, as wide as that is. @returns a way to give it numbers, and one to end it. */
export function drawChart(host: HTMLElement, { lines, logSteps, along, together, values: of, hover }: ChartOptions) {
  const style = getComputedStyle(host);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const grid = { stroke: colour("line"), width: 1 };
  const axis = { stroke: colour("quiet"), grid, ticks: grid };
  const units = [...new Set(lines.map(({ unit }) => unit))];
  const plot = new uPlot(
    {
      width: host.clientWidth || 320,
      height: HEIGHT,
      legend: { show: false },
      // Room for the names at the ends.
      padding: [8, 26, 0, 0],
      cursor: { y: false, points: { size: 6 }, ...(together ? { sync: { key: together } } : {}) },
      scales: {
        x: { time: false, ...(logSteps ? { distr: 3 } : {}) },
        ...Object.fromEntries(units.map((unit) => [unit, values[of]])),
      },
      axes: [
        { ...axis, ...named, ...(logSteps ? powers : {}), ...(along ? { label: along, labelSize: 18, size: 30 } : {}) },
        ...units.slice(0, 2).map((unit, i) => ({
          ...{ ...axis, ...named, ...(of === "powers" ? powers : {}) },
          scale: unit,
          label: unit,
          labelSize: 18,
          size: 52,
          ...(i === 1 ? { side: 1 as const, grid: { show: false } } : {}),
        })),
      ],
      series: [
        {},
        ...lines.map(({ colour: role, dash, width, alpha, unit }) => ({
          scale: unit,
          stroke: colour(role),
          dash: [...dash],
          width,
          alpha: alpha ?? 1,
          spanGaps: true,
          points: { show: false },
        })),
      ],
      hooks: {
        setCursor: [(own) => hover(own.cursor.idx ?? null)],
        draw: [(own) => nameEnds(own, lines, colour)],
      },
    },
    [[], ...lines.map(() => [])],
    host,
  );
  const watch = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height: HEIGHT }));
  watch.observe(host);
  return {
    show: (data: (number | null)[][]): void => plot.setData(data as uPlot.AlignedData),
    end(): void {
      watch.disconnect();
      plot.destroy();
    },
  };
}

/** The mark of each curve beside its last value. */
function nameEnds(plot: uPlot, lines: readonly Line[], colour: (name: string) => string): void {
  const { ctx } = plot;
  const x = plot.data[0]!;
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = "middle";
  for (const [i, { mark, colour: role, unit }] of lines.entries()) {
    if (!mark) continue;
    const y = plot.data[i + 1]!;
    const end = y.findLastIndex((value) => value !== null && value !== undefined);
    if (end < 0) continue;
    ctx.fillStyle = colour(role);
    const at = [plot.valToPos(x[end]!, "x", true), plot.valToPos(y[end]!, unit, true)] as const;
    if (at.every(Number.isFinite)) ctx.fillText(mark, at[0] + 4 * devicePixelRatio, at[1]);
  }
  ctx.restore();
}
