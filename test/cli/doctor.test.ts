/** `ebbflow doctor` on runs, on modules of a user, and on what is neither. */

import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "../../src/doctor/check.js";
import { type Ended, ebbflow, penguins, scratch, tiny } from "./run-cli.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const example = join(root, "examples/my-energy.mjs");
const folder = scratch();

const ops = 'import * as ops from "ebbflow/ops";\n';
const event = "export const event = [2];\n";
const bowl = "ops.mul(0.5, ops.sum(ops.square(x), 1))";

const files: Readonly<Record<string, string>> = {
  "good.mjs": `${ops}${event}export default (x) => ${bowl};\n`,
  "energy.mjs": 'import { gaussianEnergy } from "ebbflow/energies";\nexport default gaussianEnergy([3], 0, 1);\n',
  "nan.mjs": `${ops}${event}export default (x) => ops.sum(ops.log(x), 1);\n`,
  "shape.mjs": `${ops}${event}export default (x) => ops.square(x);\n`,
  "rows.mjs": `${ops}${event}export default (x) => ops.sub(${bowl}, ops.mean(${bowl}));\n`,
  "throws.mjs": `${event}export default (x) => x.squared();\n`,
  "async.mjs": `${event}export default async (x) => x;\n`,
  "number.mjs": `${event}export default (x) => 3;\n`,
  "empty.mjs": "export const energy = 1;\n",
  "object.mjs": 'export default { E: "x squared" };\n',
  "event.mjs": `${ops}export default (x) => ${bowl};\n`,
  "event-text.mjs": `${ops}export const event = "2";\nexport default (x) => ${bowl};\n`,
  "syntax.mjs": "export const event = [2];\nexport default (x) => (;\n",
  "missing.mjs": 'import { nothing } from "no-such-package";\nexport default nothing;\n',
  "load.mjs": 'throw new Error("not today");\n',
  "points.csv": "a,b\n1,2\n0.5,-1\n-1,0\n",
  "wide.csv": "a,b,c\n1,2,3\n0.5,-1,2\n",
};

beforeAll(() => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/ebbflow"));
  mkdirSync(join(folder, "other/node_modules/ebbflow"), { recursive: true });
  writeFileSync(join(folder, "other/node_modules/ebbflow/package.json"), '{ "name": "ebbflow", "main": "index.js" }');
  writeFileSync(join(folder, "other/node_modules/ebbflow/index.js"), "");
  cpSync(join(folder, "good.mjs"), join(folder, "other/good.mjs"));
  mkdirSync(join(folder, "not-a-run"));
});

const doctor = (...args: string[]): Promise<Ended> => ebbflow(["doctor", ...args], folder);

describe("a module", () => {
  test.each(["good.mjs", "energy.mjs", example])("%s is healthy", async (path) => {
    const { code, stdout, stderr } = await doctor(path);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^ok +runs .*\n(ok .*\n)+Healthy\.\n$/);
  });

  test("at given points, whose columns give the names", async () => {
    const { code, stdout } = await doctor("good.mjs", "--points", "points.csv", "--json");
    expect(code).toBe(0);
    const { path, healthy, findings } = JSON.parse(stdout) as { path: string; healthy: boolean; findings: Finding[] };
    expect({ path, healthy }).toEqual({ path: "good.mjs", healthy: true });
    expect(findings.find(({ check }) => check === "finite")?.what).toMatch(/at all 3 points \(the points given\)/);
    expect(findings.find(({ check }) => check === "scale")?.what).toMatch(/a has 1\.\d+, b has 1\.\d+/);
  });

  test.each([
    ["nan.mjs", /^bad +finite +E is NaN at \d+ of 192 points, first at x = /m],
    ["shape.mjs", /^bad +runs +it does not run: energy: returned \(64, 2\), expected one number a point, \(64\)/m],
    ["rows.mjs", /^bad +independence +E of x = .* is 0 alone and .* in a batch of 16/m],
    ["throws.mjs", /^bad +runs +it does not run: x\.squared is not a function/m],
    ["async.mjs", /^bad +runs +it does not run: the energy returned a promise, expected an expression/m],
    ["number.mjs", /^bad +runs +it does not run: the energy returned 3, expected an expression/m],
  ])("%s ends with 3 and says why", async (path, what) => {
    const { code, stdout, stderr } = await doctor(path);
    expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
    expect(stdout).toMatch(what);
    expect(stdout).toMatch(/\nNot healthy: 1 bad\.\n$/);
    expect((await doctor(path, "--json")).code).toBe(3);
  });
});

test("a run is checked at its rows, with what it learned", async () => {
  const trained = await ebbflow(["train", penguins, "--out", "mine", "--steps", "5", "-q", ...tiny], folder);
  expect(trained.code).toBe(0);
  const { code, stdout, stderr } = await doctor("mine", "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { healthy, findings } = JSON.parse(stdout) as { healthy: boolean; findings: Finding[] };
  expect(healthy).toBe(true);
  const said = Object.fromEntries(findings.map(({ check, what }) => [check, what]));
  expect(said.finite).toMatch(/at all 2\d\d points \(the points given\)/);
  expect(said.scale).toMatch(/(bill|flipper|body)_\w+ has (0\.99\d?|1(\.00\d)?)\b/);
  expect(said.tails).toMatch(/along all 72 rays: quadratic 72/);
  expect((await doctor("mine", "--last")).code).toBe(0);
});

test("what is neither ends with 2 and one line", async () => {
  const cases: readonly (readonly [args: string, message: RegExp])[] = [
    ["nope.mjs", /nope\.mjs: no such file or folder/],
    ["not-a-run", /not-a-run is not the folder of a run: it has no run/],
    ["empty.mjs", /empty\.mjs has no default export: export default an energy \(makeEnergy\), or a function/],
    ["object.mjs", /the default export is \{"E":"x squared"\}; export default/],
    ["event.mjs", /event\.mjs exports a function and no event: /],
    ["event-text.mjs", /event is "2", expected the shape of one point, such as \[2\]/],
    [
      "syntax.mjs",
      /syntax\.mjs cannot be loaded: SyntaxError: Unexpected token .*; node --check syntax\.mjs says where/,
    ],
    ["missing.mjs", /missing\.mjs cannot be loaded: Error: Cannot find package 'no-such-package'/],
    ["load.mjs", /load\.mjs cannot be loaded: Error: not today/],
    ["other/good.mjs", /other\/good\.mjs imports another copy of ebbflow/],
    ["good.mjs --points nope.csv", /nope\.csv: no such file/],
    ["good.mjs --points wide.csv", /wide\.csv has 3 columns, and a point of good\.mjs has 2 numbers/],
    ["good.mjs --last", /--last is for runs/],
    ["not-a-run --points points.csv", /--points is for modules/],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await doctor(...args.split(" "));
    expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: "" });
    expect(stderr, args).toMatch(message);
    expect(stderr.trim(), args).toMatch(/^error: .+$/);
  }
});
