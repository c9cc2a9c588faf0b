import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

/** A graphics processor in software, which comes with Debian's package of Chromium. */
const folder = "/usr/lib/chromium";
const software = {
  LD_LIBRARY_PATH: folder,
  VK_ICD_FILENAMES: `${folder}/vk_swiftshader_icd.json`,
};
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Twenty Langevin steps of a small network in a process of its own, whose libraries are found when it starts. */
const script = (work: string): string => `
  import { compile } from "ebbflow/runtime";
  import { add, input, matmul, mul, scan, silu, sub, sum } from "ebbflow/ops";
  import { grad } from "ebbflow/autodiff";
  import { makeKey, fold, normal } from "ebbflow/random";
  const chains = (dtype) => {
    const draw = (name, ...shape) => normal(fold(makeKey(3), name), shape, dtype);
    const given = { x: draw("x", 16, 2), w: draw("w", 2, 8), v: draw("v", 8, 1), xi: draw("xi", 20, 16, 2) };
    const symbols = Object.fromEntries(Object.entries(given).map(([n, t]) => [n, input(n, t.shape, dtype)]));
    const energy = (x) => add(sum(mul(x, x)), sum(matmul(silu(matmul(x, symbols.w)), symbols.v)));
    const { state } = scan({ init: { x: symbols.x }, xs: { xi: symbols.xi } }, ({ x }, { xi }) => ({
      state: { x: add(sub(x, mul(0.02, grad(energy(x), [x])[0])), mul(0.2, xi)) },
    }));
    return { given, symbols, x: state.x };
  };
  ${work}
`;

const computing = script(`
  const { given, symbols, x } = chains("float32");
  const program = await compile(symbols, { x });
  console.log(JSON.stringify([program.engine, [...(await program.run(given)).x.data]]));
`);

/** How many nodes each provider computed, of single precision and of double, by the profile of ONNX Runtime. */
const profiling = script(`
  import { readFileSync } from "node:fs";
  import ort from "onnxruntime-node";
  import { lower } from "ebbflow/onnx";
  for (const dtype of ["float32", "float64"]) {
    const { given, symbols, x } = chains(dtype);
    const session = await ort.InferenceSession.create(lower(symbols, { x }), {
      executionProviders: ["webgpu"],
      enableProfiling: true,
      profileFilePrefix: process.env.PROFILES + dtype,
    });
    await session.run(Object.fromEntries(
      Object.entries(given).map(([n, t]) => ["in:" + n, new ort.Tensor(t.dtype, t.data, t.shape)]),
    ));
    session.endProfiling();
  }
  const { readdirSync } = await import("node:fs");
  const counts = readdirSync(process.env.PROFILES).sort().map((name) => {
    const count = {};
    for (const { cat, args } of JSON.parse(readFileSync(process.env.PROFILES + name)))
      if (cat === "Node" && args.provider && args.op_name !== "Scan") count[args.provider] = (count[args.provider] ?? 0) + 1;
    return count;
  });
  console.log(JSON.stringify(counts));
`);

async function run(code: string, env: Record<string, string>): Promise<{ printed: unknown; said: string }> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], {
    cwd: root,
    env: { ...process.env, ORT_DISABLE_TELEMETRY: "1", ...env },
  });
  return { printed: JSON.parse(stdout), said: stderr };
}

/** What computes programs of double precision, of both and of single, in this order. */
const inTurn = script(`
  const { given, symbols, x } = chains("float32");
  const wide = chains("float64");
  const { cast } = await import("ebbflow/ops");
  const narrowed = await compile(symbols, { x, e: sum(cast(x, "float64")) });
  const programs = [await compile(wide.symbols, { x: wide.x }), narrowed, await compile(symbols, { x })];
  console.log(JSON.stringify([programs.map(({ engine }) => engine), [...(await programs[0].run(wide.given)).x.data]]));
`);

async function follow(engine: string, env: Record<string, string>): Promise<{ x: number[]; by: string; said: string }> {
  const { printed, said } = await run(computing, { ...env, EBBFLOW_ENGINE: engine });
  const [by, x] = printed as [string, number[]];
  return { by, x, said };
}

const worst = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
const itWithOne = it.skipIf(!existsSync(software.VK_ICD_FILENAMES));

itWithOne("a graphics processor follows the chains of the processor", async () => {
  const [here, there] = [await follow("onnx", {}), await follow("webgpu", software)];
  expect([here.by, there.by, there.said.includes("instead")]).toEqual(["onnx", "webgpu", false]);
  expect(there.x).toHaveLength(32);
  // Twenty steps of sums of eight in single precision.
  expect(worst(here.x, there.x)).toBeLessThan(2e-5);
});

itWithOne("it computes every operation of single precision, and none of double", async () => {
  const profiles = mkdtempSync(join(tmpdir(), "ebbflow-profile-"));
  try {
    const { printed } = await run(profiling, { ...software, PROFILES: `${profiles}/` });
    const [single, double] = printed as Readonly<Record<string, number>>[];
    expect(Object.keys(single!)).toEqual(["WebGpuExecutionProvider"]);
    expect(single!.WebGpuExecutionProvider).toBeGreaterThan(200);
    expect(Object.keys(double!)).toEqual(["CPUExecutionProvider"]);
  } finally {
    rmSync(profiles, { recursive: true });
  }
});

itWithOne("double precision is left to the processor, which is said in a line", async () => {
  const env = { ...software, EBBFLOW_ENGINE: "webgpu" };
  const { printed, said } = await run(inTurn, env);
  const [engines, x] = printed as [string[], number[]];
  expect(engines).toEqual(["onnx", "webgpu", "webgpu"]);
  expect(said).toBe(
    "ebbflow: engine webgpu: there is no double precision on it; ONNX Runtime computes that on the processor\n",
  );
  const [, here] = (await run(inTurn, { EBBFLOW_ENGINE: "onnx" })).printed as [string[], number[]];
  expect(x).toEqual(here);
});

it("where there is none, the processor computes, and that is said in a line", async () => {
  const none = { VK_ICD_FILENAMES: "/nowhere.json", LD_LIBRARY_PATH: "" };
  const [here, there] = [await follow("onnx", {}), await follow("cuda", none)];
  expect([there.by, there.x]).toEqual(["onnx", here.x]);
  expect(there.said).toMatch(/^ebbflow: engine cuda: .*; ONNX Runtime computes on the processor instead\n$/);
});
