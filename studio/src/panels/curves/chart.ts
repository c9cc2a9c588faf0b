/** uPlot with the colours of the page: curves told apart by colour, dash and a name at their end. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { dash, hue } from "../marks.js";

export interface Line {
  /** What stands at its end: the number of the metric, and a letter of the training where there are two. */
  readonly mark: string;
  /** Number of the metric, which gives colour and dash, and of the training, which gives the width. */
  readonly metric: number;
  readonly run: number;
  readonly unit: string;
}

export interface ChartOptions {
  readonly lines: readonly Line[];
  readonly logSteps: boolean;
  /** Which axis values have: in powers of ten, or those to both sides of zero where some are not positive. */
  readonly values: "linear" | "powers" | "signed";
  /** Called with the place of a step among all, or `null` where the pointer has left. */
  readonly hover: (index: number | null) => void;
}

const HEIGHT = 200;
const values = { linear: {}, powers: { distr: 3 }, signed: { distr: 4 } } as const;

/** A chart in an element, as wide as that is. @returns a way to give it numbers, and one to end it. */
export function drawChart(host: HTMLElement, { lines, logSteps, values: of, hover }: ChartOptions) {
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
      cursor: { y: false, points: { size: 6 } },
      scales: {
        x: { time: false, ...(logSteps ? { distr: 3 } : {}) },
        ...Object.fromEntries(units.map((unit) => [unit, values[of]])),
      },
      axes: [
        axis,
        ...units.slice(0, 2).map((unit, i) => ({
          ...axis,
          scale: unit,
          label: unit,
          labelSize: 18,
          size: 52,
          ...(i === 1 ? { side: 1 as const, grid: { show: false } } : {}),
        })),
      ],
      series: [
        {},
        ...lines.map(({ metric, run, unit }) => ({
          scale: unit,
          stroke: colour(hue(metric)),
          dash: [...dash(metric)],
          width: run === 0 ? 2 : 1,
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
  for (const [i, { mark, metric, unit }] of lines.entries()) {
    const y = plot.data[i + 1]!;
    const end = y.findLastIndex((value) => value !== null && value !== undefined);
    if (end < 0) continue;
    ctx.fillStyle = colour(hue(metric));
    const at = [plot.valToPos(x[end]!, "x", true), plot.valToPos(y[end]!, unit, true)] as const;
    if (at.every(Number.isFinite)) ctx.fillText(mark, at[0] + 4 * devicePixelRatio, at[1]);
  }
  ctx.restore();
}
