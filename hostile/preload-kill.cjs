/**
 * Preloaded into a command: ends the process by SIGKILL before its `KILL_AT`-th change of a file or folder, in whichever
 * thread it is made. So every state that a folder can be left in is tried, and not only those in which much time is spent.
 * `KILL_COUNT` names a file that has a byte for each change, where they are to be counted.
 */

const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");

const at = Number(process.env.KILL_AT ?? 0);
const counted = process.env.KILL_COUNT;
const changes = [
  "openSync",
  "writeFileSync",
  "writeSync",
  "renameSync",
  "mkdirSync",
  "unlinkSync",
  "rmSync",
  "ftruncateSync",
];
const own = { statSync: fs.statSync, openSync: fs.openSync, writeSync: fs.writeSync, closeSync: fs.closeSync };
const writes = (name, args) =>
  name === "openSync" ? args[1] !== undefined && args[1] !== "r" : name !== "writeSync" || args[0] > 2;

/** One count for all threads: the size of a file to which each change adds a byte. */
function next() {
  const file = own.openSync(counted, "a");
  own.writeSync(file, ".");
  own.closeSync(file);
  return own.statSync(counted).size;
}

if (counted) {
  for (const name of changes) {
    const original = fs[name];
    let within = false;
    fs[name] = (...args) => {
      // What one of these does by another is one change.
      if (within || !writes(name, args)) return original(...args);
      if (next() === at) process.kill(process.pid, "SIGKILL");
      within = true;
      try {
        return original(...args);
      } finally {
        within = false;
      }
    };
  }
  syncBuiltinESMExports();
}
