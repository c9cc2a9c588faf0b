/**
 * Command lines one after another in one process, each as `node dist/cli/main.js` would run it: `main.js` is evaluated
 * anew, while what it imports is loaded, and what it compiles is kept, once.
 */

import { EventEmitter } from "node:events";

EventEmitter.defaultMaxListeners = 0;
process.on("disconnect", () => process.exit());

const main = new URL("../../dist/cli/main.js", import.meta.url);
const streams = ["stdout", "stderr"];
let count = 0;

process.on("message", async ({ args, cwd }) => {
  const written = { stdout: "", stderr: "" };
  const writes = streams.map((name) => process[name].write);
  for (const name of streams)
    process[name].write = (text) => {
      written[name] += text;
      return true;
    };
  process.chdir(cwd);
  process.argv = [process.execPath, main.pathname, ...args];
  process.exitCode = undefined;
  await import(`${main}?${count++}`);
  streams.forEach((name, i) => {
    process[name].write = writes[i];
  });
  process.send({ code: process.exitCode ?? 0, signal: null, ...written });
});
