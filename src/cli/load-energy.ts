/** An energy from a file of the user. */

import { existsSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Energy, makeEnergy } from "../energies/energy.js";
import type { Expr } from "../ir/expr.js";
import { InputError } from "../util/errors.js";

const form =
  'export default an energy (makeEnergy), or a function from points to energies together with its shape, such as "export const event = [2]"';

/**
 * The default export of a JavaScript module: an energy, or a plain function of an expression with an exported `event`.
 * @throws InputError when there is no such file, it cannot be loaded, or it exports something else.
 */
export async function loadEnergy(path: string): Promise<Energy> {
  if (!existsSync(path)) throw new InputError(`${path}: no such file or folder; check the path`);
  if (!statSync(path).isFile()) throw new InputError(`${path} is not a regular file`);
  expectOneCopy(path);
  const { default: found, event } = await load(path);
  if (found === undefined) throw new InputError(`${path} has no default export: ${form}`);
  if (typeof found !== "function")
    throw new InputError(`${path}: the default export is ${JSON.stringify(found) ?? typeof found}; ${form}`);
  if ("event" in found && "layout" in found) return found as Energy;
  if (event === undefined) throw new InputError(`${path} exports a function and no event: ${form}`);
  if (!Array.isArray(event) || !event.every((n) => Number.isInteger(n) && n > 0))
    throw new InputError(`${path}: event is ${JSON.stringify(event)}, expected the shape of one point, such as [2]`);
  const shape = event as number[];
  return makeEnergy({ event: shape, energy: (x) => asExpr((found as (x: Expr) => unknown)(x)) });
}

/** What a function of the user returned. @throws InputError when it is no expression. */
function asExpr(value: unknown): Expr {
  if (typeof value === "object" && value !== null && "node" in value && "shape" in value) return value as Expr;
  const what = value instanceof Promise ? "a promise" : (JSON.stringify(value) ?? typeof value);
  throw new InputError(`the energy returned ${what}, expected an expression of ebbflow's operations`);
}

async function load(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof Error)) throw new InputError(`${path} threw ${String(error)} while it was loaded`);
    const where = error instanceof SyntaxError ? `; node --check ${path} says where` : "";
    const what = `${error.name}: ${error.message.split("\n", 1)[0]}`;
    throw new InputError(`${path} cannot be loaded: ${what}${where}`, [], { cause: error });
  }
}

/** Expressions of two copies of the package do not mix: each numbers its own nodes. */
function expectOneCopy(path: string): void {
  let theirs: string;
  try {
    theirs = realpathSync(createRequire(resolve(path)).resolve("ebbflow"));
  } catch {
    return; // What it imports instead, if anything, is found or not when it is loaded.
  }
  if (theirs !== realpathSync(fileURLToPath(new URL("../index.js", import.meta.url))))
    throw new InputError(`${path} imports another copy of ebbflow (${theirs}): run the command of that copy, with npx`);
}
