import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { latestCheckpoint, listCheckpoints, saveCheckpoint } from "./checkpoint.js";
import { openJournal } from "./journal.js";

const loop = fileURLToPath(new URL("../../test/support/save-loop.mjs", import.meta.url));

/** Starts the loop, kills it some time after its first save, and returns the last step it announced. */
async function runAndKill(dir: string, delay: number): Promise<number> {
  const child = spawn(process.execPath, [loop, dir], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const closed = once(child, "close");
  await Promise.race([once(child.stdout, "data"), closed]);
  await wait(delay);
  child.kill("SIGKILL");
  await closed;
  expect(child.signalCode, "the loop ended by itself").toBe("SIGKILL");
  return Number(output.slice(0, output.lastIndexOf("\n")).split("\n").at(-1));
}

/** What must hold after every kill: the announced step, or the one that was being announced, is there and whole. */
function checkAfterKill(dir: string, announced: number): void {
  const { checkpoint, skipped } = latestCheckpoint(join(dir, "checkpoints"));
  expect(skipped).toEqual([]);
  expect(checkpoint.step).toBeGreaterThanOrEqual(announced);
  expect(checkpoint.step).toBeLessThanOrEqual(announced + 1);
  expect(checkpoint.meta).toEqual({ best: -checkpoint.step });
  expect(checkpoint.tensors.parameters!.data.every((value) => value === checkpoint.step)).toBe(true);
  // Three kept, and the fourth when the kill came between the write and the removal.
  expect(listCheckpoints(join(dir, "checkpoints")).length).toBeLessThanOrEqual(4);
}

describe("30 kills without warning (SIGKILL)", () => {
  it("lose no announced checkpoint and no journal line", async () => {
    const dir = scratch();
    let state = 7;
    let last = 0;
    let inTheMiddle = 0;
    for (let kill = 0; kill < 30; kill++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const announced = await runAndKill(dir, (state / 2 ** 32) * 60);
      expect(announced).toBeGreaterThan(last);
      last = announced;
      checkAfterKill(dir, announced);
      if (readdirSync(join(dir, "checkpoints")).some((name) => name.endsWith(".tmp"))) inTheMiddle += 1;
    }
    // A save is most of a turn of the loop, so nearly all kills hit one: a test whose kills all miss proves nothing.
    expect(inTheMiddle).toBeGreaterThan(0);

    const { step } = latestCheckpoint(join(dir, "checkpoints")).checkpoint;
    openJournal(join(dir, "metrics.ndjson"), { afterStep: step }).close();
    const whole = join(dir, "uninterrupted.ndjson");
    const journal = openJournal(whole);
    for (let s = 1; s <= step; s++)
      journal.append({ step: s, energy: Math.sin(s), divergence: s % 7 === 0 ? Number.NaN : 0 });
    journal.close();
    expect(readFileSync(join(dir, "metrics.ndjson"), "utf8")).toBe(readFileSync(whole, "utf8"));
  });

  it("would be noticed: a newest checkpoint that is cut short fails the check", () => {
    const dir = scratch();
    const save = (step: number): string =>
      saveCheckpoint(join(dir, "checkpoints"), {
        step,
        tensors: { parameters: { dtype: "float32", shape: [2], data: new Float32Array(2).fill(step) } },
        meta: { best: -step },
      });
    save(1);
    const file = save(2);
    checkAfterKill(dir, 2);
    expect(() => checkAfterKill(dir, 3)).toThrow();
    truncateSync(file, 40);
    expect(() => checkAfterKill(dir, 2)).toThrow();
  });
});
