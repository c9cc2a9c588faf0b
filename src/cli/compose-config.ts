/** One configuration from a file, flags and `--set`, each over the one before; errors name where the wrong value came from. */

import { type RunConfig, resolveConfig } from "../config/config.js";
import { InputError } from "../util/errors.js";
import { readYaml } from "../util/yaml.js";
import { type ConfigContent, type ConfigFile, isRecord } from "./config-file.js";

/** A value to put over what was there; `undefined` takes the key away. */
export interface Overlay {
  readonly path: readonly string[];
  readonly value: unknown;
  /** How messages call it, such as `--steps 50`. */
  readonly from: string;
}

/** `flow.layers=4` as an overlay; the value is YAML. @throws InputError */
export function parseSetting(text: string): Overlay {
  const from = `--set ${text}`;
  const split = text.indexOf("=");
  const path = text.slice(0, Math.max(0, split)).trim().split(".");
  if (split < 0 || path.includes(""))
    throw new InputError(`${from}: expected key=value with a dotted key, such as flow.layers=4`);
  if (path.includes("__proto__")) throw new InputError(`${from}: unknown option __proto__`);
  const { value } = readYaml(text.slice(split + 1), { name: `${from}: the value is not YAML` });
  return { path, value, from };
}

/** A copy with the value at a path replaced. */
function put(content: ConfigContent, { path, value, from }: Overlay): ConfigContent {
  const [key, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) {
    const { [key]: _, ...others } = content;
    // A computed key makes an own property, even of the name `__proto__`.
    return value === undefined ? others : { ...others, [key]: value };
  }
  const inner = (Object.hasOwn(content, key) ? content[key] : null) ?? {};
  if (!isRecord(inner)) {
    if (value === undefined) return content;
    throw new InputError(`${from}: ${key} is ${JSON.stringify(inner)}, which has no keys; set it as a whole`);
  }
  if (value === undefined && !Object.hasOwn(content, key)) return content;
  return { ...content, [key]: put(inner, { path: rest, value, from }) };
}

const isPrefix = (short: readonly string[], long: readonly string[]): boolean =>
  short.length <= long.length && short.every((key, i) => key === long[i]);

/** Where the value an error is about came from; `undefined` for a default. */
function originOf(
  path: readonly string[],
  file: ConfigFile | undefined,
  overlays: readonly Overlay[],
): string | undefined {
  if (path.length === 0) return undefined;
  const set = overlays.filter(({ value }) => value !== undefined);
  return (
    set.findLast((overlay) => isPrefix(overlay.path, path))?.from ??
    file?.place(path) ??
    // `--set energy.foo.bar=1` makes a key `energy.foo` that nobody knows.
    set.findLast((overlay) => isPrefix(path, overlay.path))?.from ??
    file?.place(path.slice(0, -1))
  );
}

/** What a file says, with each overlay over what was before. @throws InputError for a key within what has none. */
export const layered = (file: ConfigFile | undefined, overlays: readonly Overlay[]): ConfigContent =>
  overlays.reduce(put, file?.content ?? {});

/** @throws InputError that begins with `file:line:column` or the flag at fault. */
export function composeConfig(file: ConfigFile | undefined, overlays: readonly Overlay[]): RunConfig {
  const raw = layered(file, overlays);
  const data = raw.data ?? {};
  if (isRecord(data) && data.file === undefined && data.dataset === undefined)
    throw new InputError("nothing to train on: give a CSV file, --dataset <name>, or data.file in a configuration");
  try {
    return resolveConfig(raw);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const origin = originOf(error.path, file, overlays);
    throw new InputError(`${origin ? `${origin}: ` : ""}${error.message}`, error.path, { cause: error });
  }
}
