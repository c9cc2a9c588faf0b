/** The native engine leaves the user's folders as they are, in the thread of a program and in those it starts. */

import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What Node run with these arguments, with a home of its own, leaves in it; and what it prints. */
async function leftAtHome(args: string[]): Promise<{ left: string[]; stdout: string; stderr: string }> {
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-home-"));
  try {
    const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
    const home = { HOME: folder, XDG_CACHE_HOME: join(folder, "cache"), LOCALAPPDATA: join(folder, "local") };
    const options = { cwd: root, env: { ...env, ...home, EBBFLOW_ENGINE: "onnx" } };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options);
    return { left: readdirSync(folder, { recursive: true, encoding: "utf8" }), stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const program = (engine: string): string[] => [
  "--input-type=module",
  "-e",
  `import { tensor } from "ebbflow";
   import { exp, input } from "ebbflow/ops";
   import { compile, workerEngine } from "ebbflow/runtime";
   const x = input("x", [2]);
   const { run } = await compile({ x }, { y: exp(x) }, ${engine});
   console.log((await run({ x: tensor(Float32Array.of(0, 0)) })).y.data.join());`,
];

it.each([
  ["the program's thread", "{}"],
  ["a thread of the engine's own", "{ engine: workerEngine() }"],
])("in %s", async (_, engine) => {
  expect(await leftAtHome(program(engine))).toEqual({ left: [], stdout: "1,1\n", stderr: "" });
});

/** A thread of the program's own, whose environment is not that of the process. */
const threaded = (before: string): string[] => [
  "--input-type=module",
  "-e",
  `import { Worker } from "node:worker_threads";
   ${before}
   new Worker(${JSON.stringify(program("{}").at(-1))}, { eval: true, execArgv: ["--input-type=module"] });`,
];

it("in a thread that a program which has ebbflow starts", async () => {
  expect(await leftAtHome(threaded('import "ebbflow";'))).toEqual({ left: [], stdout: "1,1\n", stderr: "" });
}, 60_000);

it("or says that it cannot, where only a thread with an environment of its own has ebbflow", async () => {
  const { stdout, stderr } = await leftAtHome(threaded(""));
  expect(stdout).toBe("1,1\n");
  expect(stderr).toMatch(
    /ONNX Runtime may send telemetry from this thread.*env: SHARE_ENV.*ORT_DISABLE_TELEMETRY=1\n$/,
  );
}, 60_000);

it("in the thread of a training", async () => {
  const runs = mkdtempSync(join(tmpdir(), "ebbflow-runs-"));
  try {
    const few = ["--dataset", "bars-and-stripes", "--set", "energy.name=rbm", "--steps", "2", "--quiet"];
    const { left } = await leftAtHome(["dist/cli/main.js", "train", ...few, "--out", join(runs, "run")]);
    expect(left).toEqual([]);
  } finally {
    rmSync(runs, { recursive: true, force: true });
  }
}, 60_000);
