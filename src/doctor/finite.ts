import { bad, check, ok, warn } from "./check.js";
import { extremes } from "./columns.js";
import type { Evaluator } from "./evaluator.js";
import type { Subject } from "./subject.js";
import { share, show, showPoint } from "./words.js";

/** In single precision where it can be, as samplers use it: there an energy also overflows first. */
const asSampled = (subject: Subject): Promise<Evaluator> => subject.in("float32").catch(() => subject.in("float64"));

/**
 * Whether energies are numbers at typical points. `+∞` says that a point has probability 0, which is true of no data
 * and may be true of a guessed point; NaN and `−∞` say nothing of a probability.
 */
export const finite = check({
  name: "finite",
  about: "Energies at typical points are numbers.",
  stage: "its values",
  async examine(subject) {
    const { points, size } = subject;
    const energies = await (await asSampled(subject)).energy(points.rows);
    const where = (test: (e: number) => boolean): number[] => [...energies.keys()].filter((i) => test(energies[i]!));
    const at = (found: readonly number[]): string =>
      `at ${share(found.length, energies.length, "points")}, first at x = ${showPoint(points.rows, found[0]!, size)}`;
    const [none, below, above] = [
      where(Number.isNaN),
      where((e) => e === Number.NEGATIVE_INFINITY),
      where((e) => e === Number.POSITIVE_INFINITY),
    ];
    const undefinedThere =
      "Look for the logarithm or root of a negative number, 0/0, or ∞ − ∞; use logSumExp and softplus for exponentials.";
    const answers = [
      ...(none.length > 0 ? [bad(`E is NaN ${at(none)}`, undefinedThere)] : []),
      ...(below.length > 0
        ? [bad(`E is −∞ ${at(below)}: infinite density`, "Look for the logarithm of 0; bound E from below.")]
        : []),
      ...(above.length > 0 ? [tooHigh(points.source === "guessed", above.length === energies.length, at(above))] : []),
    ];
    if (answers.length > 0) return answers;
    const [low, high] = extremes(energies);
    return ok(`E is a number at all ${energies.length} points (${points.words}), from ${show(low)} to ${show(high)}`);
  },
});

function tooHigh(guessed: boolean, everywhere: boolean, at: string) {
  const what = `E is +∞ ${at}: probability 0`;
  return guessed && !everywhere
    ? warn(what, "Gradients are lost there; if points like these are possible, keep exponentials from overflowing.")
    : bad(what, "Points that occur must have a finite energy: keep exponentials from overflowing.");
}
