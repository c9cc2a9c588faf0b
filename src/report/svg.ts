/** A plot as a standalone SVG file. */

import * as Plot from "@observablehq/plot";
import { InputError } from "../util/errors.js";
import { serializeSvg } from "./serialize-svg.js";
import { figureStyle, ink, paper } from "./theme.js";

export const svgNamespace = "http://www.w3.org/2000/svg";

/** An SVG element with its attributes, and its text if it has one. */
export function svgElement(
  document: Document,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text?: string,
): SVGElement {
  const element = document.createElementNS(svgNamespace, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

const fonts = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif";

/**
 * Draw with Observable Plot: the same options give the same text, byte for byte, in every Node; in a browser with coarse
 * pixels Plot moves axes by half a pixel.
 * @param options those of `Plot.plot`; its own types would have to stand wherever ours are checked.
 * `options.title` names the picture for those who do not see it and `options.ariaDescription` says what it shows; words
 * to be seen are marks. Colours of `theme.ts` and `roles.ts` turn on a dark screen, others stay as they are.
 * The trap: `raster` and the legend of a continuous scale need a canvas, which Node has not.
 * @param document makes the elements and is not changed: the page's own in a browser, linkedom's in Node.
 * @returns SVG with its name space, size, view box, style, `role="img"`, `<title>` and `<desc>`.
 * @throws InputError without a title.
 */
export function renderPlot(options: object, document: Document): string {
  const { title, subtitle: _, caption: __, ariaDescription, ...rest } = options as Plot.PlotOptions;
  if (typeof title !== "string" || title.trim() === "")
    throw new InputError("renderPlot: the plot has no title; give one, it is what a screen reader says");
  const svg = Plot.plot({ ...rest, figure: false, document, className: "ebbflow-figure" });
  for (const style of svg.querySelectorAll("style")) style.remove();
  const [width, height] = [svg.getAttribute("width") ?? "0", svg.getAttribute("height") ?? "0"];
  const attributes = { xmlns: svgNamespace, role: "img", "aria-label": title, color: ink };
  for (const [name, value] of Object.entries({ ...attributes, "font-family": fonts, "font-size": "12" }))
    svg.setAttribute(name, value);
  const style = svgElement(document, "style", {});
  svg.prepend(
    svgElement(document, "title", {}, title),
    ...(ariaDescription ? [svgElement(document, "desc", {}, ariaDescription)] : []),
    style,
    svgElement(document, "rect", { fill: paper, width, height }),
  );
  style.textContent = figureStyle(serializeSvg(svg));
  return serializeSvg(svg);
}
