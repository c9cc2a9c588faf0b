import { showSupport } from "../energies/support.js";
import { bad, check, ok } from "./check.js";
import { share, showPoint } from "./words.js";

/** Whether the points are states of a discrete support. */
export const support = check({
  name: "support",
  about: "Points of a discrete energy are states of its support.",
  stage: "its values",
  async examine({ energy, points: { rows, words }, size }) {
    const { support } = energy;
    if (support.kind === "real") return null;
    const group = support.kind === "categorical" ? support.categories : 1;
    const fits = (state: Float64Array): boolean =>
      support.kind === "binary"
        ? support.values.includes(state[0]!)
        : state.every((v) => v === 0 || v === 1) && state.reduce((s, v) => s + v, 0) === 1;
    const n = rows.length / size;
    const outside = Array.from({ length: n }, (_, i) => i).filter((i) => {
      for (let k = i * size; k < (i + 1) * size; k += group) if (!fits(rows.subarray(k, k + group))) return true;
      return false;
    });
    const of = `the support, ${showSupport(support)}`;
    if (outside.length === 0) return ok(`all ${n} points (${words}) lie in ${of}`);
    return bad(
      `${share(outside.length, n, "points")} (${words}) lie outside ${of}, first x = ${showPoint(rows, outside[0]!, size)}`,
      "Recode the points, or give the energy the support they have.",
    );
  },
});
