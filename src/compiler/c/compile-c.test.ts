import { execFile } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { scratch } from "../../../test/support/scratch.js";
import { tinyDisk } from "../../../test/support/tiny-disk.js";
import { cMachine } from "./c-machine.js";
import { type CModule, type CTarget, type CTargetOptions, openCTarget } from "./compile-c.node.js";
import { isRefused, type Refused } from "./run-tool.node.js";

const usable = await openCTarget({ env: { ...process.env, EBBFLOW_CACHE: "/dev/null" } });
const missing = isRefused(usable);
const processor = missing ? ({ lanes: 4, registers: 16, fused: false } as const) : usable.processor;

/** A machine with a folder for modules and one for work, which must be empty after. */
function place(options: CTargetOptions = {}) {
  const [cache, work] = [join(scratch(), "cache"), scratch()];
  const env = { ...process.env, EBBFLOW_CACHE: cache, TMPDIR: work, ...options.env };
  return { cache, work, open: () => openCTarget({ ...options, env }) };
}

/** A program of the shell in the place of a compiler, which goes on to the true one where it does nothing else. */
function fakeCompiler(...lines: readonly string[]): string {
  const path = join(scratch(), "fake-cc");
  writeFileSync(path, ["#!/bin/sh", ...lines, 'exec cc "$@"', ""].join("\n"));
  chmodSync(path, 0o755);
  return path;
}

/** A module of one array of floats, which multiplies the first by a number. */
function multiplying(by: number, floats = 1): string {
  const written = cMachine(processor);
  const entry = written.define(1, (to, [table]) => {
    const x = to.loadPointer(table!, 0);
    to.store(x, to.binary("mul", to.load("f32", 1, x), to.constant("f32", 1, by)));
  });
  return written.finish(entry, [4 * floats]);
}

function expectMade<Made extends object>(made: Made | Refused): Made {
  if (isRefused(made)) throw new Error(made.refused);
  return made;
}

async function expectRefused(made: Promise<CTarget | CModule | Refused>, words: RegExp): Promise<void> {
  const { refused } = (await made) as Refused;
  expect(refused).toMatch(words);
  expect(refused).not.toContain("\n");
}

async function compute(target: CTarget, by: number): Promise<number> {
  const x = Float32Array.of(2);
  expectMade(await target.compile(multiplying(by))).run([x]);
  return x[0]!;
}

const modules = (cache: string): string[] => readdirSync(cache).filter((name) => name.endsWith(".node"));

describe.skipIf(missing)("a module of C", () => {
  it("is compiled once and found again", async () => {
    const { cache, work, open } = place();
    const first = expectMade(await open());
    expect(await compute(first, 3)).toBe(6);
    expect(statSync(cache).mode & 0o777).toBe(0o700);
    const [name] = modules(cache);
    const before = statSync(join(cache, name!)).ino;
    expect(await compute(expectMade(await open()), 3)).toBe(6);
    expect(modules(cache)).toEqual([name]);
    expect(statSync(join(cache, name!)).ino).toBe(before);
    expect(await compute(first, 5)).toBe(10);
    expect(modules(cache)).toHaveLength(2);
    expect(readdirSync(work)).toEqual([]);
    expect(readdirSync(cache).filter((one) => one.startsWith("work-"))).toEqual([]);
  });

  it("refuses arrays that do not fit before it touches one", async () => {
    const module = expectMade(await expectMade(await place().open()).compile(multiplying(3, 4)));
    const given = new Float32Array(4);
    structuredClone(given.buffer, { transfer: [given.buffer] });
    const wrong: unknown[][] = [
      [],
      [new Float32Array(3)],
      [given],
      [new DataView(new ArrayBuffer(64))],
      [null],
      [[1, 2, 3, 4]],
    ];
    for (const arrays of [...wrong, [new Float32Array(4), new Float32Array(4)]])
      expect(() => module.run(arrays as Float32Array[])).toThrow(RangeError);
    for (const Kind of [Float64Array, Uint8Array, BigInt64Array, Int16Array]) {
      const enough = new Kind(16 / Kind.BYTES_PER_ELEMENT);
      expect(() => module.run([enough])).not.toThrow();
      expect(() => module.run([enough.subarray(1)])).toThrow("too short");
    }
    const shared = new Float32Array(new SharedArrayBuffer(24), 4, 4);
    shared[0] = 2;
    module.run([shared]);
    expect(shared[0]).toBe(6);
  });

  it("computes in other threads while this one does something else", async () => {
    const written = cMachine(processor);
    // Adds 1 so often that it takes a while.
    const entry = written.define(1, (to, [table]) => {
      const x = to.loadPointer(table!, 0);
      const sum = to.variable(to.load("f64", 1, x));
      to.loop({ to: 20_000_000 }, () => to.assign(sum, to.binary("add", sum, to.constant("f64", 1, 1))));
      to.store(x, sum);
    });
    const module = expectMade(await expectMade(await place().open()).compile(written.finish(entry, [8])));
    let turns = 0;
    const clock = setInterval(() => turns++, 1);
    const runs = [1, 2, 3, 4, 5, 6].map((x) => {
      const own = Float64Array.of(x);
      return module.start([own]).then(() => own[0]);
    });
    expect(await Promise.all(runs)).toEqual([1, 2, 3, 4, 5, 6].map((x) => x + 20_000_000));
    clearInterval(clock);
    expect(turns).toBeGreaterThan(3);
    await expect(module.start([new Float32Array(1)])).rejects.toThrow(RangeError);
  });

  it("runs beside others and in threads", async () => {
    const { cache, open } = place();
    const target = expectMade(await open());
    expect(await Promise.all([1, 2, 3, 4].map((by) => compute(target, by)))).toEqual([2, 4, 6, 8]);
    const path = join(cache, modules(cache)[0]!);
    const thread = `const module = { exports: {} };
      process.dlopen(module, ${JSON.stringify(path)});
      const x = Float32Array.of(0.5);
      for (let k = 0; k < 1000; k++) module.exports.run(x);
      require("node:worker_threads").parentPort.postMessage("ran");`;
    const runs = [1, 2, 3].map(
      () =>
        new Promise((resolve, reject) => new Worker(thread, { eval: true }).on("message", resolve).on("error", reject)),
    );
    expect(await Promise.all(runs)).toEqual(["ran", "ran", "ran"]);
  });

  it("is made anew where what was kept is cut off or changed", async () => {
    for (const damage of [
      (path: string) => truncateSync(path, 4096),
      (path: string) => truncateSync(path, 0),
      (path: string) => writeFileSync(path, readFileSync(path).fill(7, 500, 600)),
    ]) {
      const { cache, open } = place();
      expect(await compute(expectMade(await open()), 3)).toBe(6);
      const path = join(cache, modules(cache)[0]!);
      // As another file: the first one is in the memory of this process.
      const content = readFileSync(path);
      rmSync(path);
      writeFileSync(path, content);
      damage(path);
      expect(await compute(expectMade(await open()), 3)).toBe(6);
      expect(statSync(path).size).toBe(content.length);
    }
  });

  it("is made by two processes at once", async () => {
    const { cache, work } = place();
    const script = fileURLToPath(new URL("../../../test/support/compile-c.mjs", import.meta.url));
    const run = () => promisify(execFile)(process.execPath, [script, cache, work, "4"]);
    const told = await Promise.all([run(), run(), run()]);
    expect(told.map(({ stdout }) => stdout)).toEqual(["8\n", "8\n", "8\n"]);
    expect(readdirSync(work)).toEqual([]);
    expect(readdirSync(cache).filter((name) => name.startsWith("work-"))).toEqual([]);
  });

  it("makes room by removing what was not used for longest", async () => {
    const { cache, open } = place({ limit: 40_000 });
    const target = expectMade(await open());
    await compute(target, 1);
    const [first] = modules(cache);
    utimesSync(join(cache, first!), 1, 1);
    for (const by of [2, 3, 4, 5]) await compute(target, by);
    const held = readdirSync(cache).reduce((sum, name) => sum + statSync(join(cache, name)).size, 0);
    expect(held).toBeLessThanOrEqual(40_000);
    expect(modules(cache)).not.toContain(first);
    expect(modules(cache).length).toBeGreaterThan(0);
    // What is loaded stays loaded.
    expect(await compute(target, 1)).toBe(2);
  });
});

describe.skipIf(missing)("a bad machine", () => {
  /** It works, keeps nothing, says why, and leaves nothing. */
  async function expectWithoutFolder(cache: string, why: RegExp): Promise<void> {
    const { work, open } = place({ env: { EBBFLOW_CACHE: cache } });
    const target = expectMade(await open());
    expect((target.kept as Refused).refused).toMatch(why);
    expect(await compute(target, 3)).toBe(6);
    expect(readdirSync(work)).toEqual([]);
  }

  it("has a folder that cannot be made", async () => {
    const file = join(scratch(), "file");
    writeFileSync(file, "");
    await expectWithoutFolder(join(file, "cache"), /cannot be used/);
  });

  it("has a folder that others can write", async () => {
    const open = join(scratch(), "open");
    mkdirSync(open);
    for (const mode of [0o777, 0o770, 0o707]) {
      chmodSync(open, mode);
      await expectWithoutFolder(open, /can be written by other users/);
      expect(readdirSync(open)).toEqual([]);
    }
  });

  it.skipIf(process.getuid?.() !== 0)("has a folder of somebody else", async () => {
    const other = join(scratch(), "other");
    mkdirSync(other);
    chownSync(other, 12345, 12345);
    await expectWithoutFolder(other, /belongs to another user/);
  });

  it("has a full folder", async (context) => {
    for (const kibibytes of [4, 16, 64]) {
      const disk = tinyDisk(kibibytes);
      if (!disk) return context.skip();
      chmodSync(disk, 0o700);
      const { work, open } = place({ env: { EBBFLOW_CACHE: disk } });
      expect(await compute(expectMade(await open()), 3)).toBe(6);
      expect(readdirSync(work)).toEqual([]);
      expect(readdirSync(disk).filter((name) => name.startsWith("work-"))).toEqual([]);
    }
  });

  it("has no room at all", async (context) => {
    const [cache, work] = [tinyDisk(4), tinyDisk(4)];
    if (!cache || !work) return context.skip();
    for (const disk of [cache, work]) writeFileSync(join(disk, "full"), new Uint8Array(4096));
    chmodSync(cache, 0o700);
    const { open } = place({ env: { EBBFLOW_CACHE: cache, TMPDIR: work } });
    await expectRefused(open(), /space/i);
    expect(readdirSync(cache)).toEqual(["full"]);
    expect(readdirSync(work)).toEqual(["full"]);
  });

  it("has a compiler that fails, at first or later", async () => {
    const never = place({ env: { EBBFLOW_CC: fakeCompiler("echo 'fake: error: no' >&2; exit 3") } });
    await expectRefused(never.open(), /ended with 3: fake: error: no$/);
    const broken =
      'case "$*" in *module.c*) grep -q BROKEN module.c && { echo "module.c:1: error: cannot" >&2; exit 1; };; esac';
    const later = place({ env: { EBBFLOW_CC: fakeCompiler(broken) } });
    const target = expectMade(await later.open());
    await expectRefused(target.compile(`/* BROKEN */${multiplying(2)}`), /ended with 1: module.c:1: error: cannot/);
    await expectRefused(target.compile("int x = ;"), /error: expected expression/);
    expect(await compute(target, 3)).toBe(6);
    for (const { work, cache } of [never, later]) {
      expect(readdirSync(work)).toEqual([]);
      expect(readdirSync(cache).filter((name) => name.startsWith("work-"))).toEqual([]);
    }
  });

  it("has a compiler whose modules are none, or compute something else", async () => {
    const text = fakeCompiler('case "$*" in *module.c*) echo text >module.node; exit 0;; esac');
    await expectRefused(place({ env: { EBBFLOW_CC: text } }).open(), /does not run/);
    const nothing = fakeCompiler('case "$*" in *module.c*) exit 0;; esac');
    await expectRefused(place({ env: { EBBFLOW_CC: nothing } }).open(), /does not run/);
    const wrong = fakeCompiler('case "$*" in *module.c*) sed -i s/0x1p0f/0x1p1f/ module.c;; esac');
    await expectRefused(place({ env: { EBBFLOW_CC: wrong } }).open(), /computes wrong numbers$/);
    const crash = fakeCompiler(
      'case "$*" in *module.c*) echo "__attribute__((constructor)) void f(void) { __builtin_trap(); }" >>module.c;; esac',
    );
    await expectRefused(place({ env: { EBBFLOW_CC: crash } }).open(), /does not run: .* SIG/);
  });

  it("has a compiler that hangs", async () => {
    const note = join(scratch(), "pid");
    const hang = `case "$*" in *module.c*) grep -q HANGS module.c && { sleep 60 & echo $! >>${note}; wait; };; esac`;
    const { cache, work, open } = place({ timeout: 500, env: { EBBFLOW_CC: fakeCompiler(hang) } });
    const target = expectMade(await open());
    await expectRefused(target.compile(`/* HANGS */${multiplying(2)}`), /was ended after 0.5 s/);
    // In one place: another would take as long.
    expect(readFileSync(note, "utf8").trim().split("\n")).toHaveLength(1);
    const gone = (): boolean => !existsSync(`/proc/${readFileSync(note, "utf8").trim()}/exe`);
    await expect.poll(gone).toBe(true);
    expect([...readdirSync(work), ...readdirSync(cache).filter((name) => name.startsWith("work-"))]).toEqual([]);
  });
});

describe("no compiler", () => {
  it("is said in one line", async () => {
    const empty = scratch();
    await expectRefused(
      place({ env: { PATH: empty, CC: "", EBBFLOW_CC: "" } }).open(),
      /^there is no C compiler: no cc, gcc or clang$/,
    );
    await expectRefused(
      place({ env: { EBBFLOW_CC: "no-such-cc -O9" } }).open(),
      /^there is no no-such-cc, which EBBFLOW_CC names$/,
    );
    await expectRefused(place({ env: { EBBFLOW_CC: empty } }).open(), /^there is no /);
  });
});
