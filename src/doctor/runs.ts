import { bad, check, ok, warn } from "./check.js";
import type { Width } from "./evaluator.js";
import { messageOf } from "./words.js";

/** Whether the energy can be built, compiled and run, for a batch of one as for many, and returns `(batch)`. */
export const runs = check({
  name: "runs",
  about: "It takes (batch, ...event), returns (batch), and the engine has kernels for it.",
  stage: "it runs",
  async examine(subject) {
    const { size, points, energy } = subject;
    const failure = async (width: Width): Promise<string | null> => {
      try {
        await (await subject.in(width)).together(points.rows.slice(0, size));
        return null;
      } catch (error) {
        return messageOf(error);
      }
    };
    const [single, double] = [await failure("float32"), await failure("float64")];
    if (single && double) return bad(`it does not run: ${single}`, "Mend this first; nothing else can be looked at.");
    const takes = `takes points (batch${energy.event.map((n) => `, ${n}`).join("")}) and returns (batch)`;
    if (single)
      return warn(
        `it ${takes} in float64 only; in float32: ${single}`,
        "Samplers and training run in float32 unless told otherwise: let constants take the dtype of the points.",
      );
    return ok(
      double
        ? `it ${takes} in float32, but not in float64 (${double}), so derivatives are compared with a wider tolerance`
        : `it ${takes}, in float32 and in float64`,
    );
  },
});
