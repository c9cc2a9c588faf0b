import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: {
      "#ort": new URL("./src/runtime/ort-node.ts", import.meta.url).pathname,
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
