import { check, ok, warn } from "./check.js";
import { listSome, show, showPoint } from "./words.js";

const MOST_COORDINATES = 256;

/**
 * Whether the gradient is a number where a coordinate, or all of them, are exactly 0: chance never looks there, while
 * starts, missing values and rows of data often are. `|x|ᵖ` with p below 1 has none, and `√(Σ x²)` has none at the origin.
 */
export const zeros = check({
  name: "zeros",
  about: "The gradient is a number where coordinates are exactly 0 and E is one.",
  stage: "its form",
  async examine(subject) {
    if (subject.energy.support.kind !== "real") return null;
    const { size } = subject;
    const it = await subject.widest();
    const from = await subject.some(1);
    const moved = Math.min(size, MOST_COORDINATES);
    const coordinates = Array.from({ length: moved }, (_, k) => Math.floor((k * size) / moved));
    // A row for each coordinate that is 0 there, and the origin last.
    const rows = new Float64Array((moved + 1) * size);
    for (const [k, j] of coordinates.entries()) {
      rows.set(from, k * size);
      rows[k * size + j] = 0;
    }
    const slopes = await it.gradient(rows).catch(() => null);
    // Where there is no gradient, the check of the gradient says so.
    if (!slopes) return null;
    const energies = await it.energy(rows);
    const lostBy = (row: number): number[] =>
      Number.isFinite(energies[row])
        ? Array.from({ length: size }, (_, j) => j).filter((j) => !Number.isFinite(slopes[row * size + j]))
        : [];
    const rowsLost = Array.from({ length: moved + 1 }, (_, row) => row).filter((row) => lostBy(row).length > 0);
    if (rowsLost.length === 0) return ok("the gradient is a number where coordinates are 0");
    const first = rowsLost[0]!;
    const names = listSome(
      [...new Set(rowsLost.flatMap(lostBy))].sort((a, b) => a - b).map((j) => subject.coordinate(j)),
    );
    const at = `x = ${showPoint(rows, first, size)}${first < moved ? `, where ${subject.coordinate(coordinates[first]!)} is 0` : ""}`;
    return warn(
      `the gradient by ${names} is not finite where ${first < moved ? "a coordinate is" : "all coordinates are"} exactly 0, first at ${at} and E is ${show(energies[first]!)}`,
      "Chains that start there never move, and a row with a 0 spoils its batch: for |x| below a root or a power below 1 take sqrt(x² + δ²).",
    );
  },
});
