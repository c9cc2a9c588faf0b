import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lockRunDirectory } from "../store/run-lock.js";
import { listen } from "./listen.js";
import { type RunFolder, type RunFolders, runFoldersIn } from "./run-folders.js";
import { studioApp } from "./studio-app.js";

const folder = mkdtempSync(join(tmpdir(), "ebbflow-serve-"));
const [site, runs, outside] = ["site", "runs", "outside"].map((name) => join(folder, name)) as [string, string, string];
let found: RunFolders;

beforeAll(async () => {
  for (const path of [`${site}/assets`, `${runs}/old/checkpoints`, `${runs}/new`, `${runs}/none`, outside])
    mkdirSync(path, { recursive: true });
  writeFileSync(join(site, "index.html"), "<title>studio</title>");
  writeFileSync(join(site, "assets/page-abc.js"), "1");
  writeFileSync(join(folder, "secret"), "secret");
  writeFileSync(join(outside, "run.json"), "secret");
  for (const run of ["old", "new"]) writeFileSync(join(runs, run, "run.json"), `{"name":"${run}"}`);
  utimesSync(join(runs, "old/run.json"), 1e9, 1e9);
  writeFileSync(join(runs, "new/metrics.ndjson"), "0123456789");
  writeFileSync(join(runs, "old/checkpoints/step-00000001.safetensors"), "bytes");
  symlinkSync(join(folder, "secret"), join(runs, "new/link"));
  symlinkSync(outside, join(runs, "elsewhere"));
  found = await runFoldersIn(runs);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = (path: string, host = "localhost:4747") =>
  studioApp({ site, runs: found }).request(`http://localhost:4747${path}`, { headers: { host } });

describe("the server of the studio", () => {
  it("gives pages, isolated, and assets that never change", async () => {
    const page = await ask("/");
    expect(await page.text()).toBe("<title>studio</title>");
    expect(page.headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(page.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const asset = await ask("/assets/page-abc.js");
    expect([asset.headers.get("content-type"), asset.headers.get("cache-control")]).toEqual([
      "text/javascript",
      "public, max-age=31536000, immutable",
    ]);
  });

  it("takes the runtime from where it is installed, where the site has none", async () => {
    const runtime = await ask("/assets/ort-wasm-simd-threaded-abcd1234.wasm");
    expect(runtime.status).toBe(200);
    expect(runtime.headers.get("content-type")).toBe("application/wasm");
    expect(new Uint8Array(await runtime.arrayBuffer()).subarray(0, 4)).toEqual(Uint8Array.of(0, 0x61, 0x73, 0x6d));
  });

  it("lists runs, the newest first, and gives their files from a byte on", async () => {
    const list = (await (await ask("/runs.json")).json()) as RunFolder[];
    expect(list.map(({ name }) => name)).toEqual(["new", "old"]);
    expect(list[0]).toMatchObject({ busy: false, evaluated: false, journal: { bytes: 10 } });
    expect(list[1]!.kept).toEqual({ checkpoints: [1], history: [], best: [] });
    expect(await (await ask("/runs/new/metrics.ndjson?from=7")).text()).toBe("789");
    expect(await (await ask("/runs/new/metrics.ndjson?from=99")).text()).toBe("");
    expect(await (await ask("/runs/new/metrics.ndjson?from=2&to=5")).text()).toBe("234");
    expect(await (await ask("/runs/old/checkpoints/step-00000001.safetensors")).text()).toBe("bytes");
    expect((await ask("/runs/new/metrics.ndjson?from=-1")).status).toBe(400);
  });

  it("says which runs a process writes into", async () => {
    const release = lockRunDirectory(join(runs, "new"));
    const busy = async () => (await found.list()).filter((run) => run.busy).map(({ name }) => name);
    expect(await busy()).toEqual(["new"]);
    release();
    expect(await busy()).toEqual([]);
  });

  it.each([
    "/secret",
    "/%2e%2e/secret",
    "/..%2fsecret",
    "/runs/..%2f/secret",
    "/runs/new/..%2f..%2fsecret",
    "/runs/new/link",
    "/runs/elsewhere/run.json",
    "/runs/none/run.json",
    "/runs/new/",
    "/runs/old/checkpoints",
    "/%00",
  ])("has no such file: %s", async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain("secret");
  });

  it("answers to this machine's own names alone, and to reading alone", async () => {
    for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:4747", ""])
      expect((await ask("/", host)).status).toBe(403);
    for (const host of ["127.0.0.1:1", "[::1]:4747", "localhost"]) expect((await ask("/", host)).status).toBe(200);
    const posted = await studioApp({ site, runs: found }).request("http://localhost/runs.json", {
      method: "POST",
      headers: { host: "localhost" },
    });
    expect(posted.status).toBe(404);
  });

  it("shows one run where it is given that", async () => {
    const one = await runFoldersIn(join(runs, "new"));
    expect((await one.list()).map(({ name }) => name)).toEqual(["new"]);
    expect(Buffer.from((await one.read("new", "run.json"))!).toString()).toBe('{"name":"new"}');
    expect(await one.read("old", "run.json")).toBeNull();
    await expect(runFoldersIn(join(runs, "missing"))).rejects.toThrow(/there is no such folder/);
  });
});

describe("listening", () => {
  it("takes the port that is asked for, and says where it is in use", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((ready) => taken.once("listening", ready));
    const { port } = taken.address() as { port: number };
    const app = studioApp({ site, runs: null });
    await expect(listen(app, port)).rejects.toThrow(`port ${port} is in use`);
    taken.close();
    const { address, close } = await listen(app, 0);
    expect(await (await fetch(`${address}runs.json`)).json()).toEqual([]);
    await close();
    await expect(fetch(address)).rejects.toThrow();
  });
});
