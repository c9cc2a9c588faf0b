/** Who is who in every figure: one colour, one dash and one shape for each role, everywhere. */

export type Role = "data" | "ebm" | "flow" | "truth" | "failure";

/** A polygon with its centre at 0 and about one unit of reach; no corners stand for a circle. */
export type Outline = readonly (readonly [x: number, y: number])[];

export interface RoleStyle {
  /** Colour on a light page; `theme.ts` holds its partner on a dark one. */
  readonly colour: string;
  /** Dashes of its lines, in pixels; `null` is a full line. */
  readonly dash: string | null;
  /** Shape of its points. */
  readonly outline: Outline;
}

const polygon = (...xy: number[]): Outline => xy.flatMap((x, i) => (i % 2 === 0 ? [[x, xy[i + 1] ?? 0] as const] : []));

const square = polygon(-0.85, -0.85, 0.85, -0.85, 0.85, 0.85, -0.85, 0.85);
const triangle = polygon(0, -1.15, 1.1, 0.8, -1.1, 0.8);
const diamond = polygon(0, -1.25, 1.05, 0, 0, 1.25, -1.05, 0);
const cross = polygon(
  ...[0.45, 0, 1.15, 0.7, 0.7, 1.15, 0, 0.45, -0.7, 1.15, -1.15, 0.7],
  ...[-0.45, 0, -1.15, -0.7, -0.7, -1.15, 0, -0.45, 0.7, -1.15, 1.15, -0.7],
);

/**
 * Data grey, EBM blue, flow orange, truth green, failures and negative controls magenta.
 * Chosen by search: every two of them stay at least 0.09 apart in OKLab also as people without red, green or blue cones
 * see them, and each has a contrast of 3 with the page.
 */
export const roles: Readonly<Record<Role, RoleStyle>> = {
  data: { colour: "#535559", dash: "1.5 3", outline: [] },
  ebm: { colour: "#3365dc", dash: null, outline: square },
  flow: { colour: "#f16609", dash: "9 3 2 3", outline: triangle },
  truth: { colour: "#28a07c", dash: "6 3", outline: diamond },
  failure: { colour: "#b1299d", dash: "3 2.5", outline: cross },
};

/** The dash of the `n`-th line of one role in a figure (from 0): the role's own first, then others. */
export const dashOf = (role: Role, n: number): string | null =>
  n === 0 ? roles[role].dash : (["12 4", "2 2", "5 2 1 2", "14 3 3 3"][(n - 1) % 4] ?? null);
