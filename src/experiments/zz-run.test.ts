import { it } from "vitest";
import { resolveConfig } from "../train/config.js";
import { objectiveMethods } from "./objective-methods.js";
import { runObjective } from "./objectives-unit.js";
void resolveConfig;
for (const [gradientPenalty, lr] of [[0.1, 1e-3], [1, 1e-3], [0.1, 1e-4]] as const)
    it(`${gradientPenalty}`, async () => {
      Object.assign(objectiveMethods.adversarial as object, { objective: { name: "adversarial", gradientPenalty }, learningRate: lr });
      const r = await runObjective({ target: "two modes 2:1", method: "adversarial", seed: 0, steps: 1000 }, () => {});
      console.log("RES", gradientPenalty, lr, r.weightError, r.flowError, r.kl, r.seconds, r.failure, r.weights?.map((w) => w.toFixed(3)).join(" "));
    }, 600_000);
