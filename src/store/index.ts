/** Files that survive a crash. Node only. */

export { removeStale, writeAtomic } from "./atomic.js";
export {
  type Checkpoint,
  type LatestCheckpoint,
  latestCheckpoint,
  listCheckpoints,
  loadCheckpoint,
  saveCheckpoint,
} from "./checkpoint.js";
export { type Journal, type JournalRecord, openJournal, readJournal } from "./journal.js";
export {
  createRunDirectory,
  openRunDirectory,
  type RunDirectory,
  type RunInfo,
  runFormat,
} from "./run-directory.js";
export { lockRunDirectory } from "./run-lock.js";
