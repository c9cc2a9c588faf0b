import { totalmem } from "node:os";
import { expect, it } from "vitest";
import { InputError } from "./errors.js";
import { expectRoom, memoryThere, showBytes, twoDigits, withRoom } from "./room.js";
import { allocate } from "./tensor.js";

it("knows what there is", () => {
  expect(memoryThere()).toBeGreaterThan(0);
  expect(memoryThere()).toBeLessThanOrEqual(totalmem());
});

it("shows two digits, and whole ones of many", () => {
  expect([1.234e9, 0.25e9, 25.4e9, 9.6e12].map(showBytes)).toEqual(["1.2 GB", "0.25 GB", "25 GB", "9600 GB"]);
});

it("refuses an array that no machine has room for before it is made", () => {
  let made = 0;
  expect(() => withRoom(1e12, 8, () => made++)).toThrow(/^1000000000000 numbers take 8000 GB of memory, and there are/);
  expect(made).toBe(0);
  for (const dtype of ["float32", "float64", "int64", "bool"] as const)
    expect(() => allocate(dtype, 4e15)).toThrow(InputError);
  expect(allocate("float64", 3)).toEqual(new Float64Array(3));
});

it("says so of one that the system refuses, and passes on what is no matter of room", () => {
  const refuse = (error: Error) => () =>
    withRoom(1000, 8, () => {
      throw error;
    });
  expect(refuse(new RangeError("Array buffer allocation failed"))).toThrow(/^1000 numbers take .* not to be had/);
  expect(refuse(new TypeError("x"))).toThrow(TypeError);
});

it("names the most that fit", () => {
  expect([7, 99, 129_999, 0.9].map(twoDigits)).toEqual([7, 99, 120_000, 0]);
  expect(() => expectRoom("-n", 10, 8)).not.toThrow();
  const most = twoDigits(memoryThere() / 8);
  expect(() => expectRoom("-n", most, 8)).not.toThrow();
  expect(() => expectRoom("-n", 1e12, 8)).toThrow(`: at most ${most} fit`);
});
