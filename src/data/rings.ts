import { z } from "zod";
import { integers } from "../random/choose.js";
import { normal, uniform } from "../random/draw.js";
import { fold } from "../random/key.js";
import { essential } from "../util/options.js";
import { allocate, tensor } from "../util/tensor.js";
import { logBesselI0Scaled } from "./bessel.js";
import { reach } from "./box.js";
import { type Distribution, dataset } from "./dataset.js";
import { mixtureLogDensity } from "./mixture.js";
import { assignPoints, mapPoints, nearest, type PointFunction } from "./points.js";

const presets = {
  slips: { radii: [1, 2, 3, 4], noise: 0.15 },
  fce: { radii: [0.75, 1.5, 2.25, 3], noise: 0.08 },
} as const;

const norm = (point: Float64Array): number => Math.sqrt(point[0]! ** 2 + point[1]! ** 2);

/** Equally heavy concentric rings: uniform in angle, blurred along the radius (slips) or in both coordinates (fce). */
export const rings = dataset({
  name: "rings",
  about: "Four concentric rings of equal weight; the modes are annuli, so that a ring is crossed without a barrier.",
  cite: "Grenioux, Noble, Gabrié & Durmus (2024), Stochastic localization via iterative posterior sampling; Gao et al. (2020), Flow contrastive estimation of energy-based models; Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling, figure 2 and table 1 (preset slips)",
  options: z.object({
    preset: z
      .enum(["slips", "fce"])
      .default("slips")
      .describe(
        "slips: radii 1 to 4, normal radius of sd 0.15; fce: radii 0.75 to 3, normal noise of sd 0.08 on both coordinates",
      )
      .meta(essential),
  }),
  build({ preset }): Distribution {
    const { radii, noise } = presets[preset];
    const weights = radii.map(() => 1 / radii.length);
    const density = preset === "slips" ? radialRing : blurredRing;
    const logDensity = mixtureLogDensity(
      weights,
      radii.map((radius) => density(radius, noise)),
    );
    const along = radii.map((radius) => [radius]);
    const edge = radii.at(-1)! + reach(2) * noise;
    return {
      event: [2],
      draw(key, n) {
        const ring = integers(fold(key, "ring"), [n], radii.length);
        const turn = uniform(fold(key, "angle"), [n], "float64").data;
        const xi = normal(fold(key, "noise"), [n, 2], "float64").data;
        const x = allocate("float64", 2 * n);
        for (let i = 0; i < n; i++) {
          const radius = radii[ring[i]!]! + (preset === "slips" ? noise * xi[2 * i]! : 0);
          const blur = preset === "slips" ? 0 : noise;
          x[2 * i] = radius * Math.cos(2 * Math.PI * turn[i]!) + blur * xi[2 * i]!;
          x[2 * i + 1] = radius * Math.sin(2 * Math.PI * turn[i]!) + blur * xi[2 * i + 1]!;
        }
        return tensor(x, [n, 2]);
      },
      logDensity: (x) => mapPoints(x, [2], logDensity),
      modes: {
        weights,
        centers: radii.map((radius) => [radius, 0]),
        assign: (x) => assignPoints(x, [2], (point) => nearest(along, Float64Array.of(norm(point)))),
      },
      box: [
        [-edge, edge],
        [-edge, edge],
      ],
    };
  },
});

/**
 * A ring of normal radius: `(φ(r) + φ(−r)) / (2πr)`, `φ` the density of `N(R, s²)`, because a negative radius lands on
 * the other side. It grows like `1/r` at the origin; below `s/1000` it is held constant, which moves less than 1e-12 of
 * the mass, so that the origin itself has a finite density.
 */
function radialRing(radius: number, s: number): PointFunction {
  const constant = -Math.log(s) - 1.5 * Math.log(2 * Math.PI);
  return (point) => {
    const r = Math.max(norm(point), s / 1000);
    const near = -(((r - radius) / s) ** 2) / 2;
    const folded = Math.log1p(Math.exp((-2 * r * radius) / s ** 2));
    return constant + near + folded - Math.log(r);
  };
}

/** A circle blurred by `N(0, s² I)`: `exp(−(r² + R²)/(2s²)) I₀(rR/s²) / (2πs²)`. */
function blurredRing(radius: number, s: number): PointFunction {
  const constant = -Math.log(2 * Math.PI * s ** 2);
  return (point) => {
    const r = norm(point);
    return constant - ((r - radius) / s) ** 2 / 2 + logBesselI0Scaled((r * radius) / s ** 2);
  };
}
