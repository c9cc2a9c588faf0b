/** Steps of a run whose parameters are kept, and the parameters of one of them, read when they are asked for. */

import { config as configs, type FloatTensor, type Trained } from "ebbflow";
import { decodeCheckpoint, parseJournal } from "ebbflow/formats";
import type { Folder } from "ebbflow/model";
import { chainsAmong } from "../chain-trace.js";
import { stepFile, stepOf } from "../folders/step-file.js";
import type { Snapshot } from "../snapshots.js";
import type { KeptSteps } from "./answers.js";

/** Where parameters are kept: those of the history have all that is asked for and no more. */
const FOLDERS = ["history", "checkpoints", "best"] as const;
/** States that stay in memory. */
const MOST = 16;

/** A training as it was after a step. */
export interface StateOfThen {
  readonly params: Trained["params"];
  /** Positions of its chains `(n, width)` in the coordinates of the model; `null` where none are kept. */
  readonly chains: FloatTensor | null;
}

export interface Steps {
  /** What there is to ask for now: a run may still be training. */
  list(): Promise<KeptSteps>;
  /** @param step of those; `null` for the model as it is open. @throws Error in a line where it is not kept, or damaged. */
  at(step: number | null): Promise<StateOfThen>;
}

/** @param kept states that are at hand, of a training that has no folder. */
export function stepsOf(model: Trained, folder: Folder | null, kept: readonly Snapshot[] = []): Steps {
  const known = new Map<number, Promise<StateOfThen>>();
  const opened: StateOfThen = { params: model.params, chains: null };
  const stateOf = (tensors: Snapshot["tensors"]): StateOfThen => ({
    params: configs.trainedParameters(model.config, tensors),
    chains: chainsAmong(tensors, model.data.coordinates.width),
  });
  async function read(step: number): Promise<StateOfThen> {
    const own = kept.find((one) => one.step === step);
    if (own) return stateOf(own.tensors);
    for (const where of FOLDERS) {
      const path = `${where}/${stepFile(step)}`;
      const bytes = await folder?.read(path);
      if (!bytes) continue;
      return stateOf(decodeCheckpoint(bytes, path).tensors);
    }
    if (step === model.step) return opened;
    throw new Error(`No parameters of step ${step} are kept; choose another step.`);
  }
  return {
    async list() {
      const names = await Promise.all(FOLDERS.map((where) => folder?.list(where)));
      const files = names.flatMap((own) => own ?? []).flatMap((name) => stepOf(name) ?? []);
      const steps = [...files, ...kept.map(({ step }) => step)];
      return {
        steps: [...new Set([...steps, model.step])].sort((a, b) => a - b),
        heldOut: folder ? await heldOutIn(folder) : [],
        ofRun: folder !== null,
        onTheWay: kept.length > 1 || (names[0] ?? []).length > 0,
      };
    },
    async at(step) {
      if (step === null) return opened;
      const found = known.get(step) ?? read(step);
      // The one that was asked for last is the last to go.
      known.delete(step);
      known.set(step, found);
      found.catch(() => known.delete(step));
      if (known.size > MOST) known.delete(known.keys().next().value!);
      return found;
    },
  };
}

/** What validation rows said; nothing where the journal is not there, or damaged: the rest can be looked at without. */
async function heldOutIn(folder: Folder): Promise<KeptSteps["heldOut"]> {
  const bytes = await folder.read("metrics.ndjson").catch(() => null);
  if (!bytes) return [];
  try {
    return parseJournal(bytes.subarray(0, bytes.lastIndexOf(10) + 1), "metrics.ndjson").flatMap(
      ({ step, validation: value, validationError }) =>
        typeof value === "number"
          ? [{ step, value, error: typeof validationError === "number" ? validationError : null }]
          : [],
    );
  } catch {
    return [];
  }
}
