import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { withTinyDisk } from "../../test/support/tiny-disk.js";
import { type RunInfo, runFormat } from "../formats/run-info.js";
import { InputError } from "../util/errors.js";
import { createRunDirectory, openRunDirectory } from "./run-directory.js";

const run: RunInfo = {
  formatVersion: runFormat,
  ebbflow: "0.1.0",
  node: "20.20.2",
  platform: "linux-x64",
  seed: 7,
  configHash: "ab12",
  created: "2026-01-02T03:04:05.000Z",
  command: ["train", "points.csv"],
};
const content = { config: "seed: 7\n", run };

describe("createRunDirectory", () => {
  it("makes parents and the layout, and is opened again as it was made", () => {
    const path = join(scratch(), "deep", "run");
    const made = createRunDirectory(path, content);
    expect(readdirSync(path).sort()).toEqual(["checkpoints", "config.yaml", "figures", "run.json", "samples"]);
    expect(readFileSync(made.files.config, "utf8")).toBe("seed: 7\n");
    expect(made.files.metrics).toBe(join(path, "metrics.ndjson"));
    expect(openRunDirectory(path)).toEqual(made);
    const { command: _, ...bare } = run;
    const other = createRunDirectory(`${path}-2`, { ...content, run: bare });
    expect(openRunDirectory(other.path).info).toEqual(bare);
  });

  it("takes an empty folder, and refuses one with anything in it and leaves that alone", () => {
    const path = scratch();
    createRunDirectory(path, content);
    expect(() => createRunDirectory(path, content)).toThrow(InputError);
    expect(() => createRunDirectory(path, content)).toThrow(/is not empty: choose another --out, or resume the run/);
    const other = scratch();
    writeFileSync(join(other, ".hidden"), "mine");
    expect(() => createRunDirectory(other, content)).toThrow(/is not empty/);
    expect(readdirSync(other)).toEqual([".hidden"]);
  });

  it("takes over what a process left that was killed while it made one, and nothing else", () => {
    const left = (...names: readonly string[]): string => {
      const path = scratch();
      for (const folder of ["checkpoints", "samples"]) mkdirSync(join(path, folder));
      for (const name of ["config.yaml", "data.safetensors.77-0-2.tmp", "run.json.77-0-3.tmp", ...names])
        writeFileSync(join(path, name), "seed");
      return path;
    };
    const lock = `.lock-${spawnSync(process.execPath, ["-e", ""]).pid}-0-${hostname().replace(/[^A-Za-z0-9.-]/g, "_")}`;
    const half = left(lock);
    expect(() => openRunDirectory(half)).toThrow(/holds no run yet, and nothing to go on with: .*same --out again/);
    createRunDirectory(half, content);
    expect(readdirSync(half).sort()).toEqual(["checkpoints", "config.yaml", "figures", "run.json", "samples"]);
    expect(readFileSync(join(half, "config.yaml"), "utf8")).toBe("seed: 7\n");
    // Files of a user that have such names, work of a run that lost its run.json, and what somebody is making.
    const mine = [left(), left(lock, "notes.txt"), left(lock, "checkpoints/step-00000001.safetensors")];
    for (const path of mine) {
      const before = readdirSync(path, { recursive: true });
      expect(() => createRunDirectory(path, content)).toThrow(/is not empty: choose another --out$/);
      expect(readdirSync(path, { recursive: true })).toEqual(before);
      expect(() => openRunDirectory(path)).toThrow(/is not a run directory: it has no run\.json/);
    }
    const making = left(`.lock-${process.ppid}-0-${hostname().replace(/[^A-Za-z0-9.-]/g, "_")}`);
    expect(() => createRunDirectory(making, content)).toThrow(/is in use by process/);
  });

  it("refuses a file, and a path below a file", () => {
    const file = join(scratch(), "file");
    writeFileSync(file, "");
    expect(() => createRunDirectory(file, content)).toThrow(/is a file: choose another --out/);
    expect(() => createRunDirectory(join(file, "run"), content)).toThrow(InputError);
  });

  it("refuses a run.json that it could not open", () => {
    const path = join(scratch(), "run");
    expect(() => createRunDirectory(path, { ...content, run: { ...run, formatVersion: runFormat + 1 } })).toThrow(
      /formatVersion must be 1, got 2/,
    );
    expect(() => createRunDirectory(path, { ...content, run: { ...run, seed: 0.5 } })).toThrow(
      /run\.json: option seed/,
    );
    expect(() => openRunDirectory(path)).toThrow(/there is no run directory/);
  });

  it("on a full disk leaves nothing that would refuse the next try", ({ skip }) => {
    const mounted = withTinyDisk(16, (dir) => {
      const path = join(dir, "run");
      expect(() => createRunDirectory(path, { ...content, config: "#".repeat(40_000) })).toThrow(/the disk is full/);
      expect(readdirSync(path)).toEqual([]);
      createRunDirectory(path, content);
    });
    if (!mounted) skip("no right to mount a small disk here");
  });
});

describe("openRunDirectory", () => {
  const withRunJson = (text: string): string => {
    const path = scratch();
    writeFileSync(join(path, "run.json"), text);
    return path;
  };

  it("says what is wrong with each kind of folder that is no run", () => {
    const path = scratch();
    expect(() => openRunDirectory(join(path, "no"))).toThrow(/there is no run directory .*no; check the path/);
    expect(() => openRunDirectory(path)).toThrow(/holds no run yet/);
    writeFileSync(join(path, "mine"), "");
    for (const other of [path, join(path, "mine")])
      expect(() => openRunDirectory(other)).toThrow(/is not a run directory: it has no run\.json/);
    mkdirSync(join(path, "run.json"));
    expect(() => openRunDirectory(path)).toThrow(/run\.json: it is not a regular file/);
    expect(() => openRunDirectory(path)).toThrow(InputError);
  });

  it.each([
    ["", /run\.json is broken: it is empty/],
    ['{"formatVersion":1', /run\.json is broken: it is not JSON/],
    ["[]", /is broken: expected a JSON object/],
    ["{}", /is broken: option formatVersion/],
    [JSON.stringify({ ...run, seed: "7" }), /is broken: option seed/],
    [JSON.stringify({ ...run, command: [1] }), /is broken: option command\.0/],
    [JSON.stringify({ ...run, formatVersion: 0 }), /is broken: option formatVersion/],
    [
      JSON.stringify({ formatVersion: 9, ebbflow: "3.0.0", news: true }),
      /: made by ebbflow 3\.0\.0, format 9; this ebbflow reads up to format 1: upgrade ebbflow/,
    ],
  ])("refuses run.json %s", (text, message) => {
    const path = withRunJson(text);
    expect(() => openRunDirectory(path)).toThrow(InputError);
    expect(() => openRunDirectory(path)).toThrow(message);
  });

  it("reads past fields it does not know", () => {
    expect(openRunDirectory(withRunJson(JSON.stringify({ ...run, later: 1 }))).info).toEqual(run);
  });
});
