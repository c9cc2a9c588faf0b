import { describe, expect, it } from "vitest";
import { Judge } from "./judge.svelte.js";
import type { Run } from "./run.svelte.js";

const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

/** A judge of a training at a step, in threads that are told what they find and are counted. */
function judged({ step = 7 } = {}) {
  const run = { opened: 1, order: async () => ({ step, setup: {}, learned: {} }) };
  const threads: {
    closed: boolean;
    hear: (news: object) => void;
    done: () => void;
    lost: (message: string) => void;
  }[] = [];
  const open = (lost: (message: string) => void) => {
    const thread = { closed: false, hear: (_: object) => {}, done: () => {}, lost };
    threads.push(thread);
    return {
      api: {
        judge(_: object, hear: (news: object) => void) {
          thread.hear = hear;
          return new Promise<void>((done) => {
            thread.done = done;
          });
        },
      },
      close() {
        thread.closed = true;
      },
    };
  };
  return { run, threads, judge: new Judge(run as unknown as Run, open as never) };
}
const chains = { type: "chains", run: { chains: 8 } };
const judgement = { type: "judged", judgement: { step: 7 } };

describe("a judgement", () => {
  it("tells its parts as they come, and ends its thread", async () => {
    const { judge, threads } = judged();
    const done = judge.now();
    expect(judge.status).toBe("waiting");
    await settled();
    expect([judge.status, judge.step]).toEqual(["judging", 7]);
    threads[0]!.hear(chains);
    expect([judge.chains, judge.judgement]).toEqual([{ chains: 8 }, null]);
    threads[0]!.hear(judgement);
    threads[0]!.done();
    await done;
    expect([judge.status, judge.judgement, threads[0]!.closed]).toEqual(["idle", { step: 7 }, true]);
  });

  it("is of the training as it was opened last", async () => {
    const { judge, threads, run } = judged();
    const done = judge.now();
    await settled();
    run.opened++;
    threads[0]!.hear(judgement);
    threads[0]!.done();
    await done;
    expect([judge.step, judge.chains, judge.judgement]).toEqual([null, null, null]);
  });

  it("can be taken back, and begun anew", async () => {
    const { judge, threads } = judged();
    const first = judge.now(true);
    await settled();
    judge.cancel();
    await first;
    expect([judge.status, judge.step, threads[0]!.closed]).toEqual(["idle", null, true]);
    const second = judge.now();
    await settled();
    expect(threads).toHaveLength(2);
    threads[1]!.done();
    await second;
    expect(judge.problem).toBeNull();
  });

  it("says why there is none where its thread ends", async () => {
    const { judge, threads } = judged();
    const done = judge.now();
    await settled();
    threads[0]!.lost("The thread has ended.");
    await done;
    expect([judge.status, judge.problem]).toEqual(["failed", "The thread has ended."]);
  });

  it("waits for another: one at a time on a page", async () => {
    const [a, b] = [judged(), judged()];
    const [first, second] = [a.judge.now(), b.judge.now()];
    await settled();
    expect([a.judge.status, b.judge.status, b.threads.length]).toEqual(["judging", "waiting", 0]);
    a.threads[0]!.done();
    await first;
    await settled();
    expect(b.judge.status).toBe("judging");
    b.threads[0]!.done();
    await second;
  });
});
