/** What a check is: one question about an energy, answered in words. */

import type { z } from "zod";
import { type Declaration, noOptions } from "../util/options.js";
import type { Subject } from "./subject.js";

/** `warn` is worth knowing; with `bad` samplers and training do not do what they say. */
export type Level = "ok" | "warn" | "bad";

/** One answer. */
export interface Finding {
  /** Name of the check. */
  readonly check: string;
  readonly level: Level;
  /** What is so. */
  readonly what: string;
  /** What to do; `null` where nothing is to be done. */
  readonly advice: string | null;
}

type Answer = Omit<Finding, "check">;

/** When a check is asked: one of a later stage only where nothing bad was found before, since it would repeat it. */
export type Stage = "it runs" | "its values" | "its form";

export const stages: readonly Stage[] = ["it runs", "its values", "its form"];

export interface Check extends Declaration {
  readonly stage: Stage;
  /** Nothing where the question does not arise. */
  examine(subject: Subject): Promise<readonly Finding[]>;
}

export interface CheckParts extends Omit<Declaration<z.ZodObject>, "options"> {
  readonly stage: Stage;
  /** One answer or several; `null` where the question does not arise. */
  examine(subject: Subject): Promise<Answer | readonly Answer[] | null>;
}

/** Declare a check. */
export function check({ examine, ...facts }: CheckParts): Check {
  return {
    ...facts,
    options: noOptions,
    async examine(subject) {
      const answers = await examine(subject);
      return [answers ?? []].flat().map((answer) => ({ check: facts.name, ...answer }));
    },
  };
}

export const ok = (what: string): Answer => ({ level: "ok", what, advice: null });
export const warn = (what: string, advice: string): Answer => ({ level: "warn", what, advice });
export const bad = (what: string, advice: string): Answer => ({ level: "bad", what, advice });
