import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { poll } from "./poll.svelte.js";
import type { Run } from "./run.svelte.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  vi.stubGlobal("window", globalThis);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const BOX = [
  [0, 1],
  [0, 1],
];

/** A training as far as it is asked, whose answers take some time each. */
class Asked {
  status = $state("ready");
  version = $state(0);
  started = $state.raw<object | null>({ box: BOX });
  asked = 0;
  constructor(readonly takes = 0) {}
  async ask(): Promise<object> {
    this.asked++;
    if (this.takes > 0) await new Promise((done) => setTimeout(done, this.takes));
    return { count: this.asked };
  }
}

function polled(run: Asked, every = 100) {
  const taken: unknown[] = [];
  const end = $effect.root(() =>
    poll(
      () => run as unknown as Run,
      ["x"],
      every,
      (found) => taken.push(found),
    ),
  );
  return { taken, end };
}

describe("what is asked now and then", () => {
  it("is asked at every change while a training stands still, and not before it has started", async () => {
    const run = new Asked();
    run.started = null;
    const { taken, end } = polled(run);
    await vi.advanceTimersByTimeAsync(1000);
    expect(run.asked).toBe(0);
    run.started = { box: BOX };
    await vi.advanceTimersByTimeAsync(1000);
    expect(taken).toEqual([{ count: 1 }]);
    run.version++;
    await vi.advanceTimersByTimeAsync(1000);
    expect(taken).toHaveLength(2);
    end();
    run.version++;
    await vi.advanceTimersByTimeAsync(1000);
    expect(taken).toHaveLength(2);
  });

  it("is asked every so often while one plays, until it stands still", async () => {
    const run = new Asked();
    run.status = "playing";
    const { taken, end } = polled(run);
    await vi.advanceTimersByTimeAsync(1050);
    expect(taken).toHaveLength(11);
    // What is told meanwhile asks nothing.
    run.version++;
    await vi.advanceTimersByTimeAsync(0);
    expect(taken).toHaveLength(11);
    run.status = "ready";
    await vi.advanceTimersByTimeAsync(1000);
    expect(taken).toHaveLength(12);
    end();
  });

  it("rests ten times as long as an answer took", async () => {
    const run = new Asked(50);
    run.status = "playing";
    const { taken, end } = polled(run);
    await vi.advanceTimersByTimeAsync(2150);
    // At 0, 550, 1100 and 1650, each 50 later.
    expect(taken).toHaveLength(4);
    end();
  });
});
