import { expect, test } from "vitest";
import { startArguments } from "./start.mjs";

const none = () => false;

test("the quick budget and a free folder, unless told otherwise", () => {
  const quick = ["reproduce", "two-modes", "--budget", "quick", "--out", "runs/two-modes-quick"];
  expect(startArguments([], none)).toEqual({ args: quick, out: "runs/two-modes-quick" });
  const taken = new Set(["runs/two-modes-quick", "runs/two-modes-quick-2"]);
  expect(startArguments([], (name) => taken.has(name)).out).toBe("runs/two-modes-quick-3");
  expect(startArguments(["--seed", "3"], none).args).toEqual([...quick, "--seed", "3"]);
});

test("a budget or a folder that is given is not given twice", () => {
  expect(startArguments(["--budget=full"], none)).toEqual({
    args: ["reproduce", "two-modes", "--out", "runs/two-modes-full", "--budget=full"],
    out: "runs/two-modes-full",
  });
  expect(startArguments(["--out", "x"], () => true)).toEqual({
    args: ["reproduce", "two-modes", "--budget", "quick", "--out", "x"],
    out: "x",
  });
});
