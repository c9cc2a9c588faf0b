import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
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
const script = `
  import { compile } from "ebbflow/runtime";
  import { add, input, matmul, mul, scan, silu, sub, sum } from "ebbflow/ops";
  import { grad } from "ebbflow/autodiff";
  import { makeKey, fold, normal } from "ebbflow/random";
  const draw = (name, ...shape) => normal(fold(makeKey(3), name), shape);
  const given = { x: draw("x", 16, 2), w: draw("w", 2, 8), v: draw("v", 8, 1), xi: draw("xi", 20, 16, 2) };
  const symbols = Object.fromEntries(Object.entries(given).map(([n, t]) => [n, input(n, t.shape)]));
  const energy = (x) => add(sum(mul(x, x)), sum(matmul(silu(matmul(x, symbols.w)), symbols.v)));
  const { state } = scan({ init: { x: symbols.x }, xs: { xi: symbols.xi } }, ({ x }, { xi }) => ({
    state: { x: add(sub(x, mul(0.02, grad(energy(x), [x])[0])), mul(0.2, xi)) },
  }));
  const program = await compile(symbols, { x: state.x });
  console.log(JSON.stringify([program.engine, [...(await program.run(given)).x.data]]));
`;

async function run(engine: string, env: Record<string, string>): Promise<{ x: number[]; said: string }> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    env: { ...process.env, ...env, EBBFLOW_ENGINE: engine },
  });
  const [computes, x] = JSON.parse(stdout) as [string, number[]];
  expect(computes).toBe("onnx");
  return { x, said: stderr };
}

const worst = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));

it.skipIf(!existsSync(software.VK_ICD_FILENAMES))(
  "a graphics processor follows the chains of the processor",
  async () => {
    const [here, there] = [await run("onnx", {}), await run("webgpu", software)];
    expect(there.said).not.toMatch(/instead/);
    expect(there.x).toHaveLength(32);
    // Twenty steps of sums of eight in single precision.
    expect(worst(here.x, there.x)).toBeLessThan(2e-5);
  },
  60_000,
);

it("where there is none, the processor computes, and that is said in a line", async () => {
  const none = { VK_ICD_FILENAMES: "/nowhere.json", LD_LIBRARY_PATH: "" };
  const [here, there] = [await run("onnx", {}), await run("cuda", none)];
  expect(there.x).toEqual(here.x);
  expect(there.said.split("\n").filter((line) => /ebbflow: engine cuda: .*instead/.test(line))).toHaveLength(1);
}, 60_000);
