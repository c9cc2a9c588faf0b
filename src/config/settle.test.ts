import { expect, it } from "vitest";
import { takeRows } from "../data/take-rows.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { resolveConfig } from "./config.js";
import { settleConfig } from "./settle.js";

const train = normal(makeKey(2), [80, 2], "float32");
const settled = (flow: object) =>
  settleConfig(resolveConfig({ data: { file: "x.csv" }, energy: { name: "tilted" }, flow }), { train })
    .flow as unknown as {
    name: string;
    stack: { components: number; strength: number; weight: number }[] | null;
  };

it("has mixtures chosen by the rows where nobody has said which, with what was said kept", () => {
  const { stack } = settled({ name: "normal-mixture" });
  expect(stack!.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
  const three = settled({ name: "normal-mixture", components: 3 }).stack!;
  expect(new Set(three.map(({ components }) => components))).toEqual(new Set([3]));
  const strong = settled({ name: "realnvp", base: "normal-mixture", strength: 7 }).stack!;
  expect(new Set(strong.map(({ strength }) => strength))).toEqual(new Set([7]));
});

it("leaves what is given, and flows that are not fitted, as they are", () => {
  expect(settled({ name: "normal-mixture", components: 3, strength: 1 }).stack).toBeNull();
  const own = [{ components: 2, strength: 1, weight: 1 }];
  expect(settled({ name: "normal-mixture", stack: own }).stack).toEqual(own);
  expect(settled({ name: "realnvp" }).stack).toBeNull();
  const config = resolveConfig({ data: { file: "x.csv" }, energy: { name: "tilted" }, flow: { name: "realnvp" } });
  expect(settleConfig(config, { train })).toEqual(config);
});

it("chooses the same for the same rows and seed", () => {
  expect(settled({ name: "normal-mixture" })).toEqual(settled({ name: "normal-mixture" }));
});

it("says how many rows of a table it takes, of which some are held out", () => {
  const of = (n: number, data: object) => () =>
    settleConfig(
      resolveConfig({ data: { file: "x.csv", ...data }, energy: { name: "tilted" }, flow: { name: "normal-mixture" } }),
      {
        train: takeRows(
          train,
          Array.from({ length: n }, (_, i) => i),
        ),
      },
    );
  // Of 6 rows 1 validates, 1 tests and 4 train; of 7 rows 5.
  expect(of(3, {})).toThrow(
    /^too few rows to choose mixtures .*: 3 of them train, and it takes 5; give 7 rows at least/,
  );
  expect(of(4, { validation: 0.1, test: 0.5 })).toThrow(/4 of them train, and it takes 5; give 12 rows/);
  expect(of(5, {})).not.toThrow();
});
