import { describe, expect, it, vi } from "vitest";
import { onInterrupt } from "./interrupt.js";

/** What is called by signals, milliseconds between them. */
function calls(...signals: readonly (readonly [signal: NodeJS.Signals, after: number])[]): string[] {
  const called: string[] = [];
  vi.useFakeTimers();
  const stop = onInterrupt(
    () => called.push("first"),
    () => called.push("second"),
  );
  try {
    for (const [signal, after] of signals) {
      vi.advanceTimersByTime(after);
      process.emit(signal, signal);
    }
  } finally {
    stop();
    vi.useRealTimers();
  }
  return called;
}

describe("a signal", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s is asked to finish cleanly", (signal) => {
    expect(calls([signal, 1000])).toEqual(["first"]);
  });

  it("asked again later ends at once; at the same press, or of a terminal that is closed, it does not", () => {
    expect(calls(["SIGINT", 1000], ["SIGINT", 1000])).toEqual(["first", "second"]);
    expect(calls(["SIGINT", 1000], ["SIGINT", 100])).toEqual(["first"]);
    expect(calls(["SIGHUP", 1000], ["SIGHUP", 1000])).toEqual(["first"]);
    expect(calls(["SIGHUP", 1000], ["SIGTERM", 1000])).toEqual(["first", "second"]);
  });
});
