import { describe, expect, it } from "vitest";
import { installChromium } from "./chromium.mjs";

/** A system on which Chromium appears once its package is installed. */
function system(given = {}) {
  const done = [];
  return {
    done,
    mayInstall: () => true,
    has: () => true,
    find: () => (done.includes("install") ? "/usr/bin/chromium" : undefined),
    run: async ([command]) => {
      done.push(command);
      return { code: 0, output: "" };
    },
    ...given,
  };
}

describe("Chromium", () => {
  it("is installed where it is missing, after the lists of packages", async () => {
    const here = system();
    expect(await installChromium(here)).toBeNull();
    expect(here.done).toEqual(["update", "install"]);
  });

  it("is left alone where it is", async () => {
    const here = system({ find: () => "/usr/bin/chromium" });
    expect(await installChromium(here)).toBeNull();
    expect(here.done).toEqual([]);
  });

  it.each([
    ["no package manager", { has: () => false }, /no apt-get/],
    ["no right to install", { mayInstall: () => false }, /only root/],
    [
      "no network",
      { run: async () => ({ code: 100, output: "Err\nE: Could not connect\n" }) },
      /update failed \(E: Could not connect\)/,
    ],
    ["another place", { find: () => undefined }, /another place/],
  ])("is missing with a reason and what to do where there is %s", async (_, given, words) => {
    const lack = await installChromium(system(given));
    expect(lack).toMatch(words);
    expect(lack).toMatch(/CHROMIUM/);
  });
});
