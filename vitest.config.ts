import { dirname, relative } from "node:path";
import { defineConfig } from "vitest/config";

const at = (path: string): string => new URL(path, import.meta.url).pathname;

/** A thread loads its file by itself, without vitest, so it runs what is built: `npm test` builds first, `npx vitest` does not. */
const builtThreads = {
  name: "built-threads",
  enforce: "pre" as const,
  transform: (code: string, id: string): string | undefined =>
    id.startsWith(at("./src/")) && code.includes("new Worker(")
      ? code.replace('new URL("./', `new URL("${at("./dist/")}${dirname(relative(at("./src/"), id))}/`)
      : undefined,
};

/** State of the studio, compiled as its build compiles it. */
const runes = {
  name: "runes",
  enforce: "post" as const,
  async transform(code: string, id: string): Promise<{ code: string; map: null } | undefined> {
    if (!/\.svelte(\.test)?\.ts$/.test(id)) return undefined;
    const { compileModule } = await import("svelte/compiler");
    return { code: compileModule(code, { filename: id, generate: "client" }).js.code, map: null };
  },
};

const claims = "test/claims/**/*.test.ts";
/** Files that mock modules or globals, or set the environment that modules read once. */
const isolated = "{src,test}/**/*.isolated.test.ts";

/**
 * What tests compute with where they do not say: chains follow one engine digit for digit, and a machine with a compiler
 * would choose another than one without. `npm run matrix` asks for others.
 */
const env = { EBBFLOW_ENGINE: process.env.EBBFLOW_ENGINE ?? "onnx" };

/** An engine of the compiler is held to what it can compute. */
const setupFiles = ["c", "wasm"].includes(env.EBBFLOW_ENGINE) ? [at("./test/support/strict-setup.ts")] : [];

const project = (name: string, rest: { include: string[]; exclude?: string[]; isolate: boolean }) => ({
  extends: true as const,
  test: { name, env, setupFiles, ...rest },
});

export default defineConfig({
  plugins: [builtThreads, runes],
  resolve: {
    alias: {
      "#c-target": at("./src/runtime/c-target.node.ts"),
      "#ort": at("./src/runtime/ort-node.ts"),
      "#files": at("./src/model/files.node.ts"),
      "#sha256": at("./src/util/sha256.node.ts"),
      "#thread": at("./src/runtime/thread-node.ts"),
    },
  },
  test: {
    // `npm test` runs all but the claims, `npm run claims` those. Files of a project share processes, and so what modules
    // keep: to load them anew for each took a fifth of the time.
    projects: [
      project("tests", {
        include: ["src/**/*.test.ts", "test/**/*.test.ts", "studio/src/**/*.test.ts", "scripts/**/*.test.mjs"],
        exclude: [claims, isolated],
        isolate: false,
      }),
      project("isolated", { include: [isolated], isolate: true }),
      project("claims", { include: [claims], isolate: false }),
      // Of the built site in a browser: `npm run studio:test`.
      project("studio", { include: ["studio/test/**/*.test.mjs"], isolate: false }),
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
