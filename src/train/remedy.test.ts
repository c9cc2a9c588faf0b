import { describe, expect, it } from "vitest";
import { resolveConfig } from "../config/config.js";
import { registries } from "../config/registries.js";
import { settingsOf } from "../config/settings.js";
import type { Pathology } from "./health-rule.js";
import { healthRules } from "./health-rules.js";
import { coursePathologies } from "./looks.js";
import { adviceOf, hasRemedy, type Remedy, type Settings, suggestionsOf } from "./remedy.js";

const all: readonly Pathology[] = [...healthRules, ...coursePathologies];
// Labels are used by who needs them.
const configured = registries.objectives.map(({ name }) => {
  const config = resolveConfig({ data: { file: "x.csv", label: "y" }, objective: { name } });
  // One that is made of another reports what that does.
  const part = (config.objective.likelihood as { readonly name: string } | undefined)?.name ?? name;
  const { metrics = {} } = registries.objectives.find((own) => own.name === part)!;
  const reads = ["gradientNorm", ...Object.keys(metrics), ...Object.values(metrics).map(({ healthAs }) => healthAs)];
  return { name, settings: settingsOf(config), reads };
});

/** The same configuration with a remedy carried out. */
function withRemedy({ key = "", way }: Remedy, { value, usual, fixed = [] }: Settings): Settings {
  const before = usual(key);
  const n = typeof before === "number" ? before : 1;
  const to = way === "up" ? 2 * n + 1 : way === "down" ? n / 10 - 1e-9 : typeof way === "object" ? way.to : 3;
  return { key: (own) => own, usual, fixed, value: (asked) => (asked === key ? to : value(asked)) };
}

describe.each(all)("the remedies of $name", ({ remedies }) => {
  it("set keys that configurations have", () => {
    for (const { key } of remedies)
      if (key !== undefined)
        expect(
          configured.some(({ settings }) => settings.value(key) !== undefined),
          key,
        ).toBe(true);
  });

  it("are not said where the configuration has them, and the others are", () => {
    for (const { settings } of configured)
      for (const remedy of remedies) {
        if (remedy.key === undefined || settings.value(remedy.key) === undefined || remedy.way === undefined) continue;
        const others = withRemedy(remedy, settings);
        expect(hasRemedy(remedy, others), remedy.key).toBe(true);
        const advice = adviceOf(remedies, others);
        if (!advice.startsWith("What is advised is set already")) {
          expect(advice.toLowerCase()).not.toContain(remedy.words.toLowerCase());
          continue;
        }
        // Then nothing else is left, and what is said again is said as more of it.
        for (const other of remedies)
          if (other !== remedy && other.key)
            expect(settings.value(other.key) === undefined || hasRemedy(other, others)).toBe(true);
      }
  });

  it("set, as data, what the advice says, by which the configuration has them", () => {
    for (const { settings } of configured) {
      const advice = adviceOf(remedies, settings);
      for (const { key, value, now, words } of suggestionsOf(remedies, settings)) {
        expect(advice.toLowerCase()).toContain(words.toLowerCase());
        expect(now).toEqual(settings.value(key));
        const remedy = remedies.find((own) => own.words === words)!;
        const set = {
          ...settings,
          value: (asked: string) => (settings.key(asked) === key ? value : settings.value(asked)),
        };
        if (remedy.way) expect(hasRemedy(remedy, set), key).toBe(true);
      }
    }
  });

  it("of which none is left are said to be set, and no switch is said again", () => {
    for (const { settings } of configured) {
      const keyed = remedies.filter(({ key, way }) => key && way && settings.value(key) !== undefined);
      const set = keyed.reduce<Settings>((before, remedy) => withRemedy(remedy, before), settings);
      const advice = adviceOf(keyed, set);
      if (keyed.length > 0) expect(advice).toMatch(/^What is advised is set already/);
      for (const { words, way } of keyed)
        if (typeof way === "object" || way === "on") expect(advice).not.toContain(words);
    }
  });
});

it("there is something to do wherever a rule can speak, in the configuration as it comes", () => {
  for (const { name: objective, settings, reads } of configured)
    for (const { name, reads: needed, remedies } of healthRules)
      if (needed.every((read) => reads.includes(read)))
        expect(adviceOf(remedies, settings), `${name} of ${objective}`).not.toMatch(/set already/);
});

describe("advice", () => {
  const missed = healthRules.find(({ name }) => name === "missed-mode")!;
  const over = coursePathologies.find(({ name }) => name === "over-fitted")!;
  const of = (raw: object): Settings => settingsOf(resolveConfig({ data: { dataset: "moons" }, ...raw }));

  it("of a configuration that nothing is known of names every remedy and its key", () => {
    expect(adviceOf(missed.remedies)).toBe(
      "Fit the flow to the data first (pretrain), give the data a larger share in the loss of the flow (objective.dataShare), take a flow of more layers (flow.layers), or train the energy more slowly (optimizer.energy.learningRate).",
    );
  });

  it("goes on to the next thing, with the number that is set now", () => {
    expect(adviceOf(missed.remedies, of({ pretrain: 1000 }))).toBe(
      "Give the data a larger share in the loss of the flow (objective.dataShare, now 0.2), take a flow of more layers (flow.layers, now 8), or train the energy more slowly (optimizer.energy.learningRate, now 0.001).",
    );
    const optimizer = { energy: { name: "adam", learningRate: 1e-4 } };
    const both = { pretrain: 1000, optimizer, objective: { name: "balanced", dataShare: 0.8 } };
    expect(adviceOf(missed.remedies, of(both))).toBe("Take a flow of more layers (flow.layers, now 8).");
    const three = { ...both, flow: { name: "realnvp", layers: 12 } };
    expect(adviceOf(missed.remedies, of(three))).toBe(
      "What is advised is set already; go further: give the data a larger share in the loss of the flow (objective.dataShare, now 0.8), take a flow of more layers (flow.layers, now 12), or train the energy more slowly (optimizer.energy.learningRate, now 0.0001).",
    );
  });

  it("as data makes a configuration that can be trained", () => {
    const raw = { data: { dataset: "moons" }, objective: { name: "balanced", dataShare: 0.8 } };
    const suggested = suggestionsOf(missed.remedies, of(raw));
    expect(suggested.map(({ key, value }) => [key, value])).toEqual([
      ["pretrain", 1000],
      ["flow.layers", 16],
      ["optimizer.energy.learningRate", 0.0005],
    ]);
    for (const { key, value } of suggested) {
      const [top, part, option] = key.split(".") as [string, string?, string?];
      const set = option ? { [part!]: { [option]: value } } : part ? { [part]: value } : value;
      expect(of({ ...raw, [top]: set }).value(key)).toBe(value);
    }
    // A share is no more than all.
    const further = suggestionsOf(missed.remedies.slice(1, 2), of(raw));
    expect(further).toMatchObject([{ key: "objective.dataShare", now: 0.8, value: 1 }]);
  });

  it("does not name what trains a flow where the flow is fitted and then given", () => {
    const given = of({ data: { file: "x.csv" }, energy: { name: "tilted" }, flow: { name: "normal-mixture" } });
    expect(adviceOf(missed.remedies, given)).toBe(
      "Train the energy more slowly (optimizer.energy.learningRate, now 0.001).",
    );
    const fitted = missed.remedies.filter(({ group }) => group === "flow");
    expect(adviceOf(fitted, given)).toBe("None of the usual remedies applies here.");
    // A flow that is trained from such a start has them.
    const flow = { name: "realnvp", base: "normal-mixture" };
    expect(adviceOf(missed.remedies, of({ data: { file: "x.csv" }, energy: { name: "tilted" }, flow }))).toMatch(
      /^Fit the flow to the data first \(pretrain, now 0\), give the data a larger share/,
    );
  });

  it("does not name what the configuration has no key for, or what it usually is", () => {
    const slow = {
      optimizer: { energy: { name: "adam", learningRate: 1e-5 } },
      flow: null,
      objective: { name: "pcd" },
    };
    expect(adviceOf(missed.remedies, of({ ...slow, pretrain: 1 }))).toMatch(/^What is advised is set already; go/);
    // Adapting is usual for balanced, so that it is no remedy there.
    const frozen = healthRules.find(({ name }) => name === "frozen-chains")!;
    expect(adviceOf(frozen.remedies, of({}))).toBe(
      "Take a step size ten times smaller (objective.stepSize, now 0.005).",
    );
    expect(adviceOf(over.remedies, of({}))).not.toMatch(/\(select/);
    expect(adviceOf(over.remedies, of({ select: "last", patience: 3 }))).toMatch(
      /^Keep the parameters .* \(select\), let/,
    );
  });
});
