import { expect, it } from "vitest";
import { tellMemory } from "./tell-memory.js";

it("says nothing of little memory, and how much of more", () => {
  expect(tellMemory(0.4e9, undefined, 16e9)).toBeNull();
  expect(tellMemory(1.234e9, undefined, 16e9)).toBe("training takes about 1.2 GB of memory");
});

it("says so where it may not fit, and refuses what will not", () => {
  expect(tellMemory(14e9, undefined, 16e9)).toBe(
    "training takes about 14 GB of memory, of the 16 GB there are: it may not fit; a smaller batch, fewer chains and narrower networks take less",
  );
  expect(() => tellMemory(40e9, undefined, 16e9)).toThrow(
    "training takes about 40 GB of memory, and there are 16 GB; a smaller batch",
  );
  // Little is let through wherever it is.
  expect(tellMemory(0.4e9, undefined, 0.1e9)).toBeNull();
});

it("names the settings that fit where they are known", () => {
  const asked: number[] = [];
  const largest = (there: number) => {
    asked.push(there);
    return "a batch of at most 70 fits";
  };
  expect(() => tellMemory(40e9, largest, 16e9)).toThrow("and there are 16 GB; a batch of at most 70 fits");
  expect(asked).toEqual([0.8 * 16e9]);
  tellMemory(1e9, largest, 16e9);
  expect(asked).toHaveLength(1);
});
