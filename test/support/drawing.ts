/** Reading a figure back: what is drawn where, in the units of its axes. */

import { parseHTML } from "linkedom";

export const parseSvg = (svg: string): Element =>
  parseHTML(`<html><body>${svg}</body></html>`).document.querySelector("svg")!;

const number = (element: Element, name: string): number => Number(element.getAttribute(name));

export type Span = readonly [low: number, high: number];

/** From pixels to the units of linear axes; the plot area is the frame, or what lines are clipped to. */
export function unitsOf(root: Element, x: Span, y: Span): (px: number, py: number) => [number, number] {
  const area = root.querySelector('[aria-label="frame"]') ?? root.querySelector("clipPath rect")!;
  const [left, top, width, height] = ["x", "y", "width", "height"].map((name) => number(area, name)) as [
    number,
    number,
    number,
    number,
  ];
  return (px, py) => [x[0] + ((px - left) / width) * (x[1] - x[0]), y[1] - ((py - top) / height) * (y[1] - y[0])];
}

/** The strokes of a path of straight lines: one list of pixel places for each `M`. */
export const strokesOf = (path: Element): [number, number][][] =>
  (path.getAttribute("d") ?? "")
    .split("M")
    .slice(1)
    .map((stroke) =>
      stroke
        .replace("Z", "")
        .split("L")
        .map((place) => place.split(",").map(Number) as [number, number]),
    );

/** Elements below the group of a mark, by its aria label. */
export const marksOf = (root: Element, label: string, selector: string): Element[] =>
  [...root.querySelectorAll(`g[aria-label="${label}"]`)].flatMap((g) => [...g.querySelectorAll(selector)]);

/** An attribute of the marks with a label, group by group; a clip path puts it one group deeper. */
export const lookOf = (root: Element, label: string, name: string): (string | null)[] =>
  [...root.querySelectorAll(`g[aria-label="${label}"]`)].map(
    (g) => g.getAttribute(name) ?? g.querySelector("g")?.getAttribute(name) ?? null,
  );

/** Where a mark that is moved by `translate(x,y)` stands, in pixels. */
export function placeOf(element: Element): [number, number] {
  const [, x, y] = /translate\(([^,]+),([^)]+)\)/.exec(element.getAttribute("transform") ?? "") ?? [];
  return x === undefined ? [number(element, "cx"), number(element, "cy")] : [Number(x), Number(y)];
}

/** All words of a figure, in order. */
export const wordsOf = (root: Element): string[] => [...root.querySelectorAll("text")].map((t) => t.textContent ?? "");
