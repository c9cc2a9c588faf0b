import { openModel } from "../model/open.js";
import type { Trained } from "../model/trained.js";
import { say } from "./terminal.js";

/** The model of a run's folder or of a saved file, for a command; what was passed over goes to stderr. */
export const openFor = (path: string, { last }: { readonly last?: boolean | undefined }): Promise<Trained> =>
  openModel(path, { ...(last ? { select: "last" } : {}), notice: (text) => say(`notice: ${text}`) });
