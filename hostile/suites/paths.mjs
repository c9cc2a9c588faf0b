/** Paths that lead nowhere, in a circle, to devices, or where nothing may be written. */

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";

const csv = "a,b\n1,2\n2,3\n5,1\n0,2\n";

function prepare(box) {
  box.write("t.csv", csv);
  symlinkSync("loop-b", box.path("loop-a"));
  symlinkSync("loop-a", box.path("loop-b"));
  symlinkSync("nothing", box.path("dangling"));
  mkdirSync(box.path("folder"));
  mkdirSync(box.path("read-only"));
  chmodSync(box.path("read-only"), 0o555);
  execFileSync("mkfifo", [box.path("fifo")]);
}

const long = "n".repeat(300);
const inputs = {
  "below a file": "t.csv/x.csv",
  "of 300 letters": `${long}.csv`,
  "of 5,000 letters": `${"d/".repeat(2500)}x.csv`,
  "in a circle of links": "loop-a",
  "below a circle of links": "loop-a/x.csv",
  "a link to nothing": "dangling",
  "a folder": "folder",
  "/dev/zero": "/dev/zero",
  "/dev/null": "/dev/null",
  "/dev/full": "/dev/full",
  "/proc/self/mem": "/proc/self/mem",
  empty: "",
  "a space": " ",
};

/** How each command is given a file or a folder to read. */
const readers = {
  inspect: (path) => ["inspect", path],
  train: (path) => ["train", path, "--out", "run2"],
  config: (path) => ["train", "--config", path, "--out", "run2"],
  resume: (path) => ["resume", path],
  sample: (path) => ["sample", path],
  score: (path) => ["score", "run", path],
  evaluate: (path) => ["evaluate", path],
  plot: (path) => ["plot", path, "--figure", "marginals"],
  doctor: (path) => ["doctor", path],
  "doctor --points": (path) => ["doctor", "run", "--points", path],
  reproduce: (path) => ["reproduce", "fashion", "--data", path, "--out", "o"],
};

const outputs = {
  "below a file": "t.csv/o",
  "of 300 letters": long,
  "in a circle of links": "loop-a",
  "below a circle of links": "loop-a/o",
  "in a folder that is not there": "none/o",
  "/proc/1/x": "/proc/1/x",
  "/proc/x": "/proc/x",
  "/dev/full": "/dev/full",
  "/dev/null": "/dev/null",
  "/sys/x": "/sys/x",
  "a pipe that nobody reads": "fifo",
  "a file that is there": "t.csv",
  empty: "",
  "a folder": "folder",
};

const writers = {
  train: (path) => ["train", "t.csv", "--steps", "1", "--out", path],
  sample: (path) => ["sample", "run", "-n", "4", "--out", path],
  score: (path) => ["score", "run", "t.csv", "--out", path],
  plot: (path) => ["plot", "run", "--figure", "marginals", "--out", path],
  reproduce: (path) => ["reproduce", "two-modes", "--out", path, "--seeds", "1", "--data", "none"],
};

const root = process.getuid?.() === 0;

export const paths = {
  name: "paths",
  *cases() {
    for (const [at, [command, args]] of Object.entries(readers).entries())
      for (const [i, [name, path]] of Object.entries(inputs).entries()) {
        if (command !== "inspect" && (at + i) % 3 !== 0) continue;
        yield {
          name: `a path ${name}, for ${command}`,
          quick: command === "inspect" && i % 3 === 0,
          run: async (box) => {
            prepare(box);
            if (args(path).includes("run")) await box.run("numbers");
            await box.call(args(path), { code: [1, 2] }, { seconds: 20 });
          },
        };
      }
    for (const [at, [command, args]] of Object.entries(writers).entries())
      for (const [i, [name, path]] of Object.entries(outputs).entries()) {
        if ((at + i) % 2 !== 0 && !path.startsWith("/proc")) continue;
        // An empty folder is one that a run may be in.
        if (path === "folder" && (command === "train" || command === "reproduce")) continue;
        if (path === "none/o" && (command === "train" || command === "reproduce")) continue;
        yield {
          name: `--out ${name}, of ${command}`,
          quick: command === "sample" && i % 4 === 0,
          run: async (box) => {
            prepare(box);
            if (args(path).includes("run")) await box.run("numbers");
            await box.call(args(path), { code: [1, 2] }, { seconds: 30 });
          },
        };
      }
    for (const [command, args] of Object.entries(writers))
      if (!root)
        yield {
          name: `--out in a folder that is read-only, of ${command}`,
          run: async (box) => {
            prepare(box);
            if (args("").includes("run")) await box.run("numbers");
            await box.call(args("read-only/o"), { code: [2] });
          },
        };
    yield {
      name: "a pipe that somebody writes",
      quick: true,
      run: async (box) => {
        prepare(box);
        await box.call(["inspect", "fifo"], { code: [0] }, { through: 'cat t.csv > fifo & "$@"' });
      },
    };
    // A table may come from a pipe, as `<(command)` makes one: that is waited for, and Ctrl-C ends it.
    for (const [command, args] of Object.entries(readers)) {
      const waits = ["inspect", "train", "score", "doctor --points"].includes(command);
      yield {
        name: `a pipe that nobody writes, for ${command}`,
        run: async (box) => {
          prepare(box);
          if (args("").includes("run")) await box.run("numbers");
          const ended = { code: ["SIGINT", 130], says: /waiting for somebody to write into the pipe fifo/ };
          const limits = waits ? { kill: 9000, signal: "SIGINT" } : {};
          await box.call(args("fifo"), waits ? ended : { code: [1, 2] }, { seconds: 30, ...limits });
        },
      };
    }
  },
};
