/** One reader of checkpoints: what it passes over, it says in one notice. */

import { describe, expect, it } from "vitest";
import { checkpointFile, encodeCheckpoint } from "../formats/checkpoint.js";
import { tensor } from "../util/tensor.js";
import { chosenCheckpoint, newestCheckpoint, readCheckpoints } from "./checkpoints.js";
import type { Folder } from "./files.js";

const checkpoint = (step: number, meta: Record<string, unknown> = {}): Uint8Array =>
  encodeCheckpoint({ step, tensors: { x: tensor(Float32Array.of(step)) }, meta });

const damaged = (step: number): Uint8Array => {
  const bytes = checkpoint(step);
  bytes[bytes.length - 1]! ^= 1;
  return bytes;
};

/** A folder of files by their paths. */
const folderOf = (files: Readonly<Record<string, Uint8Array>>): Folder => ({
  name: "run",
  read: async (path) => files[path] ?? null,
  list: async (path) =>
    Object.keys(files).flatMap((name) => (name.startsWith(`${path}/`) ? name.slice(path.length + 1) : [])),
});

const at = (step: number, where = "checkpoints"): string => `${where}/${checkpointFile(step)}`;

/** What is found, and what is said. */
async function told<T>(read: (notice: (text: string) => void) => Promise<T>): Promise<{ found: T; notices: string[] }> {
  const notices: string[] = [];
  return { found: await read((text) => void notices.push(text)), notices };
}

describe("the newest checkpoint", () => {
  it("is the newest that is whole, and all that were passed over are one notice that names them", async () => {
    const folder = folderOf({
      ...{ [at(10)]: checkpoint(10), [at(20)]: checkpoint(20) },
      ...{ [at(30)]: damaged(30), [at(40)]: checkpoint(40).subarray(0, 50), [at(50)]: new Uint8Array() },
    });
    const { found, notices } = await told((notice) => newestCheckpoint(folder, "checkpoints", { notice }));
    expect(found?.step).toBe(20);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(
      /^passed over 3 checkpoints for that of step 20: .*step-00000050.*step-00000040.*step-00000030.*checksum/,
    );
  });

  it("is none where there is none, says nothing where all are whole, and of damaged ones alone is an error", async () => {
    expect(await told((notice) => newestCheckpoint(folderOf({}), "checkpoints", { notice }))).toEqual({
      found: null,
      notices: [],
    });
    const whole = folderOf({ [at(10)]: checkpoint(10), [at(20)]: checkpoint(20) });
    const all = await told((notice) => readCheckpoints(whole, "checkpoints", { notice, most: 9 }));
    expect(all.found.map(({ step }) => step)).toEqual([20, 10]);
    expect(all.notices).toEqual([]);
    const none = folderOf({ [at(10)]: damaged(10) });
    await expect(newestCheckpoint(none, "checkpoints")).rejects.toThrow(
      /no checkpoint can be loaded in run; .*checksum/,
    );
  });

  it("is not one that was given the name of another step, and one that is gone is missed", async () => {
    const renamed = folderOf({ [at(10)]: checkpoint(10), [at(20)]: checkpoint(10) });
    const { found, notices } = await told((notice) => newestCheckpoint(renamed, "checkpoints", { notice }));
    expect([found?.step, notices]).toEqual([10, [expect.stringContaining("step-00000020.safetensors is of step 10")]]);
    const gone = folderOf({ [at(10)]: checkpoint(10) });
    expect((await told((notice) => newestCheckpoint(gone, "checkpoints", { notice, known: 20 }))).notices).toEqual([
      expect.stringMatching(/step-00000020.* is gone, .*newest is of step 10/),
    ]);
    expect((await told((notice) => newestCheckpoint(gone, "checkpoints", { notice, known: 10 }))).notices).toEqual([]);
  });
});

describe("the parameters that are asked for", () => {
  const judged = checkpoint(20, { best: { step: 10, value: 1 } });

  it("are the best, without a word where these are whole", async () => {
    const folder = folderOf({ [at(10, "best")]: checkpoint(10), [at(20)]: judged });
    const best = await told((notice) => chosenCheckpoint(folder, "best", { notice }));
    expect([best.found.step, best.notices]).toEqual([10, []]);
    const last = await told((notice) => chosenCheckpoint(folder, "last", { notice }));
    expect([last.found.step, last.notices]).toEqual([20, []]);
  });

  it("are the newest where nothing was judged, and with a notice where the best are not there any more", async () => {
    const unjudged = folderOf({ [at(20)]: checkpoint(20, { best: null }) });
    const usual = await told((notice) => chosenCheckpoint(unjudged, "best", { notice }));
    expect([usual.found.step, usual.notices]).toEqual([20, []]);
    const lost = await told((notice) => chosenCheckpoint(folderOf({ [at(20)]: judged }), "best", { notice }));
    expect([lost.found.step, lost.notices]).toEqual([
      20,
      [expect.stringMatching(/run\/best has no parameters any more, which were of step 10: .* of step 20/)],
    ]);
  });

  it("are refused where the best are damaged, with what is left, and where there are none", async () => {
    const folder = folderOf({ [at(10, "best")]: damaged(10), [at(20)]: judged });
    await expect(chosenCheckpoint(folder, "best")).rejects.toThrow(/checksum.*try --last/);
    await expect(chosenCheckpoint(folderOf({}), "last")).rejects.toThrow(
      "run: no checkpoint yet; train it with: ebbflow resume run",
    );
    await expect(chosenCheckpoint({ ...folderOf({}), name: "http://a/run/" }, "last")).rejects.toThrow(
      "http://a/run/: no checkpoint yet; open it again once its training has saved one",
    );
  });
});
