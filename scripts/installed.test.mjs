import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { installedOf, listed, readLock } from "./installed.mjs";
import { root } from "./run-command.mjs";

const lock = readLock();
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const installed = installedOf(lock);
const page = readFileSync(join(root, "docs/installed.md"), "utf8");

it("lists what a user installs, at its version and with its script", () => {
  const facts = installed.map(({ name, version, script }) => ({ name, version, script }));
  expect(facts.length).toBeGreaterThan(20);
  expect(listed()).toEqual(facts);
});

it("says of every direct dependency what it is for", () => {
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }))
    expect(page).toMatch(new RegExp(`^- \`${name}\`: `, "m"));
});

it("has a hash for every package, and one version of each direct one", () => {
  const packages = Object.entries(lock.packages).filter(([path, { link }]) => path.includes("node_modules/") && !link);
  const loose = packages.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ""));
  expect(loose.map(([path]) => path)).toEqual([]);
  const { dependencies, optionalDependencies, devDependencies } = manifest;
  for (const [name, version] of Object.entries({ ...dependencies, ...optionalDependencies, ...devDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
  }
});

it("installs no types for those who run it, and lets no script run", () => {
  expect(installed.filter(({ name }) => name.startsWith("@types/") && name !== "@types/node")).toEqual([]);
  for (const { name, script } of installed) if (script) expect(manifest.allowScripts[name]).toBe(false);
});

it("finds a package without a hash, and one that the page lacks", () => {
  const extra = { version: "1.0.0", hasInstallScript: true };
  const wrong = { packages: { ...lock.packages, "node_modules/planted": extra } };
  wrong.packages[""] = { ...lock.packages[""], dependencies: { ...lock.packages[""].dependencies, planted: "1.0.0" } };
  expect(installedOf(wrong).map(({ name }) => name)).toContain("planted");
  expect(listed().map(({ name }) => name)).not.toContain("planted");
});
