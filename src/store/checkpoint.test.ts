import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import type { Checkpoint } from "../formats/checkpoint.js";
import { decodeSafetensors, encodeSafetensors } from "../formats/safetensors.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { latestCheckpoint, listCheckpoints, loadCheckpoint, saveCheckpoint } from "./checkpoint.js";

const at = (step: number): Checkpoint => ({
  step,
  tensors: {
    parameters: tensor(new Float32Array([step, Number.NaN, -0])),
    "adam/v": tensor(new Float64Array([1e-300, step / 3, Infinity, 4]), [2, 2]),
    key: tensor(new BigInt64Array([-1n, BigInt(step)])),
    alive: tensor(new Uint8Array([1, 0, 1])),
  },
  meta: { objective: "balanced", nested: { list: [1, "zwei", null] } },
});

const steps = (dir: string): number[] => listCheckpoints(dir).map((c) => c.step);

/** The file rewritten with other metadata, its checksum left as it was. */
function withMetadata(file: string, change: Record<string, string>): void {
  const { tensors, metadata } = decodeSafetensors(readFileSync(file));
  writeFileSync(file, encodeSafetensors(tensors, { ...metadata, ...change }));
}

describe("checkpoints", () => {
  it("come back bit for bit, from a file named after the step in a folder made on the way", () => {
    const dir = join(scratch(), "run", "checkpoints");
    const file = saveCheckpoint(dir, at(1234));
    expect(file).toBe(join(dir, "step-00001234.safetensors"));
    expect(loadCheckpoint(file)).toEqual(at(1234));
    expect(Object.keys(loadCheckpoint(file).tensors)).toEqual(Object.keys(at(0).tensors));
  });

  it("are the same bytes for the same content", () => {
    const [a, b] = [scratch(), scratch()];
    expect(readFileSync(saveCheckpoint(a, at(7)))).toEqual(readFileSync(saveCheckpoint(b, at(7))));
  });

  it("keep the newest `keep`, by number and not by name", () => {
    const dir = scratch();
    for (const step of [1, 2, 99_999_998, 99_999_999, 100_000_000, 100_000_001]) saveCheckpoint(dir, at(step));
    expect(steps(dir)).toEqual([100_000_001, 100_000_000, 99_999_999]);
    saveCheckpoint(dir, at(100_000_002), 1);
    expect(steps(dir)).toEqual([100_000_002]);
    expect(latestCheckpoint(dir).checkpoint.step).toBe(100_000_002);
  });

  it("that are broken do not count as kept", () => {
    const dir = scratch();
    for (const step of [1, 2, 3]) saveCheckpoint(dir, at(step));
    truncateSync(join(dir, "step-00000003.safetensors"), 100);
    saveCheckpoint(dir, at(4), 3);
    expect(steps(dir)).toEqual([4, 3, 2, 1]);
    saveCheckpoint(dir, at(5), 3);
    expect(steps(dir)).toEqual([5, 4, 3, 2]);
  });

  it("of later steps stay when a run was set back", () => {
    const dir = scratch();
    for (const step of [10, 20, 30]) saveCheckpoint(dir, at(step));
    saveCheckpoint(dir, at(11), 1);
    expect(steps(dir)).toEqual([30, 20, 11]);
  });

  it("leave other files of the folder alone", () => {
    const dir = scratch();
    writeFileSync(join(dir, "notes.txt"), "");
    mkdirSync(join(dir, "step-1.safetensors"));
    for (const step of [1, 2]) saveCheckpoint(dir, at(step), 1);
    expect(readdirSync(dir).sort()).toEqual(["notes.txt", "step-00000002.safetensors", "step-1.safetensors"]);
  });

  it("are refused before anything is written when they could not come back", () => {
    const dir = scratch();
    expect(() => saveCheckpoint(dir, { ...at(1), step: 1.5 })).toThrow(/step must be a whole number ≥ 0, got 1\.5/);
    expect(() => saveCheckpoint(dir, { ...at(1), step: -1 })).toThrow(InputError);
    expect(() => saveCheckpoint(dir, at(1), 0)).toThrow(/keep must be a whole number ≥ 1, got 0/);
    expect(() => saveCheckpoint(dir, { ...at(1), meta: { best: Infinity } })).toThrow(/meta\.best/);
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe("a checkpoint that cannot be trusted", () => {
  it("says each time what is wrong", () => {
    const dir = scratch();
    const file = saveCheckpoint(dir, at(1));
    const bytes = readFileSync(file);
    const broken = (change: () => void): string => {
      writeFileSync(file, bytes);
      change();
      try {
        loadCheckpoint(file);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as Error).message).toContain(file);
        return (error as Error).message;
      }
      throw new Error("it was loaded");
    };
    expect(broken(() => truncateSync(file, bytes.length - 1))).toMatch(/not a whole checkpoint: .*cut short/);
    expect(broken(() => writeFileSync(file, ""))).toMatch(/not a whole checkpoint: .*cut short/);
    expect(
      broken(() =>
        writeFileSync(
          file,
          bytes.map((b, i) => (i === bytes.length - 1 ? b ^ 1 : b)),
        ),
      ),
    ).toMatch(/is damaged: its content does not match its checksum/);
    expect(broken(() => withMetadata(file, { meta: '{"objective":"other"}' }))).toMatch(/is damaged/);
    expect(broken(() => withMetadata(file, { step: "2" }))).toMatch(/is damaged/);
    expect(broken(() => withMetadata(file, { version: "2" }))).toMatch(
      /of format 2, .* reads up to 1: upgrade ebbflow/,
    );
    expect(broken(() => withMetadata(file, { format: "pt" }))).toMatch(/not a checkpoint of ebbflow: .* got pt/);
    expect(broken(() => writeFileSync(file, encodeSafetensors({})))).toMatch(
      /not a checkpoint of ebbflow: .* got none/,
    );
    expect(broken(() => writeFileSync(file, "PK\u0003\u0004 something else"))).toMatch(
      /this is not a safetensors file/,
    );
    expect(() => loadCheckpoint(join(dir, "no"))).toThrow(/there is no such file/);
    expect(() => loadCheckpoint(dir)).toThrow(/not a regular file/);
  });
});

describe("latestCheckpoint", () => {
  it("goes back to the newest valid one and lists what it skipped", () => {
    const dir = scratch();
    for (const step of [1, 2, 3, 4]) saveCheckpoint(dir, at(step), 9);
    truncateSync(join(dir, "step-00000004.safetensors"), 50);
    withMetadata(join(dir, "step-00000003.safetensors"), { sha256: "0" });
    const { checkpoint, file, skipped } = latestCheckpoint(dir);
    expect(checkpoint).toEqual(at(2));
    expect(file).toBe(join(dir, "step-00000002.safetensors"));
    expect(skipped.map((s) => s.file)).toEqual([4, 3].map((n) => join(dir, `step-0000000${n}.safetensors`)));
    expect(skipped[0]!.reason).toMatch(/cut short/);
    expect(skipped[1]!.reason).toMatch(/damaged/);
  });

  it("is an InputError when there is none, or none that loads", () => {
    const dir = scratch();
    expect(() => latestCheckpoint(dir)).toThrow(/there is no checkpoint in/);
    expect(() => latestCheckpoint(join(dir, "no"))).toThrow(/there is no checkpoint in/);
    copyFileSync(saveCheckpoint(join(dir, "a"), at(1)), join(dir, "step-00000001.safetensors"));
    truncateSync(join(dir, "step-00000001.safetensors"), 9);
    expect(() => latestCheckpoint(dir)).toThrow(InputError);
    expect(() => latestCheckpoint(dir)).toThrow(/no checkpoint can be loaded in .*cut short/);
  });
});
