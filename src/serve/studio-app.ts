/** The studio on this machine: its pages, and the folders of runs that they look at. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, normalize, sep } from "node:path";
import { Hono } from "hono";
import type { RunFolders } from "./run-folders.js";

/** Where the built site lies, and the runs that it may show. */
export interface StudioFiles {
  readonly site: string;
  readonly runs: RunFolders | null;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** Threads that share memory are given to pages that are alone; nobody else may put this one into theirs. */
const isolated = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

/** ONNX Runtime is as large as all else together, and there already: the package leaves it out of the site. */
const RUNTIME = /^assets\/(ort-wasm[\w.-]*?)-[\w-]{8}\.wasm$/;

async function siteFile(site: string, path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const file = normalize(join(site, path));
  if (!file.startsWith(normalize(site) + sep)) return null;
  const own = await readFile(file).catch(() => null);
  if (own) return new Uint8Array(own);
  const runtime = RUNTIME.exec(path)?.[1];
  if (!runtime) return null;
  const at = createRequire(import.meta.url).resolve(`onnxruntime-web/${runtime}.wasm`);
  return new Uint8Array(await readFile(at));
}

/** Names by which this machine calls itself: a page of somebody else whose name leads here has another. */
const own = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** `GET` alone: nothing is changed, and nothing is answered to who asks by another name than this machine's own. */
export function studioApp({ site, runs }: StudioFiles): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    if (!own.test(c.req.header("host") ?? "")) return c.text("this server answers to localhost alone", 403);
    await next();
    for (const [name, value] of Object.entries(isolated)) c.header(name, value);
    return undefined;
  });
  app.get("/runs.json", async (c) => {
    c.header("cache-control", "no-store");
    return c.json(runs ? await runs.list() : []);
  });
  app.get("/runs/:run/:path{.+}", async (c) => {
    const from = Number(c.req.query("from") ?? 0);
    const to = Number(c.req.query("to") ?? Number.MAX_SAFE_INTEGER);
    for (const [name, value] of Object.entries({ from, to }))
      if (!Number.isSafeInteger(value) || value < 0) return c.text(`${name}: expected a number of bytes`, 400);
    const bytes = await runs?.read(c.req.param("run"), c.req.param("path"), from, to);
    if (!bytes) return c.text("there is no such file", 404);
    return c.body(bytes, 200, { "cache-control": "no-store", "content-type": "application/octet-stream" });
  });
  app.get("/*", async (c) => {
    const path = decodeURIComponent(new URL(c.req.url).pathname).slice(1) || "index.html";
    const bytes = path.includes("\0") ? null : await siteFile(site, path);
    if (!bytes) return c.text("there is no such page", 404);
    // Names of assets change with what is in them.
    const kept = path.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache";
    return c.body(bytes, 200, {
      "cache-control": kept,
      "content-type": types[extname(path)] ?? "application/octet-stream",
    });
  });
  app.onError((_, c) => c.text("the server failed to answer", 500));
  return app;
}
