import { totalmem } from "node:os";
import { expect, it } from "vitest";
import { memoryThere, tellMemory } from "./tell-memory.js";

it("says nothing of little memory, and how much of more", () => {
  expect(tellMemory(0.4e9, 16e9)).toBeNull();
  expect(tellMemory(1.234e9, 16e9)).toBe("training takes about 1.2 GB of memory");
});

it("says so where it may not fit, and refuses what will not", () => {
  expect(tellMemory(14e9, 16e9)).toBe(
    "training takes about 14 GB of memory, of the 16 GB there are: it may not fit; a smaller batch, fewer chains and narrower networks take less",
  );
  expect(() => tellMemory(40e9, 16e9)).toThrow(
    "training takes about 40 GB of memory, and there are 16 GB; a smaller batch",
  );
  // Little is let through wherever it is.
  expect(tellMemory(0.4e9, 0.1e9)).toBeNull();
});

it("knows what there is", () => {
  expect(memoryThere()).toBeGreaterThan(0);
  expect(memoryThere()).toBeLessThanOrEqual(totalmem());
});
