import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { InputError } from "../util/errors.js";
import { isAlive, startTime } from "./process-alive.js";
import { lockRunDirectory } from "./run-lock.js";

const host = hostname().replace(/[^A-Za-z0-9.-]/g, "_");
const locks = (dir: string): string[] => readdirSync(dir).filter((name) => name.startsWith(".lock"));
const leave = (dir: string, pid: number, started: string, owner = host): string => {
  const name = `.lock-${pid}-${started}-${owner}`;
  writeFileSync(join(dir, name), "");
  return name;
};

/** The pid of a process that ended and was waited for. */
const deadPid = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

describe("lockRunDirectory", () => {
  it("locks once, and again after release", () => {
    const dir = scratch();
    const release = lockRunDirectory(dir);
    expect(locks(dir)).toHaveLength(1);
    expect(() => lockRunDirectory(dir)).toThrow(InputError);
    expect(() => lockRunDirectory(dir)).toThrow(`is in use by process ${process.pid} on`);
    release();
    release();
    expect(locks(dir)).toEqual([]);
    lockRunDirectory(dir)();
  });

  it("yields to a live process and leaves its lock", () => {
    const dir = scratch();
    const name = leave(dir, process.ppid, startTime(process.ppid));
    expect(() => lockRunDirectory(dir)).toThrow(
      new RegExp(`in use by process ${process.ppid} on .*if it does not run any more, remove .*/${name}`),
    );
    expect(locks(dir)).toEqual([name]);
  });

  it("takes over from dead processes, and from an earlier one whose pid was given away", () => {
    const dir = scratch();
    leave(dir, deadPid(), "0");
    leave(dir, deadPid(), "123");
    // Only Linux tells when a process started; elsewhere these two are indistinguishable from the live ones.
    if (process.platform === "linux") leave(dir, process.ppid, "1");
    if (process.platform === "linux") leave(dir, process.pid, "1");
    const release = lockRunDirectory(dir);
    expect(locks(dir)).toEqual([`.lock-${process.pid}-${startTime(process.pid)}-${host}`]);
    release();
  });

  it("never takes over from another machine", () => {
    const dir = scratch();
    leave(dir, deadPid(), "0", "elsewhere.example");
    expect(() => lockRunDirectory(dir)).toThrow(/in use by process \d+ on elsewhere\.example/);
    expect(locks(dir)).toHaveLength(1);
  });

  it("clears the temporaries of a killed process", () => {
    const dir = scratch();
    mkdirSync(join(dir, "checkpoints"));
    const stale = [join(dir, `run.json.${deadPid()}-0-1.tmp`), join(dir, "checkpoints", `step.${deadPid()}-0-1.tmp`)];
    for (const file of stale) writeFileSync(file, "");
    lockRunDirectory(dir)();
    expect(stale.filter((file) => existsSync(file))).toEqual([]);
  });

  it("is an InputError for a folder that is not there", () => {
    expect(() => lockRunDirectory(join(scratch(), "no"))).toThrow(/cannot lock .*no: there is no such file or folder/);
  });

  it("is held by at most one of eight processes that come at once, and is free when the holder is killed", async () => {
    const dir = scratch();
    const module = JSON.stringify(new URL("../../dist/store/run-lock.js", import.meta.url));
    const code = `const { lockRunDirectory } = await import(${module});
      while (Date.now() < Number(process.argv[2]));
      let held = true;
      try { lockRunDirectory(process.argv[1]); } catch (error) { if (error.name !== "InputError") throw error; held = false; }
      process.stdout.write(held ? "held" : "refused");
      setInterval(() => {}, 1000);`;
    const start = String(Date.now() + 1000);
    const children = [...Array(8)].map(() =>
      spawn(process.execPath, ["--input-type=module", "-e", code, dir, start], {
        stdio: ["ignore", "pipe", "inherit"],
      }),
    );
    const answers = await Promise.all(children.map(async (c) => String((await once(c.stdout, "data"))[0])));
    expect(answers.every((answer) => answer === "held" || answer === "refused")).toBe(true);
    const holders = answers.filter((answer) => answer === "held").length;
    expect(holders).toBeLessThanOrEqual(1);
    expect(locks(dir)).toHaveLength(holders);
    for (const child of children) {
      child.kill("SIGKILL");
      await once(child, "close");
    }
    lockRunDirectory(dir)();
    expect(locks(dir)).toEqual([]);
  });
});

describe("isAlive", () => {
  it("knows this process, a dead one, and one that is another since", () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(process.pid, startTime(process.pid))).toBe(true);
    expect(isAlive(deadPid())).toBe(false);
    if (process.platform === "linux") expect(isAlive(process.pid, "1")).toBe(false);
  });

  it.runIf(process.platform === "linux")("counts a dead child that nobody waited for as dead", async () => {
    // The shell starts a child and becomes a program that never waits for it.
    const code = "sleep 0.3 & echo $!; exec sleep 60";
    const parent = spawn("sh", ["-c", code], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void parent.kill("SIGKILL"));
    const zombie = Number(String((await once(parent.stdout, "data"))[0]));
    await expect.poll(() => isAlive(zombie), { timeout: 5000 }).toBe(false);
    expect(existsSync(`/proc/${zombie}`)).toBe(true);
  });
});
