import { expect, it } from "vitest";
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
