import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { withTinyDisk } from "../../test/support/tiny-disk.js";
import { InputError } from "../util/errors.js";
import { removeStale, writeAtomic } from "./atomic.js";
import { readBytes } from "./disk.js";

/** The call that fails, as `name` or, for its second call, `name 2`; and the code it fails with. */
const fault = vi.hoisted(() => ({ at: "", code: "", calls: new Map<string, number>() }));

vi.mock("node:fs", async (original) => {
  const real = await original<typeof import("node:fs")>();
  const faulty = (name: "openSync" | "writeFileSync" | "fsyncSync" | "renameSync") =>
    vi.fn((...given: unknown[]) => {
      const call = (fault.calls.get(name) ?? 0) + 1;
      fault.calls.set(name, call);
      if (fault.at === (call === 1 ? name : `${name} ${call}`))
        throw Object.assign(new Error(`${fault.code}: injected`), { code: fault.code });
      return Reflect.apply(real[name], real, given);
    });
  return {
    ...real,
    openSync: faulty("openSync"),
    writeFileSync: faulty("writeFileSync"),
    fsyncSync: faulty("fsyncSync"),
    renameSync: faulty("renameSync"),
  };
});

const failAt = (at: string, code: string): void => {
  Object.assign(fault, { at, code });
  fault.calls.clear();
};

beforeEach(() => failAt("", ""));

const failure = (work: () => void): Error => {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing failed");
};

describe("writeAtomic", () => {
  it("writes bytes and text, replaces a file, and leaves nothing else", () => {
    const dir = scratch();
    const path = join(dir, "a.bin");
    writeAtomic(path, new Uint8Array([1, 2, 3]));
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    writeAtomic(path, "zwölf\n");
    expect(readFileSync(path, "utf8")).toBe("zwölf\n");
    expect(readdirSync(dir)).toEqual(["a.bin"]);
  });

  it("waits for the file and then for its folder to be on the disk", () => {
    failAt("", "");
    writeAtomic(join(scratch(), "a"), "x");
    expect(fault.calls.get("fsyncSync")).toBe(2);
  });

  const refusals = ["ENOSPC", "EDQUOT", "EACCES", "EROFS", "EIO", "EMFILE", "EWEIRD"].flatMap((code) =>
    ["openSync", "writeFileSync", "fsyncSync", "renameSync"].map((at) => [code, at] as const),
  );

  it.each(refusals)("%s at %s: one clear line, the old file whole, no temporary", (code, at) => {
    const dir = scratch();
    const path = join(dir, "a");
    writeFileSync(path, "old");
    failAt(at, code);
    const error = failure(() => writeAtomic(path, "new"));
    failAt("", "");
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toMatch(/^cannot write .*\/a: [^\n]+ \(E[A-Z]+\); nothing was lost: the file that was there/);
    expect(error.message).toContain(`(${code})`);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(dir)).toEqual(["a"]);
  });

  it("says so when only the durability of the new file is in doubt", () => {
    const path = join(scratch(), "a");
    failAt("fsyncSync 2", "EIO");
    expect(failure(() => writeAtomic(path, "new")).message).toMatch(
      /is written, but a power cut may undo it: .*\(EIO\)/,
    );
    expect(readFileSync(path, "utf8")).toBe("new");
    failAt("fsyncSync 2", "EINVAL");
    writeAtomic(path, "newer");
    expect(readFileSync(path, "utf8")).toBe("newer");
  });

  it("passes on an error that is not the disk's", () => {
    expect(failure(() => writeAtomic(join(scratch(), "a"), 3 as unknown as string))).toBeInstanceOf(TypeError);
  });

  it.runIf(process.platform !== "win32")(
    "writes where a link leads, keeps permissions, and replaces nothing but files",
    () => {
      const dir = scratch();
      const [file, link] = [join(dir, "file"), join(dir, "link")];
      writeFileSync(file, "old", { mode: 0o600 });
      symlinkSync(file, link);
      writeAtomic(link, "new");
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["new", 0o600]);
      const pipe = join(dir, "pipe");
      execFileSync("mkfifo", [pipe]);
      expect(() => writeAtomic(pipe, "new")).toThrow(/pipe: it is not a regular file/);
      expect(lstatSync(pipe).isFIFO()).toBe(true);
    },
  );

  it("names the path when the folder is missing, the target is a folder, or a part of the path is a file", () => {
    const dir = scratch();
    expect(failure(() => writeAtomic(join(dir, "no", "a"), "x")).message).toMatch(
      /no\/a: there is no such .*ENOENT.*no part/,
    );
    mkdirSync(join(dir, "folder", "inner"), { recursive: true });
    expect(failure(() => writeAtomic(join(dir, "folder"), "x"))).toBeInstanceOf(InputError);
    writeFileSync(join(dir, "file"), "x");
    expect(failure(() => writeAtomic(join(dir, "file", "a"), "x")).message).toMatch(/a part of the path is a file/);
    expect(readdirSync(dir).sort()).toEqual(["file", "folder"]);
  });

  it("on a disk that is really full, keeps the old file and gives the space back", ({ skip }) => {
    const mounted = withTinyDisk(64, (dir) => {
      const path = join(dir, "a");
      const old = new Uint8Array(20_000).fill(1);
      writeAtomic(path, old);
      const error = failure(() => writeAtomic(path, new Uint8Array(60_000)));
      expect(error).toBeInstanceOf(InputError);
      expect(error.message).toMatch(/the disk is full; free some space \(ENOSPC\); nothing was lost/);
      expect(new Uint8Array(readFileSync(path))).toEqual(old);
      expect(readdirSync(dir)).toEqual(["a"]);
      writeAtomic(path, new Uint8Array(30_000));
    });
    if (!mounted) skip("no right to mount a small disk here; the injected ENOSPC above stands in");
  });
});

describe("removeStale", () => {
  it("removes temporaries of dead processes and of an earlier one with this pid, and nothing else", () => {
    const dir = scratch();
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    const stale = [`a.bin.${dead}-0-1.tmp`, `b.${process.pid}-0-99.tmp`];
    const stays = [
      "a.bin",
      "notes.tmp",
      `a.bin.${process.ppid}-0-1.tmp`,
      `b.${process.pid}-7-1.tmp`,
      `${dead}-0-1.tmp`,
    ];
    for (const name of [...stale, ...stays]) writeFileSync(join(dir, name), "");
    expect(removeStale(dir).sort()).toEqual(stale.sort());
    expect(readdirSync(dir).sort()).toEqual(stays.sort());
    expect(removeStale(dir)).toEqual([]);
  });

  it("finds nothing in a folder that is not there", () => {
    expect(removeStale(join(scratch(), "no"))).toEqual([]);
  });

  it("never writes into a left-over", () => {
    const dir = scratch();
    writeAtomic(join(dir, "a"), "1");
    const counters = [...Array(50).keys()].map((i) => join(dir, `a.${process.pid}-0-${i}.tmp`));
    for (const name of counters) writeFileSync(name, "left");
    writeAtomic(join(dir, "a"), "2");
    expect(readFileSync(join(dir, "a"), "utf8")).toBe("2");
    expect(counters.every((name) => readFileSync(name, "utf8") === "left")).toBe(true);
  });
});

describe("readBytes", () => {
  it("refuses folders, devices and missing files", () => {
    const dir = scratch();
    expect(failure(() => readBytes(dir)).message).toMatch(/it is not a regular file/);
    expect(failure(() => readBytes("/dev/zero")).message).toMatch(/it is not a regular file/);
    expect(failure(() => readBytes(join(dir, "no"))).message).toMatch(/there is no such file or folder \(ENOENT\)/);
    symlinkSync(join(dir, "loop"), join(dir, "loop"));
    expect(failure(() => readBytes(join(dir, "loop")))).toBeInstanceOf(InputError);
    expect(existsSync(dir)).toBe(true);
  });
});
