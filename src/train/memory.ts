/** How much memory a training takes, and which settings would fit, by its configuration and its rows. */

import type { RunConfig } from "../config/config.js";
import { buildModel, classCount, type RunData } from "../config/prepare.js";
import { closingSteps } from "../config/what-is-trained.js";
import { bytesOf } from "../ir/memory.js";
import { groupsOf } from "../objectives/objective.js";
import { InputError, ShapeError } from "../util/errors.js";
import { twoDigits } from "../util/room.js";
import { closingMemory } from "./closing.js";
import { fitOf, stepOf } from "./step-spec.js";
import { stepMemory } from "./trainer.js";

/** Bytes of parameters alone from which on nothing else is counted: an optimizer would make its state first. */
const BEYOND = 2 ** 35;
/** A number of rows or units from which on products of it are not counted exactly. */
const INEXACT = 2 ** 40;
/** Arrays of parameters, some two a layer, from which on a program takes minutes to hours to write and compile. */
const MOST_ARRAYS = 1000;

/**
 * Bytes that a training takes, about: of its rows, and of its programs, each of which keeps what it once held.
 * @throws InputError for a network of so many layers that its program takes minutes to hours to compile.
 */
export function memoryOf(config: RunConfig, data: RunData): number {
  try {
    return counted(config, data);
  } catch (error) {
    const largest = Math.max(...numbersOf(config).map(([, value]) => value));
    // Sums of sizes are not exact there, and shapes that are the same look as if they were not.
    if (error instanceof ShapeError && largest > INEXACT) return 4 * largest;
    throw error;
  }
}

function counted(config: RunConfig, data: RunData): number {
  const model = buildModel(config, data.train.shape.slice(1), classCount(data));
  const step = stepOf(config, model);
  const layouts = Object.values(groupsOf(model, step.iteration)).map(({ layout }) => layout);
  const arrays = layouts.reduce((n, { leaves }) => n + leaves.length, 0);
  if (arrays > MOST_ARRAYS)
    throw new InputError(
      `the networks have ${arrays} arrays of parameters, some two a layer; more than ${MOST_ARRAYS} take minutes to hours to compile: take fewer layers`,
    );
  const parameters = layouts.reduce((n, { size }) => n + size, 0);
  // With their gradient and as they are next and on average.
  const least = 4 * bytesOf({ shape: [parameters], dtype: "float32" });
  if (least > BEYOND) return least;
  const fit = fitOf(config, model);
  const closing = closingSteps(config);
  const rows = [data.train, data.validation, data.test].reduce((sum, part) => sum + bytesOf(part), 0);
  return (
    rows +
    stepMemory(step) +
    (fit ? stepMemory(fit) : 0) +
    (closing > 0 ? closingMemory(config, data, model, closing) : 0)
  );
}

/** Numbers of a configuration below which none is what takes the memory. */
const SMALL = 16;
/** How often an interval of numbers is halved: what is found is within a hundredth of the largest. */
const HALVINGS = 20;

/**
 * The setting that, made smaller, brings a training down to so many bytes, in words with the largest value that does, as
 * `batch of at most 120000 fits`; `null` where no single one does. Of several the one that is cut the least.
 */
export function largestThatFits(config: RunConfig, data: RunData, bytes: number): string | null {
  const fits = (path: Path, value: number): boolean => {
    try {
      return memoryOf(replaced(config, path, value), data) <= bytes;
    } catch {
      return false;
    }
  };
  let [best, share] = ["", 0];
  for (const [path, value] of numbersOf(config)) {
    let [low, high] = [SMALL, value];
    if (!fits(path, low)) continue;
    // Halved on the scale of logarithms: values are told to two digits.
    for (let i = 0; i < HALVINGS && high / low > 1.01; i++) {
      const middle = Math.round(Math.sqrt(low * high));
      if (fits(path, middle)) low = middle;
      else high = middle;
    }
    if (low / value <= share) continue;
    share = low / value;
    best = `${path.join(".")} of at most ${twoDigits(low)} fits`;
  }
  return best || null;
}

type Path = readonly (string | number)[];

/** Every whole number of a configuration that is not small, with where it stands. */
function numbersOf(value: unknown, path: Path = []): [Path, number][] {
  if (typeof value === "number") return Number.isInteger(value) && value > SMALL ? [[path, value]] : [];
  if (Array.isArray(value)) return value.flatMap((part, i) => numbersOf(part, [...path, i]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => numbersOf(part, [...path, key]));
}

function replaced(config: RunConfig, path: Path, value: number): RunConfig {
  const copy = structuredClone(config);
  // Keys of its own, so that each but the last leads to a record or a list.
  let at = copy as unknown as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as typeof at;
  at[path.at(-1)!] = value;
  return copy;
}
