/** `ebbflow studio`: it serves until it is told to end. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ebbflow, scratch, start } from "./run-cli.js";

const folder = scratch();

test("serves the page and the runs to this machine, and ends on Ctrl-C", async () => {
  mkdirSync(join(folder, "runs/mine"), { recursive: true });
  writeFileSync(join(folder, "runs/mine/run.json"), "{}");
  const { child, ended } = start(["studio", "--port", "0", "--no-open"], folder);
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", (text: string) => resolve(text.trim()));
    void ended.then(({ stderr }) => reject(new Error(stderr)));
  });
  expect(address).toMatch(/^http:\/\/localhost:\d+\/$/);
  expect(await (await fetch(address)).text()).toContain("<title>ebbflow studio</title>");
  expect(await (await fetch(`${address}runs.json`)).json()).toMatchObject([{ name: "mine" }]);
  child.kill("SIGINT");
  expect(await ended).toMatchObject({ code: 0, stdout: `${address}\n` });
  await expect(fetch(address)).rejects.toThrow();
});

test("says what is wrong in a line", async () => {
  expect(await ebbflow(["studio", "missing"], folder)).toMatchObject({
    code: 2,
    stderr: "error: missing: there is no such folder; give one that holds runs\n",
  });
  expect((await ebbflow(["studio", "--port", "high"], folder)).code).toBe(1);
});
