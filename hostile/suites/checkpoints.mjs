/**
 * Runs of which a file is damaged: every command says the same as of the whole run, or names the file. So no number ever
 * comes from something else than it seems to in silence.
 */

import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import fc from "fast-check";

/** Every command that reads a run. */
const commands = {
  score: ["score", "run", "rows.csv"],
  "score --last": ["score", "run", "rows.csv", "--last"],
  sample: ["sample", "run", "-n", "20", "--seed", "1"],
  classify: ["classify", "run", "rows.csv"],
  impute: ["impute", "run", "holes.csv", "--seed", "1"],
  denoise: ["denoise", "run", "rows.csv", "--sigma", "0.1"],
  plot: ["plot", "run", "--figure", "learning"],
  doctor: ["doctor", "run"],
  evaluate: ["evaluate", "run", "--draws", "200"],
  "evaluate --last": ["evaluate", "run", "--draws", "200", "--last"],
  resume: ["resume", "run"],
};

/** The byte at a share of a file, by another bit. */
const flip = (share) => (file) => {
  const bytes = readFileSync(file);
  bytes[Math.min(bytes.length - 1, Math.floor(share * bytes.length))] ^= 4;
  writeFileSync(file, bytes);
};

const damages = {
  "cut in half": (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
  empty: (file) => truncateSync(file, 0),
  "with a bit of its middle flipped": flip(0.5),
  "with a bit of its end flipped": flip(0.999),
  deleted: (file) => rmSync(file),
  "of something else": (file) => writeFileSync(file, "{}\n"),
};

const inFolder = (folder) => (run) =>
  readdirSync(join(run, folder))
    .sort()
    .reverse()
    .map((name) => join(folder, name));

/** Files that are damaged together, the newest first. */
const targets = {
  "the newest checkpoint": (run) => inFolder("checkpoints")(run).slice(0, 1),
  "the two newest checkpoints": (run) => inFolder("checkpoints")(run).slice(0, 2),
  "every checkpoint": inFolder("checkpoints"),
  "the best parameters": inFolder("best"),
  "config.yaml": () => ["config.yaml"],
  "run.json": () => ["run.json"],
  "data.safetensors": () => ["data.safetensors"],
  "metrics.ndjson": () => ["metrics.ndjson"],
  "summary.json": () => ["summary.json"],
};

const written = {
  rows: "a,b,kind\n0.5,0.5,red\n1,-1,green\n2.5,0.25,blue\n",
  holes: "a,b,kind\n0.5,,red\n,-1,green\n",
};

async function prepare(box) {
  for (const [name, text] of Object.entries(written)) box.write(`${name}.csv`, text);
  await box.run("kept");
}

/** What a command says of the whole run; asked once for all cases of a process. */
const whole = new Map();

/** A finished run only tells its summary again, unless it has to train. */
async function saidOfWhole(box, command) {
  if (!whole.has(command)) {
    const { stdout } = await box.call(commands[command], { code: [0] });
    whole.set(command, stdout);
    rmSync(box.path("run"), { recursive: true });
    await box.run("kept");
  }
  return whole.get(command);
}

/** What an answer is held to: what is said of the whole run, or the files by their names. */
function expectAnnounced(box, { stdout, stderr, code }, { files, expected, command }) {
  const isNone =
    code === 2 && /: no checkpoint yet/.test(stderr) && files.every((file) => file.includes("checkpoints"));
  const named = isNone || files.some((file) => stderr.includes(basename(file)));
  box.expect(stdout === expected || named, `${command}: another answer, and no word about ${files.join(", ")}`);
  if (code === 0) box.expect(stderr.split("passed over").length < 9, `${command}: says too often what it passed over`);
}

/** A command that reads little is tried with every damage, any other with some. */
const TRIED = 2;

/** Pairs of a damage and a command. */
function* pairs(seed, target) {
  for (const how of Object.keys(damages)) yield [how, "score"];
  for (const command of Object.keys(commands).filter((name) => name !== "score")) {
    const drawn = fc.shuffledSubarray(Object.keys(damages), { minLength: TRIED, maxLength: TRIED });
    const own = [...`${target} ${command}`].reduce((n, c) => (31 * n + c.charCodeAt(0)) % 2 ** 31, seed);
    for (const how of fc.sample(drawn, { seed: own, numRuns: 1 })[0]) yield [how, command];
  }
}

/**
 * A bit of text is seen where the file has a checksum, as the configuration and a summary have; and a run that has no
 * summary is one that was not judged yet.
 */
const isKnown = (target, how) =>
  !(how.includes("flipped") && ["run.json", "metrics.ndjson"].includes(target)) &&
  !(how === "deleted" && target === "summary.json");

export const checkpoints = {
  name: "checkpoints",
  *cases(seed) {
    for (const [target, filesOf] of Object.entries(targets))
      for (const [how, command] of pairs(seed, target))
        yield {
          name: `${target} ${how}: ${command}`,
          quick: how === "cut in half" && command === "score",
          async run(box) {
            await prepare(box);
            const expected = await saidOfWhole(box, command);
            const files = filesOf(box.path("run"));
            for (const file of files) damages[how](box.path("run", file));
            const answer = await box.call(commands[command], { code: [0, 2] });
            if (isKnown(target, how)) expectAnnounced(box, answer, { files, expected, command });
          },
        };
    yield {
      name: "a checkpoint under the name of another step",
      quick: true,
      async run(box) {
        await prepare(box);
        const [newest, , oldest] = inFolder("checkpoints")(box.path("run"));
        cpSync(box.path("run", oldest), box.path("run", newest));
        await box.call(commands["score --last"], { code: [0], says: /passed over .*step-00000040/ });
      },
    };
    for (const [what, file, said] of [
      ["a configuration that was edited", "config.yaml", /config\.yaml was edited after/],
      ["rows of another run", "data.safetensors", /data\.safetensors holds other rows/],
    ])
      yield {
        name: what,
        quick: file === "config.yaml",
        async run(box) {
          await prepare(box);
          const path = box.path("run", file);
          if (file === "config.yaml") writeFileSync(path, `${readFileSync(path, "utf8")}# mine\n`);
          else {
            await box.run("kept again", "other");
            cpSync(box.path("other", file), path);
          }
          for (const command of ["score", "evaluate", "plot", "resume", "doctor"]) {
            const { stderr } = await box.call(commands[command], { code: [0], says: said });
            box.expect(stderr.split(said).length === 2, `${command} says it more than once`);
          }
        },
      };
  },
};
