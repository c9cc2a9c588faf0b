/**
 * Checkpoints of a run, wherever its folder lies: the newest that is whole, and what was passed over for it, in one notice
 * of one wording whoever asks.
 */

import { type Checkpoint, checkpointFile, checkpointStep, decodeCheckpoint } from "../formats/checkpoint.js";
import { InputError } from "../util/errors.js";
import { count } from "../util/words.js";
import type { Folder } from "./files.js";

export type Notice = (text: string) => void;

/** Folders of a run that hold checkpoints. */
export type CheckpointFolder = "checkpoints" | "best";

export interface Asked {
  /** Told what was passed over, in one notice. */
  readonly notice?: Notice | undefined;
  /** The newest step that was there: its file is all that is asked for where a folder cannot be listed. */
  readonly known?: number | undefined;
  /** How many are wanted, newest first; one unless said. */
  readonly most?: number;
}

/**
 * The newest checkpoints that are whole, newest first; none where the folder has none.
 * @throws InputError where it has some and none can be loaded; the message says why.
 */
export async function readCheckpoints(
  folder: Folder,
  where: CheckpointFolder,
  { notice = () => {}, known, most = 1 }: Asked = {},
): Promise<Checkpoint[]> {
  const whole: Checkpoint[] = [];
  const reasons: string[] = [];
  for (const step of await stepsIn(folder, where, known)) {
    if (whole.length === most) break;
    const path = `${where}/${checkpointFile(step)}`;
    const bytes = await folder.read(path);
    // One that went away since it was listed has made room for a newer one.
    if (!bytes) continue;
    try {
      whole.push(expectStep(decodeCheckpoint(bytes, nameOf(folder, path)), step, nameOf(folder, path)));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      // Older ones that are damaged change nothing for who goes on from the newest.
      if (whole.length === 0) reasons.push(error.message);
    }
  }
  const [first] = whole;
  if (reasons.length === 0) {
    if (first && where === "checkpoints" && known !== undefined && first.step < known)
      notice(
        `${nameOf(folder, `${where}/${checkpointFile(known)}`)} is gone, of which a summary was made: the newest is of step ${first.step}`,
      );
    return whole;
  }
  if (!first) throw new InputError(`no checkpoint can be loaded in ${folder.name}; ${reasons.join("; ")}`);
  const passed = reasons.length === 1 ? "a checkpoint" : count(reasons.length, "checkpoint");
  notice(`passed over ${passed} for that of step ${first.step}: ${reasons.join("; ")}`);
  return whole;
}

/** The newest checkpoint that is whole; `null` where there is none yet. @throws InputError where none can be loaded. */
export const newestCheckpoint = async (
  folder: Folder,
  where: CheckpointFolder,
  asked: Omit<Asked, "most"> = {},
): Promise<Checkpoint | null> => (await readCheckpoints(folder, where, asked))[0] ?? null;

/**
 * The parameters of a run that are asked for: the best on validation rows, where some are, or the newest.
 * @throws InputError where there are none yet, or none can be loaded.
 */
export async function chosenCheckpoint(
  folder: Folder,
  select: "best" | "last",
  { notice = () => {}, known }: { readonly notice?: Notice | undefined; readonly known?: Known | null } = {},
): Promise<Checkpoint> {
  const best = select === "best" ? await bestCheckpoint(folder, known?.selected, notice) : null;
  if (best) return best;
  const newest = await newestCheckpoint(folder, "checkpoints", { notice, known: known?.steps });
  if (!newest) {
    // Only who has the folder at hand can go on with it.
    const next = /^https?:/.test(folder.name)
      ? "open it again once its training has saved one"
      : `train it with: ebbflow resume ${folder.name}`;
    throw new InputError(`${folder.name}: no checkpoint yet; ${next}`);
  }
  const judged = (newest.meta as { readonly best?: { readonly step: number } | null }).best;
  if (select === "best" && judged)
    notice(
      `${nameOf(folder, "best")} has no parameters any more, which were of step ${judged.step}: these are the newest, of step ${newest.step}`,
    );
  return newest;
}

/** What `summary.json` says of the steps. */
interface Known {
  readonly steps: number;
  readonly selected: number;
}

async function bestCheckpoint(folder: Folder, known: number | undefined, notice: Notice): Promise<Checkpoint | null> {
  try {
    return await newestCheckpoint(folder, "best", { known, notice });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${error.message}; the newest parameters may be whole: try --last`);
  }
}

const nameOf = ({ name }: Folder, path: string): string => `${name.replace(/\/$/, "")}/${path}`;

/** A file that was given the name of another step is none of that step. */
function expectStep(checkpoint: Checkpoint, step: number, name: string): Checkpoint {
  if (checkpoint.step === step) return checkpoint;
  throw new InputError(`${name} is of step ${checkpoint.step}, which is not what its name says`);
}

/** Steps of the checkpoints in a folder, newest first; where they cannot be listed, the one that is known. */
async function stepsIn({ list, read }: Folder, where: CheckpointFolder, known: number | undefined): Promise<number[]> {
  const names = await list(where);
  if (names) return names.flatMap((name) => checkpointStep(name) ?? []).sort((a, b) => b - a);
  return known !== undefined && (await read(`${where}/${checkpointFile(known)}`)) ? [known] : [];
}
