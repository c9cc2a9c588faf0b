import { existsSync } from "node:fs";

/** `path`, or `path-2`, `path-3` …: the first that does not exist. */
export function nextFree(path: string): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? path : `${path}-${n}`;
    if (!existsSync(candidate)) return candidate;
  }
}
