/** Asking a training now and then: every so often while it plays, and after each change while it stands still. */

import type { Numbers } from "../engine/messages.js";
import type { Run } from "./run.svelte.js";

type Answers = Readonly<Record<string, Numbers | null>>;

/** How many times as long as an answer took nothing is asked: what is looked at costs a training a tenth of its time. */
const REST = 10;

/**
 * Asks for parts as long as the component that calls it is there.
 * @param every milliseconds between two questions while it plays, at least. @param take gets the answers.
 */
export function poll(of: () => Run, names: readonly string[], every: number, take: (found: Answers) => void): void {
  let asking = false;
  /** @returns milliseconds until the next question. */
  const ask = async (run: Run): Promise<number> => {
    if (asking || !run.started) return every;
    asking = true;
    const from = performance.now();
    const found = await run.ask(names, { box: run.started.box, side: 2 });
    asking = false;
    if (found) take(found);
    return Math.max(every, REST * (performance.now() - from));
  };
  $effect(() => {
    const run = of();
    if (!run.started) return;
    if (run.status !== "playing") {
      void run.version;
      void ask(run);
      return;
    }
    let timer = 0;
    let over = false;
    const again = async (): Promise<void> => {
      const rest = await ask(run);
      if (!over) timer = window.setTimeout(again, rest);
    };
    void again();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  });
}
