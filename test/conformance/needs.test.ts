/** What members need and know: the words, the facts held against what is built, and what is usual. */

import { expect, it } from "vitest";
import { registries } from "../../src/config/registries.js";
import { usualEnergy, usualObjective } from "../../src/config/usual.js";
import type { EnergyDeclaration, EnergyFacts } from "../../src/energies/energy.js";
import { knownBy } from "../../src/energies/known.js";
import * as members from "../../src/energies/members.js";
import { type Capability, capabilities, whyNot } from "../../src/energies/needs.js";
import { realnvp } from "../../src/flows/realnvp.js";

const energies = Object.values(members) as unknown as readonly EnergyDeclaration[];
const context = { event: [2], base: realnvp({ layers: 2, hidden: [4] }, [2]), classes: 3 };
/** What an energy can know of itself. */
const own: readonly Capability[] = ["blocks", "smoothed", "noiseLevels", "classes"];

it("says what is missing, and who has it", () => {
  expect(whyNot({ needs: ["flow"] }, {})).toBe("needs a flow, and the model has none");
  expect(whyNot({ needs: ["flow"] }, { proposal: {} })).toBeNull();
  expect(whyNot({ needs: ["flow", "rows"] }, { flow: {} })).toBe("needs rows of data, and there are none");
  expect(whyNot({ support: "discrete" }, {})).toBe("needs binary or categorical points, and the energy's are real");
  expect(whyNot({ support: "any", needs: ["noiseLevels"] }, { smoothed: {} }, knownBy)).toBe(
    "needs an energy that knows noise levels, such as noise-conditioned",
  );
});

it.each(energies.map((e) => [e.name, e] as const))(
  "%s knows what it declares, and declares what it knows",
  (name, declaration) => {
    const shape = name === "potts" ? [2, 2, 3] : name === "ising" ? [2, 2] : context.event;
    const built = declaration({}, { ...context, event: shape });
    const { knows = {} } = declaration;
    for (const capability of own) expect(capability in knows, capability).toBe(capabilities[capability].isThere(built));
  },
);

it("has one energy and one objective at most for a situation, and those that are asked for", () => {
  const usual = registries.energies.flatMap(({ usual: by = {} }: EnergyFacts) => Object.keys(by));
  expect(new Set(usual).size).toBe(usual.length);
  const objectives = registries.objectives.flatMap(({ usual: by = {} }) => Object.keys(by));
  expect(new Set(objectives).size).toBe(objectives.length);
  const flows = registries.flows.flatMap(({ usual: by = {} }) => Object.keys(by));
  expect(new Set(flows).size).toBe(flows.length);
  expect(usualEnergy("real").name).toBe("tilted");
  expect(usualObjective("real").name).toBe("balanced");
  expect(usualObjective("blocks")).toEqual({ name: "tempered-pcd", levels: 5, localSteps: 2 });
  expect(usualEnergy("logZ")).toEqual({ name: "rbm", hiddenUnits: 12 });
  expect(() => usualEnergy("chains")).toThrow("no energy is the usual one for chains");
});
