/**
 * Commands that are killed without warning: at times drawn by the seed, over training, what goes on, evaluation and files
 * that are written; and before each change that a training makes of a file. What is left is opened, and goes on to the
 * bytes of a training that nothing ended, or is said in a line to be nothing yet.
 */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";

const preload = fileURLToPath(new URL("../preload-kill.cjs", import.meta.url));
const KILLED = ["SIGKILL"];

const settings = [
  "checkpointEvery=10",
  "evaluateEvery=20",
  "logEvery=5",
  "keepEvery=20",
  "draws=100",
  "energy.hidden=[8]",
];
const trainBy = (...more) => ["train", "rows.csv", "--out", "run", "-q", ...set([...settings, ...more])];

/** Trainings that are killed. */
const trainings = {
  usual: trainBy("steps=60"),
  /** It diverges, and is set back to a checkpoint at half the rate until it does not. */
  "rolled back": trainBy(
    ...["steps=60", "flow=null", "objective.name=cd", "onDivergence=rollback", "optimizer.energy.name=sgd"],
    ...["optimizer.energy.learningRate=100", "optimizer.energy.schedule=constant"],
  ),
};
const train = trainings.usual;
const resume = ["resume", "run", "-q"];

function set(all) {
  return all.flatMap((one) => ["--set", one]);
}

/** What is killed where a run is there. */
const others = {
  resume,
  evaluate: ["evaluate", "run"],
  plot: ["plot", "run", "--figure", "learning", "--out", "learning.svg", "--force"],
  score: ["score", "run", "rows.csv", "--out", "scores.csv", "--force"],
  sample: ["sample", "run", "-n", "50", "--out", "draws.csv", "--force", "-q"],
};

const rows = Array.from({ length: 240 }, (_, i) => `${Math.sin(1.7 * i) * 2 + (i % 3)},${Math.cos(0.9 * i)}`).join(
  "\n",
);

const namesIn = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();

/** Neither has the same bytes when it is made again: one has the time of day, the other seconds. */
const isSame = (name) => !["run.json", "times.ndjson"].includes(name);

/** A training that nothing ends: its files, what it takes in milliseconds, and the changes that it makes of files. */
async function wholeRun(box, args) {
  box.write("rows.csv", `a,b\n${rows}\n`);
  const env = { KILL_COUNT: box.path("count"), NODE_OPTIONS: `--require ${preload}` };
  const { took } = await box.call(args, { code: [0] }, { env });
  const files = new Map(namesIn(box.path("run")).map((name) => [name, readFileSync(box.path("run", name))]));
  return { args, files, took: 1000 * took, changes: statSync(box.path("count")).size };
}

/** Each is trained once, in the folder of the first case that asks: the same paths then stand in the same files. */
const whole = new Map();
async function prepare(box, name) {
  if (!whole.has(name)) whole.set(name, wholeRun(box, trainings[name]));
  const found = await whole.get(name);
  box.clear();
  box.write("rows.csv", `a,b\n${rows}\n`);
  return found;
}

/** Everything that has to hold after a kill, but that the run goes on. */
async function expectOpens(box) {
  if (!box.exists("run/run.json")) return;
  const { code, stderr } = await box.call(["score", "run", "rows.csv"], { code: [0, 2] });
  box.expect(code === 0 || /no checkpoint yet; train it with/.test(stderr), "is not opened");
}

/** The run goes on to its end, or is trained from its beginning where it says that there is nothing. */
async function expectSameEnd(box, { args, files }) {
  const { code, stderr } = await box.call(resume, { code: [0, 2] });
  if (code === 2) {
    box.expect(
      /there is no run directory|holds no run yet/.test(stderr),
      "says something else than that nothing is there",
    );
    box.expect(stderr.trim().split("\n").length === 1, "says it in more than a line");
    await box.call(args, { code: [0] });
  }
  const names = namesIn(box.path("run"));
  const other = [...new Set([...names, ...files.keys()])].filter(
    (name) =>
      !names.includes(name) ||
      !files.has(name) ||
      (isSame(name) && !files.get(name).equals(readFileSync(box.path("run", name)))),
  );
  box.expect(other.length === 0, `not as of a run that nothing ended: ${other.join(", ")}`);
}

/** What a killed process left of the files it wrote for its user goes when they are written again. */
async function expectTidy(box) {
  for (const name of ["plot", "score", "sample"])
    if (namesIn(box.at).some((left) => left.endsWith(".tmp"))) await box.call(others[name], { code: [0] });
  const left = namesIn(box.at).filter((name) => name.endsWith(".tmp") || name.includes(".lock-"));
  box.expect(left.length === 0, `left behind: ${left.join(", ")}`);
}

/** A kill: after a share of the time that a training takes, of a command that there is something for. */
const kill = fc.record({
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  command: fc.constantFrom("resume", "resume", "evaluate", "plot", "score", "sample"),
});

const KILLS = 5;

async function killAtTimes(box, kills) {
  const reference = await prepare(box, "usual");
  for (const { share, command } of kills) {
    const args = box.exists("run/run.json") ? others[command] : train;
    await box.call(args, { code: [0, 2, ...KILLED] }, { kill: share * reference.took });
    await expectOpens(box);
  }
  await expectSameEnd(box, reference);
  await expectTidy(box);
}

async function killAtChange(box, name, share) {
  const reference = await prepare(box, name);
  const at = 1 + Math.floor(share * reference.changes);
  const env = { KILL_AT: String(at), KILL_COUNT: box.path("count"), NODE_OPTIONS: `--require ${preload}` };
  await box.call(reference.args, { code: KILLED }, { env });
  await expectOpens(box);
  await expectSameEnd(box, reference);
  await expectTidy(box);
}

/** So many changes of files are tried of each training: of the usual one about every one that it makes. */
const changes = { usual: 150, "rolled back": 50 };

async function endBySignal(box, signal) {
  box.write("rows.csv", `a,b\n${rows}\n`);
  const long = [...train.filter((word) => word !== "-q"), "--set", "steps=1000000", "--set", "patience=null"];
  const said = { code: [130], says: /go on with: ebbflow resume run/ };
  const { stderr } = await box.call(long, said, { kill: 6000, signal });
  const at = Number(/stopped after step (\d+)/.exec(stderr)?.[1]);
  const kept = namesIn(box.path("run/checkpoints")).map((name) => Number(/\d+/.exec(name)?.[0]));
  box.expect(kept.includes(at), `step ${at} is not kept, but ${kept.join(", ")}`);
}

export const kills = {
  name: "kills",
  *cases(seed) {
    const drawn = fc.sample(fc.array(kill, { minLength: KILLS, maxLength: KILLS }), { seed, numRuns: 40 });
    for (const [i, kills] of drawn.entries())
      yield {
        name: `at times ${kills.map(({ share, command }) => `${share.toFixed(3)} ${command}`).join(", ")}`,
        quick: i === 0,
        run: (box) => killAtTimes(box, kills),
      };
    for (const [training, n] of Object.entries(changes))
      for (let i = 0; i < n; i++)
        yield {
          name: `${training}, before change ${i + 1} of ${n} of a file`,
          quick: training === "usual" && [9, 59].includes(i),
          run: (box) => killAtChange(box, training, i / n),
        };
    for (const signal of ["SIGHUP", "SIGTERM", "SIGINT"])
      yield { name: `ended by ${signal}`, quick: signal === "SIGHUP", run: (box) => endBySignal(box, signal) };
  },
};
