/** What people get wrong: one clear line on stderr, the right exit code, and nothing written. */

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ebbflow, scratch } from "./run-cli.js";

const folder = scratch();

const files: Readonly<Record<string, string>> = {
  "empty.csv": "",
  "header.csv": "a,b\n",
  "text.csv": "a,b\n1,x\n2,y\n",
  "nan.csv": "a,b\n1,2\n3,NaN\n5,6\n",
  "inf.csv": "a,b\n1,2\n3,4\n-inf,6\n",
  "missing.csv": "a,b\n1,2\n3,\n5,6\n",
  "ragged.csv": "a,b\n1,2\n3\n",
  "one.csv": "a,b\n1,2\n",
  "few.csv": "a,b\n1,2\n3,4\n5,7\n",
  "constant.csv": "a,b\n1,2\n1,2\n1,2\n",
  "slip.csv": "a,b\n1,2\n3,l5\n5,6\n2,4\n",
  "ids.csv": "id,b\n208310224003697457,2\n208310224003697485,3\n",
  "codes.csv": "a,b\n1,967783e7\n3,466826e1\n",
  "digits.csv": `a,b\n1,1234567890123456789.01\n2,1234567890123456789.07\n${"3,4\n5,6\n".repeat(9)}`,
  "giant.csv": `a,b\n${Array.from({ length: 60 }, (_, i) => `${i === 7 ? 1e12 : ((5 * i) % 17) - 8},${(7 * i) % 13}`).join("\n")}\n`,
  "tiny.csv": `a,b\n${Array.from({ length: 60 }, (_, i) => `${((5.3 * i) % 17) - 8}e-300,${(7 * i) % 13}`).join("\n")}\n`,
  "days.csv": `a,day\n${Array.from({ length: 60 }, (_, i) => `${(5 * i) % 17},${2000 + i}-01-02`).join("\n")}\n`,
  "sum.csv": `a,b,c\n${Array.from({ length: 60 }, (_, i) => `${i},${(7 * i) % 13},${i + ((7 * i) % 13)}`).join("\n")}\n`,
  "no-label.csv": "a,b,kind\n1,2,x\n3,5,\n5,6,y\n2,2,x\n4,1,y\n",
  "one-label.csv": "a,b,kind\n1,2,x\n3,5,x\n5,6,x\n",
  "labels.csv": `a,b,kind\n${Array.from({ length: 60 }, (_, i) => `${(5 * i) % 17},${(7 * i) % 13},${i % 4}`).join("\n")}\n`,
  "ok.csv": `a,b\n${Array.from({ length: 60 }, (_, i) => `${(5 * i) % 17},${(7 * i) % 13}`).join("\n")}\n`,
  "key.yaml": "stps: 3\n",
  "option.yaml": "data:\n  file: ok.csv\nenergy:\n  name: tilted\n  hiden: [3]\n",
  "type.yaml": "seed: 1\nsteps: many\n",
  "syntax.yaml": "seed: 1\nenergy: {hidden: [1, 2}\n",
  "member.yaml": "energy: { name: titled }\n",
  "item.yaml": "energy:\n  hidden: [3, 1.5]\n",
  "twice.yaml": "steps: 1\nsteps: 2\n",
  "list.yaml": "[1, 2]\n",
  "tag.yaml": "steps: !big 3\n",
  "nested.yaml": "optimizer: { enrgy: { name: adam } }\n",
  "gone.yaml": "data: { file: nope.csv }\n",
  "null.yaml": "flow: null\n",
  "a-file": "",
};

beforeAll(() => {
  mkdirSync(join(folder, "not-a-run"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});

type Case = readonly [args: string, message: RegExp];

/** Runs the cases, a few at a time, and expects of each the code, one line on stderr, and no new file. */
async function expectErrors(code: number, cases: readonly Case[]): Promise<void> {
  const before = readdirSync(folder, { recursive: true });
  const waiting = [...cases];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [args, message] = next;
      const ended = await ebbflow(args.split(" "), folder);
      expect({ args, code: ended.code, stdout: ended.stdout }).toEqual({ args, code, stdout: "" });
      expect(ended.stderr, args).toMatch(message);
      // Commander adds a suggestion in brackets as a line of its own.
      expect(ended.stderr.trim().replace(/\n\(Did you mean .*\?\)$/, ""), args).toMatch(/^error: .+$/);
    }
  };
  await Promise.all([work(), work(), work()]);
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
}

describe("wrong usage ends with 1", () => {
  test("options and arguments", () =>
    expectErrors(1, [
      ["frobnicate", /unknown command 'frobnicate'/],
      ["lsit", /Did you mean list\?/],
      ["train ok.csv --stesp 3", /unknown option '--stesp'/],
      ["train ok.csv --steps x", /'--steps <n>' argument 'x' is invalid.*whole number of at least 1/],
      ["train ok.csv --steps 0", /at least 1/],
      ["train ok.csv --seed 1.5", /whole number/],
      ["train ok.csv --select some", /Allowed choices are best, last/],
      ["train ok.csv --set flow.layers", /Expected key=value/],
      ["train ok.csv --dataset moons", /a CSV file or --dataset, not both/],
      ["train ok.csv other.csv", /too many arguments/],
      ["sample", /missing required argument 'model'/],
      ["sample not-a-run -n 0", /at least 1/],
      ["evaluate not-a-run --draws 9", /at least 100/],
      ["reproduce two-modes --budget huge", /Allowed choices are quick, full/],
    ]));
});

/** In /proc the system makes no folders, and Node's own way of making them with their parents never ends. */
const linux = process.platform === "linux";
const noNewFiles: readonly Case[] = linux
  ? [
      [
        "train ok.csv --steps 2 --out /proc/x",
        /cannot create the folder \/proc\/x: the system keeps no files in \/proc/,
      ],
      ["train ok.csv --steps 2 --out /proc/x/y/z", /cannot create the folder \/proc\/x\/y\/z: .*\/proc;/],
      ["reproduce two-modes --out /proc/x", /cannot create the folder \/proc\/x: .*choose another folder/],
      ...[
        "sample nope",
        "score nope ok.csv",
        "impute nope ok.csv",
        "denoise nope ok.csv --sigma 1",
        "classify nope ok.csv",
      ].map(
        (command): Case => [
          `${command} --out /proc/x.csv`,
          /cannot write \/proc\/x\.csv: the system keeps no files in \/proc/,
        ],
      ),
    ]
  : [];

describe("wrong input ends with 2", () => {
  test("data", () =>
    expectErrors(2, [
      ["train", /nothing to train on: give a CSV file, --dataset <name>/],
      ["train nope.csv", /nope\.csv: no such file/],
      ["train not-a-run", /is a directory/],
      ["train two-modes", /for the built-in data set: --dataset two-modes/],
      ["train --dataset mons", /--dataset mons: unknown dataset "mons", did you mean "moons"\?/],
      ["train empty.csv", /empty\.csv: no rows/],
      ["train header.csv", /only a header row \(a, b\)/],
      ["train text.csv", /column b is text, with 2 different cells in 2 rows: no categories.*--drop b/],
      ["train slip.csv", /row 3, column b: "l5" is text, not a number/],
      ["train ids.csv", /column id holds 208310224003697457, which is beyond 2\^53.*--drop id/],
      ["train codes.csv", /column b holds 967783e7, which reads as the number.*--as b=category/],
      ["train digits.csv", /column b holds 1234567890123456789.01 and 1234567890123456789.07, which become one number/],
      ["train giant.csv", /column a holds 1000000000000, and half of its rows lie within .* of each other/],
      ["train tiny.csv", /column a: its numbers are too small to be squared/],
      ["train days.csv", /column day holds dates: learn them as days by --as day=date, or leave them out/],
      ["inspect ok.csv --as aa=whole", /no column aa, did you mean "a"\?; there are: a, b/],
      ["train ok.csv --as a=positive", /column a holds 0, and a positive one has numbers above 0 only/],
      ["train ok.csv --as a=hole", /--as a=hole: unknown column kind "hole", did you mean "whole"\?/],
      ["train ok.csv --as c=whole", /no column c.*; there are: a, b/],
      ["train ok.csv --as a=whole --set energy.name=rbm", /--as a=whole: kinds of columns are of real points/],
      ["train ok.csv --drop a,b", /every column is dropped; keep one, of a, b/],
      ["train missing.csv --missing impute", /2 rows are too few for a validation fraction of 0.1/],
      ["train --dataset moons --as x1=whole", /as, drop, missing and array are of a file/],
      ["inspect nope.csv", /nope\.csv: no such file/],
      ["train nan.csv", /row 3, column b: NaN is not a finite number/],
      ["train inf.csv", /row 4, column a: -inf is not a finite number/],
      ["train missing.csv", /row 3, column b: the value is missing/],
      ["train ragged.csv", /row 3 has 1 cell; expected 2/],
      ["train one.csv", /only one row/],
      ["train few.csv", /3 rows are too few/],
      ["train few.csv --set data.validation=0 --select last", /2 rows are left for training, of 2 columns/],
      ["train constant.csv", /a and b: constant, so that there is nothing to learn/],
      ["train sum.csv", /column c is a weighted sum of the columns before it \(a and b\)/],
      ["train ok.csv --set data.columns=[a,c]", /no column c.*there are: a, b/],
    ]));

  test("labels", () =>
    expectErrors(2, [
      ["train ok.csv --label kind", /ok\.csv: no column kind; there are: a, b/],
      ["train no-label.csv --label kind", /row 3, column kind: the label is missing/],
      ["train one-label.csv --label kind", /column kind: every label is x; at least two classes are needed/],
      ["train sum.csv --label a", /column a has 60 different labels in 60 rows; is it a measurement\?/],
      ["train labels.csv --label kind --set data.classes=3", /row 5, column kind: label 3 is out of range/],
      ["train labels.csv --label kind --set data.columns=[a,kind]", /column kind is the label; take it out of columns/],
      ["train labels.csv --set data.classes=4", /classes are those of labels; name their column with label/],
      ["train labels.csv --objective jem", /error: --objective jem: objective jem needs rows with labels/],
      ["train labels.csv --set energy.name=classifier", /energy classifier: needs rows with labels/],
      ["train --dataset moons --label kind", /error: --label kind: label is a column of a file/],
      ["classify nope ok.csv", /cannot open nope: there is no such file/],
    ]));

  test("configuration: the place in the file or the flag, and what is meant", () =>
    expectErrors(2, [
      ["train ok.csv --config no.yaml", /cannot read no\.yaml: there is no such file/],
      ["train ok.csv --config key.yaml", /error: key\.yaml:1:1: unknown option stps, did you mean "steps"\?/],
      ["train --config option.yaml", /error: option\.yaml:5:3: energy tilted: unknown option hiden.*"hidden"/],
      ["train ok.csv --config type.yaml", /error: type\.yaml:2:1: steps: .*expected number, received string/],
      ["train ok.csv --config syntax.yaml", /error: syntax\.yaml:2:2\d: /],
      ["train ok.csv --config member.yaml", /error: member\.yaml:1:11: unknown energy "titled", did you mean "tilted"/],
      ["train ok.csv --config item.yaml", /error: item\.yaml:2:15: energy tilted: option hidden\.1/],
      ["train ok.csv --config twice.yaml", /error: twice\.yaml:2:1: .*unique/],
      ["train ok.csv --config list.yaml", /error: list\.yaml: expected keys with values/],
      ["train ok.csv --config tag.yaml", /error: tag\.yaml:1:8: .*!big/],
      ["train ok.csv --config nested.yaml", /error: nested\.yaml:1:14: optimizer: unknown option enrgy.*"energy"/],
      ["train --config gone.yaml", /error: nope\.csv: no such file/],
      ["train ok.csv --config null.yaml", /error: null\.yaml:1:1: objective balanced needs a flow/],
      ["train ok.csv --config type.yaml --steps 3 --set steps.x=1", /--set steps\.x=1: steps is 3, which has no keys/],
      ["train ok.csv --set energy.hiden=3", /error: --set energy\.hiden=3: .*"hidden"/],
      ["train ok.csv --set steps.x=3", /error: --set steps\.x=3: steps: /],
      ["train ok.csv --set steps=[1", /error: --set steps=\[1: the value is not YAML/],
      ["train ok.csv --set =1", /expected key=value with a dotted key/],
      ["train ok.csv --set __proto__.steps=1", /unknown option __proto__/],
      ["train ok.csv --objective balancd", /error: --objective balancd: .*"balanced"/],
      ["train ok.csv --set data.validation=0", /select: best needs validation rows/],
      ["train ok.csv --set data.options.noise=1", /error: --set data\.options\.noise=1: options are of a dataset/],
      ["train --dataset moons --set data.columns=[a]", /error: --set data\.columns=\[a\]: columns are of a file/],
      ["train --dataset moons --set data.options.nois=1", /error: --set data\.options\.nois=1: .*"noise"/],
    ]));

  test("folders and names", () =>
    expectErrors(2, [
      ["train ok.csv --out a-file", /a-file exists and is a file/],
      ["train ok.csv --out a-file/run", /a part of the path is a file/],
      ["train ok.csv --out .", /\. exists and is not empty/],
      ["resume nope", /there is no run directory nope/],
      ["resume not-a-run", /not-a-run holds no run yet/],
      ["sample a-file", /a-file is no saved model that can be read, nor the folder of a run/],
      ["sample nope --out no/such.csv", /there is no folder no/],
      ["sample nope --out a-file", /a-file exists.*--force/],
      ["sample nope --out not-a-run --force", /not a regular file/],
      ["evaluate nope", /there is no run directory/],
      ["list flow", /unknown set "flow", did you mean "flows"/],
      ...noNewFiles,
      ["reproduce two-mdes", /unknown experiment "two-mdes", did you mean "two-modes"/],
      ["reproduce all two-mdes", /unknown experiment "two-mdes", did you mean "two-modes"/],
      ["reproduce all --resume", /--resume needs --out/],
    ]));
});
