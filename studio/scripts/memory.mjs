/**
 * Whether a training that goes on in the studio keeps its memory: `node studio/scripts/memory.mjs [minutes] [address]`.
 * Opens the built studio in Chromium, plays trainings that do not end (two side by side, as in the opening scene, unless said), and logs
 * once a minute, after a collection, what the page and all its threads hold: the heap of JavaScript, the memories of
 * WebAssembly, and the process as the system sees it. Ends with 1 where the last quarter of the time holds more than the
 * second one did, by more than a tenth; the first quarter is warm-up.
 */

import { readFileSync } from "node:fs";
import { openStudio } from "../test/pages.mjs";

const MOST = 1.1;
const say = (...words) => process.stdout.write(`${words.join(" ")}\n`);
const data = ["data.dataset=two-modes", "data.options.preset=paper", "data.points=4000", "data.standardize=false"];
/** Without the fault of the opening scene's left, which ends after a while in numbers that are none. */
const one = [...data, "steps=100000000", "optimizer.energy.learningRate=0.0001"];
const opening = `#${[...one, "objective.name=pcd", ...one.map((word) => `b.${word}`), "b.objective.name=balanced"].join("&")}`;
const [minutes = "60", address = opening] = process.argv.slice(2);

const studio = await openStudio();
const samples = [];
try {
  const page = await studio.open();
  const threads = await attach(page);
  // Its threads begin once somebody listens.
  await page.goto("about:blank");
  await page.goto(`${studio.address}${address}`);
  await page.locator("button.primary:not([disabled])").first().waitFor();
  await page.keyboard.press("Space");
  const from = Date.now();
  for (let minute = 1; minute <= Number(minutes); minute++) {
    await page.waitForTimeout(Math.max(0, from + 60_000 * minute - Date.now()));
    const sample = { ...(await held(threads)), process: await resident(studio.browser) };
    samples.push(sample);
    const parts = Object.entries(sample).map(([name, bytes]) => `${name} ${(bytes / 2 ** 20).toFixed(1)}`);
    const steps = (await page.locator("output").allTextContents()).filter((text) => text.startsWith("step"));
    const problems = await page.locator("p.problem").allTextContents();
    if (problems.length > 0) throw new Error(problems.join("; "));
    say(`minute ${minute}: ${parts.join(", ")} MiB of ${threads.size} threads; ${steps.join("; ")}`);
  }
} finally {
  await studio.close();
}
for (const error of studio.errors) say("page error:", error);
if (studio.errors.length > 0) process.exitCode = 1;

const quarter = Math.floor(samples.length / 4);
if (quarter < 1) say("too short a time to tell growth");
else
  for (const name of Object.keys(samples[0])) {
    const mean = (of) => of.reduce((sum, sample) => sum + sample[name], 0) / of.length;
    const ratio = mean(samples.slice(-quarter)) / mean(samples.slice(quarter, 2 * quarter));
    say(`${name}: last quarter / second quarter ${ratio.toFixed(3)}`);
    if (ratio > MOST) process.exitCode = 1;
  }

/** Those that can be asked by the protocol of the browser: the page and each of its workers, also those of workers. */
async function attach(page) {
  const root = await page.context().newCDPSession(page);
  const threads = new Map([["page", (method, params) => root.send(method, params)]]);
  listen(root, (event, take) => root.on(event, take));
  await begin(threads.get("page"));
  return threads;

  function begin(send) {
    return send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  }
  /** Take up the workers of a thread, whose messages come through it. */
  function listen(parent, on) {
    on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
      if (targetInfo.type !== "worker") return;
      const waiting = new Map();
      const takers = new Map();
      let count = 0;
      const send = (method, params = {}) =>
        new Promise((resolve, reject) => {
          const id = ++count;
          waiting.set(id, { resolve, reject });
          const message = JSON.stringify({ id, method, params });
          parent.send("Target.sendMessageToTarget", { sessionId, message }).catch(reject);
        });
      on("Target.receivedMessageFromTarget", (received) => {
        if (received.sessionId !== sessionId) return;
        const { id, method, params, result, error } = JSON.parse(received.message);
        if (method) for (const take of takers.get(method) ?? []) take(params);
        else if (error) waiting.get(id)?.reject(new Error(error.message));
        else waiting.get(id)?.resolve(result);
        waiting.delete(id);
      });
      threads.set(sessionId, send);
      listen({ send }, (event, take) => takers.set(event, [...(takers.get(event) ?? []), take]));
      begin(send).catch(() => {});
    });
    on("Target.detachedFromTarget", ({ sessionId }) => threads.delete(sessionId));
  }
}

/** Bytes of the heaps, and of the memories of WebAssembly; one that threads share counts for each of them. */
async function held(threads) {
  let [heap, wasm] = [0, 0];
  for (const [name, send] of [...threads])
    try {
      await send("HeapProfiler.collectGarbage");
      heap += (await send("Runtime.getHeapUsage")).usedSize;
      const { result } = await send("Runtime.evaluate", { expression: "WebAssembly.Memory.prototype" });
      const { objects } = await send("Runtime.queryObjects", { prototypeObjectId: result.objectId });
      const sum = "function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }";
      const call = { objectId: objects.objectId, functionDeclaration: sum, returnByValue: true };
      wasm += (await send("Runtime.callFunctionOn", call)).result.value;
      await send("Runtime.releaseObject", { objectId: objects.objectId });
    } catch (error) {
      if (threads.has(name)) throw error;
    }
  return { heap, wasm };
}

/** Bytes in memory of the process that draws the page and runs its workers: the largest renderer of the browser. */
async function resident(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return Math.max(...processInfo.filter(({ type }) => type === "renderer").map(({ id }) => residentOf(id)));
}

function residentOf(pid) {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return 1024 * Number(kilobytes ?? 0);
}
