/** When a landscape is asked for anew: five times a second while its training plays, else at every change. */

import type { Run } from "../state/run.svelte.js";
import type { Field, Question } from "./field.svelte.js";

/** Milliseconds between two pictures of the energy while it plays. */
const REFRESH = 200;

/** To be the whole of an effect: what it reads of the run makes it run again. @returns what ends it. */
export function refreshing(run: Run, field: Field, question: Question | null): (() => void) | undefined {
  const playing = run.status === "playing";
  if (!playing) void run.version;
  if (!question) return undefined;
  void field.ask({ ...question, moving: playing || question.moving });
  if (!playing) return undefined;
  const timer = setInterval(() => void field.ask(), REFRESH);
  return () => clearInterval(timer);
}
