import { check, ok, warn } from "./check.js";
import { show } from "./words.js";

/** Above this, float32 tells energies apart only from about a tenth on. */
const LARGE = 1e6;

/** Whether a constant in E costs the digits that its differences need: only they matter to anything. */
export const magnitude = check({
  name: "magnitude",
  about: "E is not so large that single precision loses its differences.",
  stage: "its form",
  async examine(subject) {
    const energies = await (await subject.widest()).energy(subject.points.rows);
    const finite = energies.filter(Number.isFinite);
    if (finite.length === 0) return null;
    const offset = finite.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a));
    if (Math.abs(offset) <= LARGE) return ok(`the least |E| at the points is ${show(Math.abs(offset))}`);
    const grain = 2 ** (Math.floor(Math.log2(Math.abs(offset))) - 23);
    return warn(
      `|E| is at least ${show(Math.abs(offset))} at all points: in float32 energies are told apart in steps of ${show(grain)}`,
      `Subtract a constant, about ${show(offset)}: only differences of E matter.`,
    );
  },
});
