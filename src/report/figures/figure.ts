/** What all figures share: their size, title and key, and how points of a role look. */

import type * as Plot from "@observablehq/plot";
import { cleanText } from "../escape.js";
import { type Outline, type Role, roles } from "../roles.js";
import { renderPlot, svgElement } from "../svg.js";
import { ink, muted, paper } from "../theme.js";
import type { Axis } from "./axes.js";
import type { Mark } from "./mark.js";

/** Nominal width of a figure in pixels: a column of a page, and a phone. */
export const WIDTH = 440;

/** A line of the key above a figure. */
export interface KeyEntry {
  readonly name: string;
  readonly role: Role;
  readonly mark: "line" | "dot" | "ring" | "bar";
  /** Dash of a line; that of the role if left out. */
  readonly dash?: string | null;
}

/** A figure as data; {@link drawFigure} makes a picture of it. */
export interface Figure {
  /** Above the figure, in bold, and its name for those who do not see it. */
  readonly title: string;
  /** What it shows, in a sentence or two, for those who do not see it. */
  readonly description: string;
  readonly key: readonly KeyEntry[];
  /** Of the whole picture; {@link WIDTH} unless said. A page shows a wider one across, and lets it scroll on a phone. */
  readonly width?: number;
  /** Height of the plot area. */
  readonly inner: number;
  readonly marginBottom?: number;
  /** Room before the plot area; what the numbers of the y axis need unless said. */
  readonly marginLeft?: number;
  /** Room beyond the plot area; {@link roomAfter} an axis with numbers up to its end. */
  readonly marginRight?: number;
  /** What stands below the key and how high it is: a scale of colours. */
  readonly below?: { readonly height: number; draw(document: Document, top: number): SVGElement };
  readonly plot: {
    readonly x: Axis;
    readonly y: Axis;
    /** The scale of colours, as options of Plot. */
    readonly color?: object;
    readonly marks: readonly Mark[];
  };
}

const TITLE = 22;
const ROW = 18;
/** Room for the label of the y axis, which stands above it. */
const LABEL = 30;
/** Room beyond the plot area. */
const RIGHT = 14;

/** Rough width of words in pixels; wide scripts count double. */
export const widthOf = (text: string, em: number): number =>
  [...text].reduce((w, c) => w + (c > "\u2e7f" ? 1 : /[mwMWA-Z@%]/.test(c) ? 0.74 : 0.56), 0) * em;

/** Cut to what fits, with an ellipsis; the whole name stays in the words for screen readers. */
export function shorten(text: string, width: number, em: number): string {
  const line = cleanText(text).replace(/\s+/g, " ").trim();
  if (widthOf(line, em) <= width) return line;
  let [kept, w] = ["", widthOf("…", em)];
  for (const character of line) {
    w += widthOf(character, em);
    if (kept !== "" && w > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Entries side by side, as many rows as they need: where each begins. */
function layOut(key: readonly KeyEntry[], full: number): { entry: KeyEntry; name: string; x: number; row: number }[] {
  let [x, row] = [0, 0];
  return key.map((entry) => {
    const name = shorten(entry.name, full - 60, 12);
    const width = indent(entry) + widthOf(name, 12) + 16;
    if (x > 0 && x + width > full) [x, row] = [0, row + 1];
    const placed = { entry, name, x, row };
    x += width;
    return placed;
  });
}

const pathOf = (outline: Outline, r: number): string => `M${outline.map(([x, y]) => `${x * r},${y * r}`).join("L")}Z`;

/** The shape of a role's points, for the `symbol` of Plot's dots. */
export function symbolOf(role: Role): "circle" | { draw(context: CanvasPath, size: number): void } {
  const { outline } = roles[role];
  if (outline.length === 0) return "circle";
  const draw = (context: CanvasPath, size: number): void => {
    const r = Math.sqrt(size / Math.PI);
    outline.forEach(([x, y], i) => {
      if (i === 0) context.moveTo(x * r, y * r);
      else context.lineTo(x * r, y * r);
    });
    context.closePath();
  };
  return { draw };
}

/** Where the name begins. */
const indent = ({ mark }: KeyEntry): number => (mark === "dot" || mark === "ring" ? 20 : 32);

/** One sample of a mark. */
function swatch(document: Document, { role, mark, dash = roles[role].dash }: KeyEntry): SVGElement[] {
  const { colour, outline } = roles[role];
  if (mark === "line") {
    const dashes = dash === null ? {} : { "stroke-dasharray": dash };
    return [svgElement(document, "path", { d: "M0,0H25", stroke: colour, "stroke-width": 2, ...dashes })];
  }
  const look = mark === "ring" ? { fill: paper, stroke: colour, "stroke-width": 1.5 } : { fill: colour };
  const cx = mark === "bar" ? 12 : 7;
  const shape =
    outline.length === 0
      ? svgElement(document, "circle", { cx, r: 4, ...look })
      : svgElement(document, "path", { d: pathOf(outline, 4), transform: `translate(${cx},0)`, ...look });
  if (mark !== "bar") return [shape];
  const box = { x: 3, y: -6, width: 18, height: 12, fill: colour, "fill-opacity": 0.3 };
  return [svgElement(document, "rect", box), shape];
}

/** Title and key, as a mark. */
function header(figure: Figure, rows: ReturnType<typeof layOut>): Plot.RenderFunction {
  const { width = WIDTH } = figure;
  return (_index, _scales, _values, { marginTop }, { document }) => {
    const g = svgElement(document, "g", { "aria-label": "key", "text-anchor": "start" });
    const heading = { x: 2, y: 15, "font-size": 13.5, "font-weight": 600, fill: ink };
    g.append(svgElement(document, "text", heading, shorten(figure.title, width - 4, 14.5)));
    for (const { entry, name, x, row } of rows) {
      const line = svgElement(document, "g", { transform: `translate(${x + 2},${TITLE + 10 + row * ROW})` });
      line.append(
        ...swatch(document, entry),
        svgElement(document, "text", { x: indent(entry), y: "0.32em", fill: ink }, name),
      );
      g.append(line);
    }
    const label = shorten(figure.plot.y.label, width - 4, 12);
    g.append(svgElement(document, "text", { x: 2, y: marginTop - 14, fill: ink }, label));
    if (figure.below) g.append(figure.below.draw(document, TITLE + heightOf(rows)));
    return g;
  };
}

const heightOf = (rows: ReturnType<typeof layOut>): number =>
  rows.length > 0 ? ((rows.at(-1)?.row ?? 0) + 1) * ROW : 0;

/**
 * A figure as a standalone SVG file: axes with labels at their ends, the key above, the same measures in every figure.
 * @param document makes the elements and is not changed: the page's own in a browser, linkedom's in Node.
 */
export function drawFigure(figure: Figure, document: Document): string {
  const { title, description, key, inner, width = WIDTH, marginBottom = 42, marginRight = RIGHT, below, plot } = figure;
  const rows = layOut(key, width);
  const marginLeft = figure.marginLeft ?? marginFor(plot.y);
  const marginTop = TITLE + heightOf(rows) + (below?.height ?? 0) + LABEL;
  return renderPlot(
    {
      ...plot,
      title,
      ariaDescription: description,
      width,
      height: marginTop + inner + marginBottom,
      marginTop,
      marginBottom,
      marginLeft,
      marginRight,
      x: {
        ...plot.x,
        labelAnchor: "center",
        labelArrow: "none",
        label: plot.x.label ? shorten(plot.x.label, width - marginLeft - marginRight, 12) : null,
      },
      y: { ...plot.y, label: null },
      marks: [...plot.marks, header(figure, rows)],
    },
    document,
  );
}

/** Room for the numbers of a y axis. */
const marginFor = ({ ticks, tickFormat }: Axis): number =>
  Math.max(48, ...ticks.map((x) => 16 + widthOf(tickFormat(x), 12.5)));

/** Room for the half of a number of an x axis that may stand beyond its end. */
export const roomAfter = ({ ticks, tickFormat }: Axis): number =>
  Math.max(RIGHT, ...ticks.map((x) => 2 + widthOf(tickFormat(x), 12.5) / 2));

/** Width of the plot area, where nothing is said of the room beyond it. */
export const innerWidth = (y: Axis): number => WIDTH - marginFor(y) - RIGHT;

/** A thin line around a plot area. */
export const border = { stroke: muted, strokeWidth: 1 } as const;
