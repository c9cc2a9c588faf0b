/** Opening what a command is about; what is not as it should be goes to stderr. */

import { openModel } from "../model/open.js";
import type { Trained } from "../model/trained.js";
import { type OpenRun, openRun } from "../run/open.js";
import { say } from "./terminal.js";

export const notice = (text: string): void => say(`notice: ${text}`);

/** The model of a run's folder or of a saved file. */
export const openFor = (path: string, { last }: { readonly last?: boolean | undefined }): Promise<Trained> =>
  openModel(path, { ...(last ? { select: "last" } : {}), notice });

/** A run that is trained further, judged or drawn. */
export function openRunFor(path: string): OpenRun {
  const run = openRun(path);
  for (const text of run.notices) notice(text);
  return run;
}
