/** A configuration as a person wrote it: YAML, and where in the file everything stands. */

import { dirname, isAbsolute, join } from "node:path";
import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, type ParsedNode } from "yaml";
import { STDIN } from "../data/load-csv.js";
import { readBytes } from "../store/disk.js";
import { InputError } from "../util/errors.js";
import { readYaml } from "../util/yaml.js";

export type ConfigContent = Readonly<Record<string, unknown>>;

export interface ConfigFile {
  readonly content: ConfigContent;
  /** `file:line:column` of a key, or `undefined` when the file does not have it. */
  place(path: readonly string[]): string | undefined;
}

export const isRecord = (value: unknown): value is ConfigContent =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Read a configuration. A path in `data.file` is relative to the configuration's own folder.
 * @throws InputError with `file:line:column` for what is not YAML.
 */
export function readConfigFile(file: string): ConfigFile {
  const text = new TextDecoder().decode(readBytes(file));
  const lines = new LineCounter();
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const { value, document } = readYaml(text, { name: file, where: at, lines });
  return {
    content: withPaths(contentOf(value, file), dirname(file)),
    place(path) {
      const offset = offsetOf(document.contents, path);
      return offset === undefined ? undefined : at(offset);
    },
  };
}

function contentOf(content: unknown, file: string): ConfigContent {
  if (content === null) return {};
  if (!isRecord(content)) throw new InputError(`${file}: expected keys with values, such as steps: 2000`);
  return content;
}

/** Where a key, or an item of a list, begins. */
function offsetOf(contents: ParsedNode | null, path: readonly string[]): number | undefined {
  let node: unknown = contents;
  let offset: number | undefined;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key);
      node = pair?.value;
      offset = pair && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
    } else {
      node = isSeq(node) ? node.items[Number(key)] : undefined;
      offset = isNode(node) ? node.range?.[0] : undefined;
    }
    if (offset === undefined) return undefined;
  }
  return offset;
}

function withPaths(content: ConfigContent, folder: string): ConfigContent {
  const { data } = content;
  if (!isRecord(data) || typeof data.file !== "string" || data.file === STDIN || isAbsolute(data.file)) return content;
  return { ...content, data: { ...data, file: join(folder, data.file) } };
}
