/** Colours of figures and pages, each with its partner for a dark page. */

import { roles } from "./roles.js";

export const paper = "#ffffff";
export const ink = "#1b1e22";
/** Secondary words and thin lines. */
export const muted = "#5d646c";
export const faint = "#dde1e6";

/**
 * Densities, from none to highest: equal steps of OKLab lightness, so that "darker" is "more" in grey too; hue turns
 * from yellow by green to indigo.
 */
export const ramp = [
  "#fbfbf2",
  "#d9e5c9",
  "#aed1b0",
  "#7fbca3",
  "#4aa69e",
  "#168c9b",
  "#007093",
  "#135285",
  "#23366d",
  "#241d50",
] as const;

/** On a dark page the ramp starts dark, so that "no density" is the page in both. */
const darkRamp = [
  "#191d26",
  "#223145",
  "#274865",
  "#2b6180",
  "#237e94",
  "#2b9aa0",
  "#50b6a5",
  "#81cea2",
  "#bbe2a4",
  "#f1f4b2",
] as const;

/** Light colour to dark colour. */
export const darkOf: Readonly<Record<string, string>> = {
  [paper]: "#15181b",
  [ink]: "#e7e9ec",
  [muted]: "#a3abb4",
  [faint]: "#343a41",
  [roles.data.colour]: "#acb1b6",
  [roles.ebm.colour]: "#3e90f5",
  [roles.flow.colour]: "#ea8a07",
  [roles.truth.colour]: "#7cf697",
  [roles.failure.colour]: "#bc598b",
  ...Object.fromEntries(ramp.map((light, i) => [light, darkRamp[i] ?? light])),
};

export const onDarkScreens = "@media screen and (prefers-color-scheme:dark)";

/** What `n` bands of density look like, from none to highest; `n` from 2 to 10. */
export const rampOf = (n: number): readonly string[] =>
  Array.from({ length: n }, (_, i) => ramp[Math.round((i * (ramp.length - 1)) / (n - 1))] ?? ramp[0]);

/**
 * The style of one figure. Colours are attributes, which every viewer reads; browsers exchange the ones that are used
 * for their partners on a dark screen. Paper stays paper in print.
 */
export function figureStyle(svg: string): string {
  const rules = Object.entries(darkOf).flatMap(([light, dark]) =>
    ["fill", "stroke"].flatMap((attribute) =>
      svg.includes(`${attribute}="${light}"`) ? `.ebbflow-figure [${attribute}="${light}"]{${attribute}:${dark}}` : [],
    ),
  );
  return [
    ".ebbflow-figure{max-width:100%;height:auto}.ebbflow-figure text{white-space:pre}",
    `${onDarkScreens}{.ebbflow-figure{color:${darkOf[ink]}}${rules.join("")}}`,
  ].join("");
}
