import { expect, it } from "vitest";
import { precisionModel, scoreOf, unitRows } from "../../../test/support/known-models.js";
import { stepper } from "../../../test/support/noise-models.js";
import { fold, makeKey } from "../../random/key.js";
import { reverseKl } from "./reverse-kl.js";

const key = makeKey(94);
const [ROWS, THETA] = [256, 0.5];
const batch = unitRows(ROWS);
const run = await stepper(precisionModel, reverseKl(precisionModel, ROWS), ROWS);
/** `−log Z`, `Z = √(2π/θ)`. */
const least = 0.5 * Math.log(THETA / (2 * Math.PI));

it("is −log Z whatever is drawn where the flow is the law of the energy", async () => {
  for (const k of [0, 1, 2]) {
    const flow = [0, -0.5 * Math.log(THETA)];
    const { losses } = await run({ theta: [THETA], flow, batch, key: fold(key, k) });
    expect(losses.flow).toBeCloseTo(least, 5);
  }
});

// Derivatives of θ(μ² + s²)/2 − log s − ½ log 2πe by μ and log s. 4 standard errors: false alarms once in 16000 each,
// were the seeds not fixed.
it("is the reverse divergence less log Z in expectation, and so are its derivatives", async () => {
  const [m, s] = [0.4, 1.9];
  const exact = [
    (THETA * (m ** 2 + s ** 2)) / 2 - Math.log(s) - 0.5 * Math.log(2 * Math.PI * Math.E),
    THETA * m,
    THETA * s ** 2 - 1,
  ];
  expect(exact[0]).toBeGreaterThan(least);
  const found: number[][] = [[], [], []];
  for (let i = 0; i < 100; i++) {
    const step = await run({ theta: [THETA], flow: [m, Math.log(s)], batch, key: fold(key, i) });
    for (const [j, v] of [step.losses.flow!, ...step.gradients["flow.flow"]!].entries()) found[j]!.push(v);
  }
  for (const [j, values] of found.entries()) expect(Math.abs(scoreOf(values, exact[j]!).score), `${j}`).toBeLessThan(4);
});
