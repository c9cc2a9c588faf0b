/** Files that survive a crash. Node only. */

export { removeStale, writeAtomic } from "./atomic.js";
export {
  type LatestCheckpoint,
  latestCheckpoint,
  listCheckpoints,
  loadCheckpoint,
  saveCheckpoint,
} from "./checkpoint.js";
export { type Journal, openJournal, readJournal } from "./journal.js";
export {
  createRunDirectory,
  openRunDirectory,
  type RunDirectory,
} from "./run-directory.js";
export { isRunLocked, lockRunDirectory } from "./run-lock.js";
