import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { composeConfig, type Overlay, parseSetting } from "./compose-config.js";
import { type ConfigFile, readConfigFile } from "./config-file.js";

const folder = mkdtempSync(join(tmpdir(), "ebbflow-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (text: string): ConfigFile => {
  const file = join(folder, "c.yaml");
  writeFileSync(file, text);
  return readConfigFile(file);
};
const moons: Overlay = { path: ["data", "dataset"], value: "moons", from: "--dataset moons" };
const compose = (text: string, ...settings: string[]) =>
  composeConfig(written(text), [moons, ...settings.map(parseSetting)]);

describe("parseSetting", () => {
  test("reads the value as YAML", () => {
    const value = (text: string): unknown => parseSetting(text).value;
    expect(value("a=3")).toBe(3);
    expect(value("a=[64, 64]")).toEqual([64, 64]);
    expect(value("a=null")).toBe(null);
    expect(value("a={ name: x }")).toEqual({ name: "x" });
    expect(value("a=b=c")).toBe("b=c");
    expect(value("a=")).toBe(null);
    expect(parseSetting(" a.b.c =1").path).toEqual(["a", "b", "c"]);
  });
});

describe("composeConfig", () => {
  test("later values win, key by key; members keep what is not named", () => {
    const config = compose("steps: 5\nenergy: { hidden: [3], activation: tanh }\n", "energy.hidden=[4,4]", "seed=9");
    expect(config).toMatchObject({ steps: 5, seed: 9, energy: { name: "tilted", hidden: [4, 4], activation: "tanh" } });
  });

  test("a flow or an optimizer can be set without its name, and keeps the defaults of a run", () => {
    const config = compose("", "flow.layers=4", "optimizer.energy.learningRate=0.01");
    expect(config.flow).toMatchObject({ name: "realnvp", layers: 4 });
    expect(config.optimizer.energy).toMatchObject({ name: "adam", learningRate: 0.01, schedule: "step" });
    expect(compose("objective: { name: cd }", "flow=null").flow).toBe(null);
  });

  test("a value of undefined takes a key away", () => {
    const away = { path: ["data", "file"], value: undefined, from: "" };
    expect(composeConfig(written("data: { file: x.csv }"), [away, moons]).data.dataset).toBe("moons");
  });

  test("nothing reaches a prototype", () => {
    expect(() => compose("", "__proto__.polluted=1")).toThrow("unknown option __proto__");
    expect(() => compose("", "energy.__proto__.polluted=1")).toThrow("unknown option __proto__");
    expect(() => compose("__proto__: { polluted: 1 }")).toThrow("unknown option __proto__");
    expect(({} as Record<string, unknown>).polluted).toBe(undefined);
  });

  test("an error names the last place its value was given", () => {
    expect(() => compose("steps: 1\nseed: -1\n")).toThrow(/c\.yaml:2:1: seed: /);
    expect(() => compose("seed: 1\n", "seed=-1")).toThrow(/^--set seed=-1: seed: /);
    expect(() => compose("seed: -1\n", "seed=1")).not.toThrow();
    expect(() => compose("energy:\n  hidden: [1,\n    -2]\n")).toThrow(/c\.yaml:3:5: energy tilted: option hidden\.1/);
    // The default flow is at fault with what the file says of the objective's options: the file's key is the nearest.
    expect(() => compose("energy: { base: flow }\n")).toThrow(/c\.yaml:1:11: energy tilted needs a flow as its base/);
  });
});

describe("readConfigFile", () => {
  test("takes the path of the data as relative to itself", () => {
    expect(written("data: { file: x.csv }").content).toEqual({ data: { file: join(folder, "x.csv") } });
    expect(written("data: { file: /abs/x.csv }").content).toEqual({ data: { file: "/abs/x.csv" } });
    expect(written("# nothing\n").content).toEqual({});
  });

  test("refuses aliases that grow without bounds", () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x,x]",
      ..."bcdefgh".split("").map((c, i) => {
        const before = "abcdefg"[i];
        return `${c}: &${c} [${Array.from({ length: 10 }, () => `*${before}`).join(",")}]`;
      }),
    ].join("\n");
    expect(() => written(bomb)).toThrow(/c\.yaml: .*alias/i);
  });
});

test("the example configuration holds together, and finds its data beside itself", () => {
  const example = fileURLToPath(new URL("../../examples/penguins.yaml", import.meta.url));
  const config = composeConfig(readConfigFile(example), []);
  expect(existsSync(config.data.file ?? "")).toBe(true);
  expect(config.energy).toMatchObject({ name: "tilted", hidden: [64, 64] });
});
