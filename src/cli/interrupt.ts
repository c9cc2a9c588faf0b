/** Ctrl-C, and a terminal that is closed: asked once, finish cleanly; asked twice, end at once. */

/** Signals closer than this are one key press: wrappers such as npx pass on what the terminal has sent already. */
const ONE_PRESS = 500;

/** A closed terminal says so twice, by itself and by its shell, and is nobody who presses again. */
const HANGUP = "SIGHUP";
const signals = ["SIGINT", "SIGTERM", HANGUP] as const;

/** Call `first` on the first of these signals and `second` on any later press; returns how to stop listening. */
export function onInterrupt(first: () => void, second: () => void): () => void {
  let pressed: number | undefined;
  const handle = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (pressed === undefined) {
      pressed = now;
      first();
    } else if (signal !== HANGUP && now - pressed > ONE_PRESS) second();
  };
  for (const signal of signals) process.on(signal, handle);
  return () => {
    for (const signal of signals) process.off(signal, handle);
  };
}

/**
 * End now, as if the signal had not been caught: a shell reports 130. `process.exit` would wait for the engine, which
 * may be in a step of many seconds.
 */
export function dieOfInterrupt(): void {
  process.removeAllListeners("SIGINT");
  process.kill(process.pid, "SIGINT");
}
