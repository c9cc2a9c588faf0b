/** Shapes and dashes by which things of a kind are told apart without colour. */

/** Outlines around a point, of about the same size at a radius `r`. */
const shapes: readonly ((x: number, y: number, r: number) => string)[] = [
  (x, y, r) => `M${x - r},${y}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0z`,
  (x, y, r) => `M${x - r},${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
  (x, y, r) => `M${x},${y - 1.2 * r}l${1.2 * r},${2.1 * r}h${-2.4 * r}z`,
  (x, y, r) => `M${x},${y - 1.4 * r}l${1.3 * r},${1.4 * r}l${-1.3 * r},${1.4 * r}l${-1.3 * r},${-1.4 * r}z`,
  (x, y, r) => `M${x},${y + 1.2 * r}l${1.2 * r},${-2.1 * r}h${-2.4 * r}z`,
  (x, y, r) =>
    `M${x - r / 2.6},${y - 1.2 * r}h${r / 1.3}v${r / 1.2}h${r / 1.2}v${r / 1.3}h${-r / 1.2}v${r / 1.2}h${-r / 1.3}v${-r / 1.2}h${-r / 1.2}v${-r / 1.3}h${r / 1.2}z`,
];

export const shape = (k: number, x: number, y: number, r = 4): string => shapes[k % shapes.length]!(x, y, r);

const dashes: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2, 1, 2, 1, 2], [12, 4]];

export const dash = (k: number): readonly number[] => dashes[k % dashes.length]!;

/** Roles whose colours curves take in turn. */
const hues = ["accent", "chains", "flow", "truth", "data"] as const;

export const hue = (k: number): string => hues[k % hues.length]!;
