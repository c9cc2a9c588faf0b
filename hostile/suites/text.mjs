/** Words that are not ours: characters that a terminal obeys, wherever a user can put them. */

/** What a value may hold, by a name that is harmless. */
export const marks = {
  escape: "re\u001b[2J\u001b[31md",
  title: "a\u001b]0;owned\u0007b",
  csi: "a\u009b31mb",
  backspace: "safe\b\b\b\bevil",
  delete: "a\u007fb",
  bell: "a\u0007b",
  bidi: "user\u202etxt.exe",
  isolate: "a\u2066b\u2069c\u200fd\u061ce",
  return: "progress\rerror: forged",
  newline: "x\nerror: forged by a value",
  separator: "x\u2028error: forged",
  long: "long".repeat(50_000),
};

const cell = (text) => `"${text.replaceAll('"', '""')}"`;
const numbers = (n, of) => Array.from({ length: n }, (_, i) => of(i)).join("\n");

/** A table that has a text in a place of it. */
const tables = {
  header: (text) => `${cell(text)},b\n${numbers(40, (i) => `${Math.sin(i)},${i % 7}`)}\n`,
  "two headers": (text) => `${cell(text)},${cell(text)}\n1,2\n3,4\n`,
  "a cell among numbers": (text) => `a,b\n1,2\n${cell(text)},3\n4,5\n`,
  "a column of text": (text) => `a,kind\n${numbers(40, (i) => `${Math.sin(i)},${cell(i % 2 ? text : "plain")}`)}\n`,
};

/** Calls that say a text back, or might. */
const calls = {
  "--set": (text) => ["train", "--dataset", "two-modes", "--set", `steps=${text}`, "--out", "run"],
  "--set key": (text) => ["train", "--dataset", "two-modes", "--set", `${text}=1`, "--out", "run"],
  "--set string": (text) => [
    "train",
    "--dataset",
    "two-modes",
    "--set",
    `energy.name=${JSON.stringify(text)}`,
    "--out",
    "run",
  ],
  "--dataset": (text) => ["train", "--dataset", text, "--out", "run"],
  "--columns": (text) => ["inspect", "t.csv", "--columns", text],
  "--drop": (text) => ["inspect", "t.csv", "--drop", text],
  "--as": (text) => ["inspect", "t.csv", "--as", `a=${text}`],
  "--as name": (text) => ["inspect", "t.csv", "--as", `${text}=real`],
  "a command": (text) => [text],
  "an option": (text) => ["train", `--${text}`],
  "a number": (text) => ["train", "--steps", text],
  "a choice": (text) => ["train", "--select", text],
  "a set": (text) => ["list", text],
  "an experiment": (text) => ["reproduce", text],
  "an engine": (text) => ["doctor", "--engine", text],
  "a run": (text) => ["resume", `no-such-${text}`],
  "a model": (text) => ["sample", `no-such-${text}`],
  "a file": (text) => ["inspect", `no-such-${text}`],
};

/** What is asked of a run. */
const asked = {
  "--where": (text) => ["sample", "run", "--where", `${text}=1`],
  "--sampler": (text) => ["sample", "run", "--sampler", text],
  "sampler's --set": (text) => ["sample", "run", "--set", `${text}=1`],
  "--class": (text) => ["sample", "run", "--class", text],
  "--anomaly": (text) => ["score", "run", "t.csv", "--anomaly", `${text}=1`],
  "--figure": (text) => ["plot", "run", "--figure", text],
  "--columns of a figure": (text) => ["plot", "run", "--figure", "marginals", "--columns", text, "--out", "f.svg"],
  "--sigma": (text) => ["denoise", "run", "t.csv", "--sigma", text],
};

const chosen = (at, i) => (at + i) % 4 === 0;

export const text = {
  name: "text",
  *cases() {
    const all = Object.entries(marks);
    for (const [where, table] of Object.entries(tables))
      for (const [i, [name, mark]] of all.entries())
        yield {
          name: `${name} in ${where}`,
          quick: where === "header" && i % 3 === 0,
          run: async (box) => {
            box.write("t.csv", table(mark));
            await box.call(["inspect", "t.csv"]);
          },
        };
    for (const [at, [where, args]] of Object.entries(calls).entries())
      for (const [i, [name, mark]] of all.entries())
        if (chosen(at, i) || where === "--set")
          yield {
            name: `${name} in ${where}`,
            quick: where === "--set" && i % 3 === 0,
            run: async (box) => {
              box.write("t.csv", "a,b\n1,2\n2,3\n5,1\n");
              // No system takes an argument as long as this.
              await box.call(args(mark.slice(0, 100_000)), { code: [1, 2] });
            },
          };
    for (const [at, [where, args]] of Object.entries(asked).entries())
      for (const [i, [name, mark]] of all.entries())
        if (chosen(at, i))
          yield {
            name: `${name} in ${where}`,
            run: async (box) => {
              await box.run("numbers");
              box.write("t.csv", "a,b\n1,2\n2,3\n5,1\n");
              await box.call(args(mark.slice(0, 100_000)), { code: [1, 2] });
            },
          };
    for (const [name, mark] of all)
      if (name !== "long")
        yield {
          name: `${name} in the name of a file`,
          run: async (box) => {
            const file = box.write(`${mark}.csv`, "a,b\n1,2\nx,3\n");
            await box.call(["inspect", file]);
            box.write(`${mark}.yaml`, "steps: [\n");
            await box.call(["train", "--config", `${mark}.yaml`], { code: [2] });
            await box.call(["resume", file], { code: [2] });
          },
        };
    yield* ofWords();
  },
};

/** A run whose columns and classes are named by such texts. */
function* ofWords() {
  const rows = "t.csv";
  const each = {
    sample: ["sample", "run", "-n", "8", "--out", "o.csv"],
    "sample where": ["sample", "run", "-n", "8", "--where", "a\u009b31m>-9", "--out", "o.csv"],
    score: ["score", "run", rows, "--out", "o.csv"],
    "score why": ["score", "run", rows, "--why", "4", "--json"],
    impute: ["impute", "run", "holes.csv", "--draws", "4", "--warmup", "4", "--out", "o.csv"],
    evaluate: ["evaluate", "run", "--draws", "200"],
    plot: ["plot", "run", "--figure", "marginals", "--out", "o.svg"],
    doctor: ["doctor", "run"],
    resume: ["resume", "run"],
    "a class nobody knows": ["score", "run", "unknown.csv"],
    "a column that is not there": ["score", "run", "other.csv"],
  };
  for (const [name, args] of Object.entries(each))
    yield {
      name: `a run of such words: ${name}`,
      run: async (box) => {
        await box.run("words");
        box.write(rows, wordsTable(6));
        box.write("holes.csv", wordsTable(3).replace("\n0", "\n"));
        box.write("unknown.csv", wordsTable(3).replace(/"[^"]*"$/m, cell("un\u009b1mknown\nerror: forged")));
        box.write("other.csv", "x\n1\n2\n");
        await box.call(args);
      },
    };
  yield {
    name: "cells are data where nobody watches",
    quick: true,
    run: async (box) => {
      await box.run("numbers");
      box.write(rows, `a,b,"na\u009b1mme"\n1,2,"x\u009b2J""\ny"\n0.5,1,z\n`);
      await box.call(["score", "run", rows, "--out", "o.csv"], { code: [0] });
      const { readFileSync } = await import("node:fs");
      const out = readFileSync(box.path("o.csv"), "utf8");
      box.expect(out.includes('"x\u009b2J""\ny"'), "a cell of the file is not as it was");
    },
  };
}

export function wordsTable(n) {
  const kinds = [marks.csi, marks.bidi, marks.newline];
  const lines = Array.from(
    { length: n },
    (_, i) => `${Math.sin(i * 1.7) * 2 + (i % 3)},${Math.cos(i * 0.9)},${cell(kinds[i % 3])}`,
  );
  return `${cell("a\u009b31m")},${cell("b\u202e")},${cell("kind\nerror: forged")}\n${lines.join("\n")}\n`;
}
