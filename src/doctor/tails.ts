import { normal } from "../random/draw.js";
import { fold } from "../random/key.js";
import { bad, check, ok, warn } from "./check.js";
import type { Subject } from "./subject.js";
import { type Tail, tailOf } from "./tail.js";
import { listSome, share, show } from "./words.js";

const RAYS = 64;
/** Axes are rays as well, in few dimensions. */
const MOST_AXES = 32;
/** Distances 1, 2, 4, … 8192, in scales of the points. */
const DOUBLINGS = 14;
const PRECISION = { float32: 1e-5, float64: 1e-12 } as const;

/** Directions of unit length in coordinates of unit scale: random ones, and both ways along each axis. */
function directions({ size, key }: Subject): Float64Array[] {
  const drawn = normal(fold(key, "rays"), [RAYS, size], "float64").data;
  const random = Array.from({ length: RAYS }, (_, i) => {
    const u = drawn.slice(i * size, (i + 1) * size);
    const length = Math.sqrt(u.reduce((s, v) => s + v * v, 0));
    return u.map((v) => v / length);
  });
  const axes = Array.from({ length: size > MOST_AXES ? 0 : 2 * size }, (_, i) =>
    Float64Array.from({ length: size }, (_, j) => (j === i >> 1 ? 1 - 2 * (i % 2) : 0)),
  );
  return [...random, ...axes];
}

const words: Readonly<Record<Tail["kind"], string>> = {
  falls: "falls",
  flat: "flat",
  logarithmic: "logarithmic",
  slow: "slower than linear",
  linear: "linear",
  power: "like a power",
  quadratic: "quadratic",
  steep: "faster than any power",
  unknown: "not a number",
};

/** `quadratic 60, linear 4` */
function countKinds(tails: readonly Tail[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of tails) counts.set(words[kind], (counts.get(words[kind]) ?? 0) + 1);
  return [...counts].map(([kind, n]) => `${kind} ${n}`).join(", ");
}

/** Logarithmic growth this little above `d log r` is taken for none. */
const MARGIN = 0.01;

const tilt =
  "Tilt a Gaussian base: tilt(gaussianEnergy(event, 0, 1), energy), in a configuration energy: { name: tilted }.";

type Test = (tail: Tail) => boolean;

/** Why `exp(−E)` cannot be normalised, in words; `null` where nothing shows it. */
function obstacle(tails: readonly Tail[], size: number): string | null {
  const along = (test: Test, how: (first: Tail) => string): string[] => {
    const found = tails.filter(test);
    return found.length === 0 ? [] : [`${how(found[0]!)} along ${share(found.length, tails.length, "rays")}`];
  };
  const parts = [
    ...along(
      ({ kind }) => kind === "falls",
      () => "falls",
    ),
    ...along(
      ({ kind }) => kind === "flat",
      () => "stays flat",
    ),
    ...along(
      ({ kind, rate }) => kind === "logarithmic" && !(rate > size + MARGIN),
      ({ rate }) => `grows only like ${show(rate)} log r, where more than ${size} log r is needed,`,
    ),
  ];
  return parts.length === 0 ? null : listSome(parts);
}

/**
 * How E grows far out, along random rays and the axes: `exp(−E)` can be normalised along a ray when `E` outgrows
 * `d log r`. That it can along all of them is a sign, not a proof.
 */
export const tails = check({
  name: "tails",
  about: "Far out E grows, and faster than d log r, along random rays and the axes: it can be normalised.",
  stage: "its form",
  async examine(subject) {
    const { size, scale, centre } = subject;
    if (subject.energy.support.kind !== "real") return null;
    const it = await subject.widest();
    const rays = directions(subject);
    const rows = new Float64Array(rays.length * DOUBLINGS * size);
    rays.forEach((u, i) => {
      for (let k = 0; k < DOUBLINGS; k++)
        rows.set(
          u.map((v, j) => centre[j]! + 2 ** k * v * scale[j]!),
          (i * DOUBLINGS + k) * size,
        );
    });
    const energies = await it.energy(rows);
    const found = rays.map((_, i) =>
      tailOf(energies.subarray(i * DOUBLINGS, (i + 1) * DOUBLINGS), PRECISION[it.width]),
    );
    const why = obstacle(found, size);
    if (why) return bad(`far out E ${why}: exp(−E) cannot be normalised`, tilt);
    const blind = found.filter(({ kind }) => kind === "unknown");
    if (blind.length > 0)
      return warn(
        `far out E is not a number along ${share(blind.length, rays.length, "rays")}`,
        "Nothing goes there while chains behave; keep overflowing terms from being subtracted.",
      );
    // r^{d−1} r² exp(−a log r) has a finite integral for a > d + 2.
    const heavy = found.filter(({ kind, rate }) => kind === "logarithmic" && !(rate > size + 2 + MARGIN));
    if (heavy.length > 0)
      return warn(
        `far out E grows only like ${show(heavy[0]!.rate)} log r: the variance is infinite`,
        "Means and standard deviations of draws will not settle: look at quantiles, or tilt a Gaussian base.",
      );
    const thin = found.filter(({ kind }) => kind === "slow" || kind === "linear");
    if (subject.energy.layout.size > 0 && thin.length > 0)
      return warn(
        `far out E grows no faster than linearly along ${share(thin.length, rays.length, "rays")}, with these parameters`,
        `Nothing keeps it from falling when they are trained. ${tilt}`,
      );
    return ok(`far out E grows along all ${rays.length} rays: ${countKinds(found)}`);
  },
});
