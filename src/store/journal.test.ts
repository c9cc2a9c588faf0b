import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { withTinyDisk } from "../../test/support/tiny-disk.js";
import { InputError } from "../util/errors.js";
import { openJournal, readJournal } from "./journal.js";

const record = (step: number) => ({ step, energy: Math.sin(step), note: "ü\n", modes: [1 / step, Number.NaN] });

/** A journal of steps 1 … n and its path. */
function written(n: number): string {
  const file = join(scratch(), "metrics.ndjson");
  const journal = openJournal(file);
  for (let step = 1; step <= n; step++) journal.append(record(step));
  journal.close();
  return file;
}

const steps = (file: string): number[] => readJournal(file).map((r) => r.step);

describe("a journal", () => {
  it("gives back its records, NaN and infinities as numbers at any depth", () => {
    const file = join(scratch(), "metrics.ndjson");
    const journal = openJournal(file);
    const records = [
      { step: 0, a: Number.NaN, b: { c: [Infinity, -Infinity, 1e-300] }, d: "NaN or not", e: null },
      { step: 0, a: true },
      { step: 7 },
    ];
    for (const r of records) journal.append(r);
    journal.close();
    expect(readJournal(file)).toEqual(records);
    expect(readFileSync(file, "utf8").split("\n")[0]).toBe(
      '{"step":0,"a":"NaN","b":{"c":["Infinity","-Infinity",1e-300]},"d":"NaN or not","e":null}',
    );
  });

  it("has each line in the file as soon as append returns, and makes the file at once", () => {
    const file = join(scratch(), "metrics.ndjson");
    const journal = openJournal(file);
    expect(existsSync(file)).toBe(true);
    for (let step = 1; step <= 3; step++) {
      journal.append(record(step));
      expect(steps(file).at(-1)).toBe(step);
    }
    journal.flush();
    journal.close();
    journal.close();
    expect(() => journal.append(record(4))).toThrow(/the journal is closed/);
  });

  it("goes on behind the last complete line, wherever the last one was torn", () => {
    const file = written(3);
    const whole = readFileSync(file);
    const end = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (let length = end; length < whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length));
      expect(steps(file)).toEqual([1, 2]);
      const journal = openJournal(file);
      expect(readFileSync(file)).toEqual(whole.subarray(0, end));
      journal.append(record(3));
      journal.close();
      expect(readFileSync(file)).toEqual(whole);
    }
    expect(readdirSync(join(file, ".."))).toEqual(["metrics.ndjson"]);
  });

  it("resumed after a step has the bytes of one that was never interrupted", () => {
    const whole = readFileSync(written(9));
    for (let after = 0; after <= 9; after++) {
      const file = written(9);
      truncateSync(file, whole.length - 5);
      const journal = openJournal(file, { afterStep: after });
      for (let step = Math.min(after, 8) + 1; step <= 9; step++) journal.append(record(step));
      journal.close();
      expect(readFileSync(file)).toEqual(whole);
    }
  });

  it("that needs no cut is not written anew", () => {
    const file = written(3);
    const before = statSync(file).ino;
    openJournal(file, { afterStep: 3 }).close();
    expect(statSync(file).ino).toBe(before);
    openJournal(file, { afterStep: 2 }).close();
    expect(steps(file)).toEqual([1, 2]);
  });

  it("cuts garbage behind the step it resumes after, as a power cut leaves it, and refuses it before", () => {
    const file = written(3);
    appendFileSync(file, `\0\0\0\n{"step":4}\n`);
    expect(() => openJournal(file)).toThrow(/line 4 is not a journal record/);
    expect(() => openJournal(file, { afterStep: 4 })).toThrow(/line 4/);
    openJournal(file, { afterStep: 3 }).close();
    expect(steps(file)).toEqual([1, 2, 3]);
  });

  it.each(["hello", "[1]", "{}", '{"step":-1}', '{"step":"1"}', '{"step":1,"__proto__":{}}', "", "\xff"])(
    "with the line %j names it and changes nothing",
    (line) => {
      const file = join(scratch(), "metrics.ndjson");
      const bytes = Buffer.from(`{"step":1}\n${line}\n{"step":2}\n`, "latin1");
      writeFileSync(file, bytes);
      expect(() => readJournal(file)).toThrow(InputError);
      expect(() => readJournal(file)).toThrow(/metrics\.ndjson: line 2 is not a journal record/);
      expect(() => openJournal(file)).toThrow(/line 2/);
      expect(readFileSync(file)).toEqual(bytes);
    },
  );

  it("refuses what is not a record", () => {
    const file = join(scratch(), "metrics.ndjson");
    const journal = openJournal(file);
    expect(() => journal.append({ step: 0.5 })).toThrow(/step must be a whole number ≥ 0, got 0\.5/);
    expect(() => journal.append({ step: Number.NaN })).toThrow(InputError);
    expect(() => journal.append({ step: 1, n: 1n })).toThrow(/n is a bigint/);
    journal.close();
    expect(readFileSync(file, "utf8")).toBe("");
    expect(() => readJournal(join(file, "no"))).toThrow(InputError);
  });

  it("has a record once that is the last line already, also where an earlier process wrote it", () => {
    const file = join(scratch(), "metrics.ndjson");
    const [one, two] = [
      { step: 0, value: Number.NaN },
      { step: 0, value: 2 },
    ];
    for (const records of [[one], [one, two, two], [two, one]]) {
      const journal = openJournal(file);
      for (const record of records) journal.appendOnce(record);
      journal.close();
    }
    expect(readJournal(file)).toEqual([one, two, one]);
  });

  it("on a full disk keeps whole lines only, and goes on when there is space again", ({ skip }) => {
    const mounted = withTinyDisk(16, (dir) => {
      const ballast = join(dir, "ballast");
      writeFileSync(ballast, new Uint8Array(8192));
      const file = join(dir, "metrics.ndjson");
      const journal = openJournal(file);
      let step = 0;
      const fill = (): void => {
        for (;;) {
          journal.append({ step: step + 1, text: "x".repeat(300) });
          step += 1;
        }
      };
      expect(fill).toThrow(/the disk is full.*\(ENOSPC\); nothing was lost: all earlier lines are there/);
      expect(step).toBeGreaterThan(5);
      expect(readFileSync(file, "utf8").endsWith("}\n")).toBe(true);
      expect(steps(file).at(-1)).toBe(step);
      truncateSync(ballast, 0);
      journal.append({ step: step + 1 });
      journal.close();
      expect(steps(file)).toEqual([...Array(step + 1).keys()].map((i) => i + 1));
    });
    if (!mounted) skip("no right to mount a small disk here");
  });
});
