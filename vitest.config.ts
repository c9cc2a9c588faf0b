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

export default defineConfig({
  plugins: [builtThreads],
  resolve: {
    alias: {
      "#ort": at("./src/runtime/ort-node.ts"),
      "#thread": at("./src/runtime/thread-node.ts"),
    },
  },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "scripts/**/*.test.mjs"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
