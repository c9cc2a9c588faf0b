import { config as configs } from "ebbflow";
import { healthRules, suggestionsOf } from "ebbflow/train";
import { describe, expect, it } from "vitest";
import { valueAt } from "./dotted.js";
import { remedied } from "./remedied.js";

describe("a setup with a remedy", () => {
  it("has the value under its key, and another member with its own options", () => {
    const setup = { config: { data: { dataset: "moons" }, objective: { name: "pcd", localSteps: 5 } } };
    expect(remedied(setup, { key: "objective.localSteps", value: 10 }).config).toEqual({
      data: { dataset: "moons" },
      objective: { name: "pcd", localSteps: 10 },
    });
    expect(remedied(setup, { key: "objective.name", value: "balanced" }).config).toEqual({
      data: { dataset: "moons" },
      objective: { name: "balanced" },
    });
  });

  it("can be trained, whichever remedy of a rule it is", () => {
    for (const name of ["pcd", "balanced", "nce", "replay"]) {
      const setup = { config: { data: { dataset: "moons" }, objective: { name } } };
      const resolved = configs.resolveConfig(setup.config);
      const settings = {
        key: (key: string) => key,
        value: (key: string) => valueAt(resolved as never, key),
        usual: (key: string) => valueAt(resolved as never, key),
      };
      for (const { remedies } of healthRules)
        for (const suggestion of suggestionsOf(remedies, settings)) {
          const { config } = remedied(setup, suggestion);
          expect(valueAt(configs.resolveConfig(config) as never, suggestion.key), suggestion.key).toEqual(
            suggestion.value,
          );
        }
    }
  });
});
