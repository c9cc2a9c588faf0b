/** The plot of a section: log-densities on one axis, the energy on another. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { coloursOf } from "./pen.js";

export interface Curve {
  readonly name: string;
  readonly title: string;
  /** The colour of its role. */
  readonly colour: string;
  /** Told apart without colours. */
  readonly dash: number[];
  readonly scale: "log" | "energy";
}

export interface SectionPlot {
  /** Distances, then the values of each curve; what is not finite is a gap. */
  set(data: readonly ArrayLike<number>[]): void;
  end(): void;
}

const HEIGHT = 170;
/** Nats below the highest that the axis of log-densities shows. */
const DEEP = 16;

export function plotSection(host: HTMLElement, curves: readonly Curve[]): SectionPlot {
  const colour = coloursOf(host);
  const axis = {
    stroke: colour("quiet"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line") },
  };
  const high = (_: unknown, low: number, top: number): [number, number] => [Math.max(low, top - DEEP), top + 0.5];
  const plot = new uPlot(
    {
      width: host.clientWidth || 320,
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: { x: { time: false }, log: { range: high }, energy: {} },
      axes: [
        axis,
        { ...axis, scale: "log", size: 42 },
        { ...axis, scale: "energy", side: 1, size: 46, grid: { show: false } },
      ],
      series: [
        {},
        ...curves.map(({ colour: name, dash, scale }) => ({
          ...{ stroke: colour(name), dash, scale },
          ...{ width: 1.5, points: { show: false } },
        })),
      ],
    },
    [[], ...curves.map(() => [])] as uPlot.AlignedData,
    host,
  );
  const watch = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height: HEIGHT }));
  watch.observe(host);
  let waiting = 0;
  return {
    set(data) {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => plot.setData(data.map(finite) as unknown as uPlot.AlignedData));
    },
    end() {
      cancelAnimationFrame(waiting);
      watch.disconnect();
      plot.destroy();
    },
  };
}

const finite = (values: ArrayLike<number>): (number | null)[] =>
  Array.from(values, (v) => (Number.isFinite(v) ? v : null));
