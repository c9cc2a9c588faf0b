/** Axes of the plane: where their ticks are, what is written at them, and both drawn along two edges of a picture. */

import type { Pen } from "./pen.js";

/** Round numbers in a range, at most so many. */
export function ticksOf([low, high]: readonly [number, number], atMost: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const power = 10 ** Math.floor(Math.log10(span / atMost));
  const step = [1, 2, 5, 10].map((k) => k * power).find((s) => span / s <= atMost)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Multiples are rounded: 3 · 0.1 is written 0.3.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** A number of a tick as short as it can be told: thousands and millions by a letter. */
export const tickText = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-4
    ? value.toExponential(0)
    : new Intl.NumberFormat("en", {
        notation: Math.abs(value) >= 1e4 ? "compact" : "standard",
        maximumSignificantDigits: 5,
      }).format(value);

/** Pixels of the page from one tick to the next, at least. */
const APART = 70;

type Cells = readonly string[] | null;

/** Ticks of a range with what is written at each: of cells that lie at 0, 1, 2 … their names. */
export function labelledTicks(
  range: readonly [number, number],
  atMost: number,
  cells: Cells = null,
): readonly { readonly at: number; readonly text: string }[] {
  if (!cells) return ticksOf(range, atMost).map((at) => ({ at, text: tickText(at) }));
  const seen = cells.flatMap((text, at) => (at >= range[0] && at <= range[1] ? [{ at, text }] : []));
  const each = Math.ceil(seen.length / atMost);
  return seen.filter((_, i) => i % each === 0);
}

/** @param cells names of the cells of an axis that has no numbers. */
export function drawAxes(
  pen: Pen,
  [nameX, nameY]: readonly [string, string | undefined],
  [cellsX, cellsY]: readonly [Cells, Cells] = [null, null],
): void {
  const { context, width, height, ratio, box } = pen;
  context.font = `${11 * ratio}px system-ui, sans-serif`;
  context.lineWidth = ratio;
  const text = (words: string, x: number, y: number): void => {
    // A halo in the colour of the surface: it is read on any colour.
    context.strokeStyle = pen.colour("low");
    context.lineWidth = 3 * ratio;
    context.lineJoin = "round";
    context.strokeText(words, x, y);
    context.fillStyle = pen.colour("text");
    context.fillText(words, x, y);
  };
  const mark = (x0: number, y0: number, x1: number, y1: number): void => {
    context.strokeStyle = pen.colour("quiet");
    context.lineWidth = ratio;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  };
  const most = Math.max(2, Math.floor(width / ratio / APART));
  context.textAlign = "center";
  context.textBaseline = "bottom";
  for (const { at, text: words } of labelledTicks(box[0], most, cellsX)) {
    const x = pen.x(at);
    mark(x, height, x, height - 5 * ratio);
    if (x > 40 * ratio && x < width - 24 * ratio) text(words, x, height - 6 * ratio);
  }
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const { at, text: words } of labelledTicks(box[1], most, cellsY)) {
    const y = pen.y(at);
    mark(0, y, 5 * ratio, y);
    if (y > 24 * ratio && y < height - 24 * ratio) text(words, 7 * ratio, y);
  }
  context.textBaseline = "top";
  if (nameY) text(`↑ ${nameY}`, 6 * ratio, 5 * ratio);
  context.textAlign = "right";
  context.textBaseline = "bottom";
  text(`${nameX} →`, width - 6 * ratio, height - 19 * ratio);
}
