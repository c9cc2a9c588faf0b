import { expect, it } from "vitest";
import { coordinatesOf } from "../data/columns/coordinates.js";
import { pixelNames } from "../data/images/images.js";
import { makeEnergy } from "../energies/energy.js";
import { mul, square, sub } from "../ops/arithmetic.js";
import { cast, constant } from "../ops/leaf.js";
import { matmul } from "../ops/linalg.js";
import { sum } from "../ops/shape.js";
import { makeKey } from "../random/key.js";
import { cholesky, solveLower } from "../util/cholesky.js";
import { mean } from "../util/moments.js";
import { tensor } from "../util/tensor.js";
import { imputeInUnits } from "./impute-in-units.js";

const [SIDE, D] = [4, 16];
const index = [...Array(D).keys()];
const covariance = index.map((i) =>
  index.map(
    (j) => 0.04 * Math.exp(-Math.hypot(Math.floor(i / SIDE) - Math.floor(j / SIDE), (i % SIDE) - (j % SIDE)) / 2),
  ),
);
const centre = index.map((i) => Math.sin(i) / 4);
const lower = cholesky(Float64Array.from(covariance.flat()), D, "test");
const whiten = new Float64Array(D * D);
for (const j of index)
  solveLower(
    lower,
    Float64Array.from(index, (i) => (i === j ? 1 : 0)),
    D,
  ).forEach((v, i) => {
    whiten[i * D + j] = v;
  });

const energy = makeEnergy({
  event: [D],
  energy(x) {
    const like = (data: Float64Array, shape: number[]) => cast(constant(tensor(data, shape)), x.dtype);
    const away = sub(x, like(Float64Array.from(centre), [D]));
    return mul(0.5, sum(square(matmul(away, like(whiten, [D, D]), { transposeB: true })), 1));
  },
});

it("fills in pixels by their law given the levels of the others, on levels", async () => {
  const levels = 256;
  const coordinates = coordinatesOf(pixelNames([1, SIDE, SIDE]).map((name) => ({ name, kind: "pixel", levels })));
  // Row by row from 100 to 145, of which the lower half is taken away.
  const image = index.map((i) => 100 + 3 * i);
  const rows = tensor(
    Float64Array.from(image, (v, i) => (i < 8 ? v : Number.NaN)),
    [1, D],
  );
  const done = await imputeInUnits({ energy }, coordinates, rows, {
    ...{ key: makeKey(4), near: { weight: 1, mean: centre, covariance } },
    ...{ chains: 8, warmup: 150, draws: 150, keepDraws: true },
  });
  // In closed form with the given pixels at the middle of their levels, which matter by 2e-5 of a variance.
  const z = (level: number): number => (2 * (level + 0.5)) / levels - 1;
  const top = cholesky(Float64Array.from(index.slice(0, 8).flatMap((i) => covariance[i]!.slice(0, 8))), 8, "test");
  const white = solveLower(
    top,
    Float64Array.from({ length: 8 }, (_, i) => z(image[i]!) - centre[i]!),
    8,
  );
  const { x, coordinates: missing } = done.draws![0]!;
  expect(missing).toEqual(index.slice(8));
  const ess = done.worst!.ess;
  expect(ess).toBeGreaterThan(100);
  for (const [k, j] of missing.entries()) {
    const shared = solveLower(
      top,
      Float64Array.from({ length: 8 }, (_, i) => covariance[j]![i]!),
      8,
    );
    const own = centre[j]! + shared.reduce((s, v, i) => s + v * white[i]!, 0);
    const deviation = (levels / 2) * Math.sqrt(covariance[j]![j]! - shared.reduce((s, v) => s + v * v, 0));
    const expected = ((own + 1) * levels) / 2 - 0.5;
    const cells = x.data.filter((_, at) => at % missing.length === k);
    // Eight means of draws that are worth the worst effective sample size at least: 8 · 6e-7.
    expect(Math.abs(mean(cells) - expected)).toBeLessThan((5 * deviation) / Math.sqrt(ess));
    expect(cells.every((v) => Number.isInteger(v) && v >= 0 && v < levels)).toBe(true);
    // A deviation is told within 1/√(2 ess), and rounding to levels adds 1/12 to a variance of hundreds.
    expect(Math.abs(done.standardDeviations.data[j]! / deviation - 1)).toBeLessThan(5 / Math.sqrt(2 * ess));
  }
  expect([...done.rows.data.slice(0, 8)]).toEqual(image.slice(0, 8));
});
