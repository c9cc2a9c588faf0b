import { describe, expect, it } from "vitest";
import { dashOf, type Role, roles } from "./roles.js";
import { darkOf, figureStyle, ink, muted, paper, ramp, rampOf } from "./theme.js";

type Triple = readonly [number, number, number];

const linear = (hex: string): Triple =>
  [1, 3, 5]
    .map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as unknown as Triple;

const times = (m: readonly Triple[], [x, y, z]: Triple): Triple =>
  m.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Triple;

/** Relative luminance and contrast, WCAG 2.2. */
const luminance = (hex: string): number => times([[0.2126, 0.7152, 0.0722]], linear(hex))[0];
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

/** Ottosson (2020), OKLab. */
const oklab = (rgb: Triple): Triple => {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  ).map(Math.cbrt) as unknown as Triple;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
};

/** Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB. */
const eyes: Readonly<Record<string, readonly Triple[]>> = {
  common: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const seen = (hex: string, eye: readonly Triple[]): Triple =>
  oklab(times(eye, linear(hex)).map((c) => Math.min(1, Math.max(0, c))) as unknown as Triple);

const distance = (a: Triple, b: Triple): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

const everyRole = Object.keys(roles) as Role[];
const dark = (hex: string): string => darkOf[hex]!;

/** The closest two colours for one kind of eye. */
const closest = (colours: readonly string[], eye: readonly Triple[]): number =>
  Math.min(...colours.flatMap((a, i) => colours.slice(0, i).map((b) => distance(seen(a, eye), seen(b, eye)))));

describe("role colours", () => {
  const light = everyRole.map((role) => roles[role].colour);
  it.each(Object.keys(eyes))("stay apart for %s, on light and on dark", (name) => {
    expect(closest(light, eyes[name]!)).toBeGreaterThan(0.09);
    expect(closest(light.map(dark), eyes[name]!)).toBeGreaterThan(0.09);
  });

  it("would not with a plain red and green", () => {
    expect(closest(["#cc3311", "#557711"], eyes.deuteranopia!)).toBeLessThan(0.09);
  });

  it("stand out from the page, words more than lines", () => {
    for (const colour of light) {
      expect(contrast(colour, paper)).toBeGreaterThan(3);
      expect(contrast(dark(colour), dark(paper))).toBeGreaterThan(3);
    }
    for (const colour of [ink, muted, roles.ebm.colour]) {
      expect(contrast(colour, paper)).toBeGreaterThan(4.5);
      expect(contrast(dark(colour), dark(paper))).toBeGreaterThan(4.5);
    }
  });

  it("have one dash and one shape each, and further dashes for more lines of a role", () => {
    expect(new Set(everyRole.map((role) => roles[role].dash)).size).toBe(everyRole.length);
    expect(new Set(everyRole.map((role) => JSON.stringify(roles[role].outline))).size).toBe(everyRole.length);
    const dashes = [0, 1, 2, 3, 4].map((n) => dashOf("ebm", n));
    expect(dashes[0]).toBe(roles.ebm.dash);
    expect(new Set(dashes).size).toBe(5);
  });
});

describe("the density ramp", () => {
  const steps = (colours: readonly string[]): number[] =>
    colours.slice(1).map((c, i) => seen(c, eyes.common!)[0] - seen(colours[i]!, eyes.common!)[0]);

  it("darkens by equal steps on light and lightens by equal steps on dark", () => {
    for (const step of steps(ramp)) expect(step).toBeCloseTo((0.27 - 0.985) / 9, 2);
    for (const step of steps(ramp.map(dark))) expect(step).toBeCloseTo((0.95 - 0.23) / 9, 2);
  });

  it("is taken from end to end, whatever the number of bands", () => {
    for (let n = 2; n <= 10; n++) {
      const bands = rampOf(n);
      expect(new Set(bands).size).toBe(n);
      expect([bands[0], bands.at(-1)]).toEqual([ramp[0], ramp.at(-1)]);
    }
  });
});

describe("figureStyle", () => {
  it("exchanges only the colours that are used, and only on screens", () => {
    const style = figureStyle(`<path fill="${roles.ebm.colour}"/>`);
    expect(style).toContain(`@media screen and (prefers-color-scheme:dark)`);
    expect(style).toContain(`[fill="${roles.ebm.colour}"]{fill:${dark(roles.ebm.colour)}}`);
    expect(style).not.toContain(roles.flow.colour);
    expect(style).not.toContain(`[stroke="${roles.ebm.colour}"]`);
  });
});
