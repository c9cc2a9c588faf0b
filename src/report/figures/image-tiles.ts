/** Small square images side by side: filters of a machine, its draws, rows of data. */

import * as Plot from "@observablehq/plot";
import { InputError } from "../../util/errors.js";
import { formatNumber } from "../format.js";
import { roles } from "../roles.js";
import { ink } from "../theme.js";
import type { Axis } from "./axes.js";
import { border, type Figure, innerWidth, type KeyEntry } from "./figure.js";
import type { Mark } from "./mark.js";

export interface ImageTiles {
  readonly title: string;
  /** `side²` numbers an image, row by row from the top; `side` the same for all. */
  readonly images: readonly (readonly number[])[];
  /** Images in a row; 8 unless said. */
  readonly columns?: number;
  /** `ink`: from 0, paper, to 1, ink. `signed`: positive and negative numbers in two colours, as strong as they are large. */
  readonly scale?: "ink" | "signed";
}

interface Pixel {
  readonly x: number;
  readonly y: number;
  /** From 0, nothing, to 1. */
  readonly strength: number;
  readonly positive: boolean;
}

/** Part of an image's width between two of them. */
const GAP = 0.15;

/** An axis without numbers. */
const bare = (length: number): Axis => ({
  label: "",
  domain: [0, length],
  ticks: [],
  tickFormat: () => "",
  axis: null,
});

/**
 * Images in rows, all on one scale. Pixels of no strength are left out.
 * @throws InputError when there are no images, or one has not as many pixels as a square of the others' side.
 */
export function imageTiles({ title, images, columns = 8, scale = "ink" }: ImageTiles): Figure {
  const side = Math.sqrt(images[0]?.length ?? 0);
  const wrong = images.find((image) => image.length !== side * side || !Number.isInteger(side));
  if (images.length === 0 || wrong)
    throw new InputError(
      `imageTiles: ${wrong ? `an image of ${wrong.length} pixels` : "no images"}; expected square images of one size`,
    );
  const most = scale === "ink" ? 1 : Math.max(...images.flat().map(Math.abs), Number.MIN_VALUE);
  const rows = Math.ceil(images.length / columns);
  const pitch = side * (1 + GAP);
  const corner = (n: number) => ({
    x: (n % columns) * pitch,
    y: (rows - Math.floor(n / columns)) * pitch - GAP * side,
  });
  const pixels = images.flatMap((image, n): Pixel[] =>
    image.flatMap((value, k) => {
      const strength = Math.min(1, Math.max(0, (scale === "ink" ? value : Math.abs(value)) / most));
      const { x, y } = corner(n);
      const at = { x: x + (k % side), y: y - Math.floor(k / side) };
      return strength > 0.004 ? [{ ...at, strength: Number(strength.toFixed(2)), positive: value > 0 }] : [];
    }),
  );
  const [width, height] = [columns * pitch - GAP * side, rows * pitch - GAP * side];
  const layer = (fill: string, own: Pixel[]): Mark =>
    Plot.rect(own, {
      ...{ x1: "x", x2: (p: Pixel) => p.x + 1, y1: (p: Pixel) => p.y - 1, y2: "y", fill, fillOpacity: "strength" },
    });
  const y = bare(height);
  const frames = images.map((_, n) => corner(n));
  const outline = {
    x1: "x",
    x2: (c: { x: number }) => c.x + side,
    y1: (c: { y: number }) => c.y - side,
    y2: "y",
  } as const;
  return {
    title,
    description: describe(title, images.length, side, scale, most),
    key:
      scale === "ink"
        ? []
        : [
            { name: `up to ${formatNumber(most, 3)}`, role: "ebm", mark: "bar" } satisfies KeyEntry,
            { name: `down to ${formatNumber(-most, 3)}`, role: "flow", mark: "bar" } satisfies KeyEntry,
          ],
    inner: (innerWidth(y) * height) / width,
    marginBottom: 12,
    plot: {
      x: bare(width),
      y,
      marks: [
        layer(
          scale === "ink" ? ink : roles.ebm.colour,
          pixels.filter((p) => p.positive),
        ),
        layer(
          roles.flow.colour,
          pixels.filter((p) => !p.positive),
        ),
        Plot.rect(frames, { ...outline, ...border, fill: "none", strokeWidth: 0.5 }),
      ],
    },
  };
}

const describe = (title: string, n: number, side: number, scale: string, most: number): string =>
  `${title}: ${n} images of ${side} by ${side} pixels, ${
    scale === "ink"
      ? "dark where there is ink"
      : `weights between ${formatNumber(-most, 3)} and ${formatNumber(most, 3)}`
  }.`;
