/** Asking a training now and then: every so often while it plays, and after each change while it stands still. */

import type { Numbers } from "../engine/messages.js";
import type { Run } from "./run.svelte.js";

type Answers = Readonly<Record<string, Numbers | null>>;

/**
 * Asks for parts as long as the component that calls it is there.
 * @param every milliseconds between two questions while it plays. @param take gets the answers.
 */
export function poll(of: () => Run, names: readonly string[], every: number, take: (found: Answers) => void): void {
  let asking = false;
  const ask = async (run: Run): Promise<void> => {
    if (asking || !run.started) return;
    asking = true;
    const found = await run.ask(names, { box: run.started.box, side: 2 });
    asking = false;
    if (found) take(found);
  };
  $effect(() => {
    const run = of();
    if (!run.started) return;
    if (run.status !== "playing") void run.version;
    void ask(run);
    if (run.status !== "playing") return;
    const timer = setInterval(() => void ask(run), every);
    return () => clearInterval(timer);
  });
}
