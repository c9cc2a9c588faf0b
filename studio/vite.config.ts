/** The studio as a static site: relative addresses, so that it stands in any folder of any server. */

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

/** Threads that share memory are given to pages that say so; all works without. */
const isolated = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

export default defineConfig({
  base: "./",
  plugins: [svelte()],
  worker: { format: "es" },
  build: { target: "es2022", outDir: "../dist/studio", emptyOutDir: true, chunkSizeWarningLimit: 2000 },
  server: { headers: isolated },
  preview: { headers: isolated },
});
