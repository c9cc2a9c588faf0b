/** Machines that nobody sets up like this: folders that are missing or cannot be written, odd variables, disks that are full. */

import { spawnSync } from "node:child_process";

const has = (program, ...args) => spawnSync(program, args, { stdio: "ignore" }).status === 0;
const canMount = has("unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt");
const canFake = has("faketime", "-f", "@1970-01-02 00:00:00", "true");

const rows = Array.from({ length: 60 }, (_, i) => `${Math.sin(i)},${Math.cos(3 * i)}`).join("\n");
const set = (...all) => all.flatMap((one) => ["--set", one]);
const train = ["train", "rows.csv", "--out", "run", "-q", ...set("steps=20", "energy.hidden=[8]", "draws=100")];
const score = ["score", "kept", "rows.csv"];
const commands = { train, score, doctor: ["doctor"], list: ["list", "energies"], evaluate: ["evaluate", "kept"] };

/** Variables, by what is odd about them; what the box leaves clean stays so. */
const variables = {
  "HOME missing": { HOME: undefined, EBBFLOW_CACHE: undefined },
  "HOME of a file": (box) => ({ HOME: box.path("rows.csv"), EBBFLOW_CACHE: undefined }),
  "HOME that is not there": (box) => ({ HOME: box.path("none"), EBBFLOW_CACHE: undefined }),
  "HOME under /proc": { HOME: "/proc/1/x", EBBFLOW_CACHE: undefined },
  "HOME empty": { HOME: "", EBBFLOW_CACHE: undefined },
  "TMPDIR missing": { TMPDIR: undefined },
  "TMPDIR that is not there": (box) => ({ TMPDIR: box.path("none") }),
  "TMPDIR of a file": (box) => ({ TMPDIR: box.path("rows.csv") }),
  "TMPDIR and cache under /proc": { TMPDIR: "/proc/1", EBBFLOW_CACHE: "/proc/1/x" },
  "no PATH": { PATH: undefined },
  "PATH of nothing": { PATH: "" },
  "LANG odd": { LANG: "xx_XX.ODD", LC_ALL: "tr_TR.ISO-8859-9" },
  "TZ odd": { TZ: "Nowhere/None" },
  "TERM odd": { TERM: "\u001b[31m", COLUMNS: "-3", FORCE_COLOR: "9" },
  "NODE_OPTIONS of little memory": { NODE_OPTIONS: "--max-old-space-size=64" },
  "NODE_OPTIONS that warn": { NODE_OPTIONS: "--trace-warnings --pending-deprecation" },
  "NODE_OPTIONS of unhandled": { NODE_OPTIONS: "--unhandled-rejections=strict" },
  "threads of libraries odd": { UV_THREADPOOL_SIZE: "1", OMP_NUM_THREADS: "0" },
  "engine of none": { EBBFLOW_ENGINE: "abacus" },
  "engine empty": { EBBFLOW_ENGINE: "" },
  "telemetry asked for no": { ORT_DISABLE_TELEMETRY: "1" },
};

/** Ways to start it that a shell has, by what is odd about them. */
const shells = {
  "no core, no locked memory": 'ulimit -c 0 -l 0; exec "$@"',
  "files of a kilobyte": 'ulimit -f 2; exec "$@"',
  "stdin closed": 'exec "$@" <&-',
  "stdout closed": 'exec "$@" >&-',
  "stderr closed": 'exec "$@" 2>&-',
  "all closed": 'exec "$@" <&- >&- 2>&-',
  "a lower priority": 'exec nice -n 19 "$@"',
  umask: 'umask 777; exec "$@"',
  ...(canFake ? { "a clock of 1970": 'exec faketime -f "@1970-01-02 00:00:00" "$@"' } : {}),
  ...(canFake ? { "a clock of 2100": 'exec faketime -f "@2100-01-02 00:00:00" "$@"' } : {}),
};

/** A line of sh that mounts a disk of its own for as long as a command takes. */
const mounting = (line) => `exec unshare -rm sh -c '${line} && exec "$@"' sh "$@"`;

async function prepare(box) {
  box.write("rows.csv", `a,b\n${rows}\n`);
  await box.run("numbers", "kept");
}

const isQuick = (name, command) =>
  (command === "score" && ["HOME under /proc", "no PATH", "stderr closed"].includes(name)) ||
  (command === "train" && name === "TMPDIR of a file");

/** Variables that are odd change nothing; a shell may refuse, and then there is one line that says what. */
function* odd() {
  for (const [name, given] of Object.entries(variables))
    yield {
      name,
      optionsOf: (box) => ({ env: typeof given === "function" ? given(box) : given }),
      code: name === "engine of none" ? [1, 2] : [0],
    };
  for (const [name, through] of Object.entries(shells)) yield { name, optionsOf: () => ({ through }), code: [0, 1, 2] };
}

export const environments = {
  name: "environments",
  *cases() {
    for (const { name, optionsOf, code } of odd())
      for (const [command, args] of Object.entries(commands))
        yield {
          name: `${name}: ${command}`,
          quick: isQuick(name, command),
          async run(box) {
            await prepare(box);
            const { code: ended } = await box.call(
              args,
              { code: command === "list" ? [0, 1, 2] : code },
              optionsOf(box),
            );
            // What is there is a run.
            if (ended !== 0 && box.exists("run/run.json")) await box.call(["resume", "run", "-q"], { code: [0] });
          },
        };
    if (canMount)
      for (const kilobytes of [8, 40, 120, 400])
        yield {
          name: `a disk of ${kilobytes} kB: train`,
          quick: kilobytes === 40,
          async run(box) {
            await prepare(box);
            const through = mounting(`mkdir run && mount -t tmpfs -o size=${kilobytes}k tmpfs run`);
            await box.call(train, { code: [0, 2], says: kilobytes < 100 ? /the disk is full/ : /^/ }, { through });
          },
        };
    if (canMount)
      yield {
        name: "a folder that is only read",
        quick: true,
        async run(box) {
          await prepare(box);
          const through = mounting("mkdir closed && mount -t tmpfs -o ro tmpfs closed && cd closed");
          const table = box.path("rows.csv");
          await box.call(["train", table, "-q"], { code: [2], says: /the disk is read-only/ }, { through });
          box.clear();
          await prepare(box);
          await box.call(["score", box.path("kept"), table], { code: [0] }, { through });
        },
      };
  },
};
