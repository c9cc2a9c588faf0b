/** JSON that loses nothing: what cannot be kept is refused on writing, what hides something is refused on reading. */

import { InputError } from "../util/errors.js";

const show = (value: unknown): string =>
  typeof value === "object" && value !== null ? `a ${value.constructor?.name ?? "special object"}` : String(value);

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

function checkJson(value: unknown, path: string): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) checkJson(value[i], `${path}[${i}]`);
  } else if (typeof value === "object" && isPlain(value)) {
    for (const [key, inner] of Object.entries(value)) checkJson(inner, `${path}.${key}`);
  } else {
    throw new InputError(
      `${path}: JSON cannot hold ${show(value)}; keep numbers that may be NaN or infinite in a tensor`,
    );
  }
}

/**
 * The JSON text of a value that comes back equal, but for the sign of a zero.
 * @param path names the value in the message, such as `meta`.
 * @throws InputError for what JSON would drop or change: NaN, infinities, undefined, bigints, functions, class instances.
 */
export function jsonText(value: unknown, path: string): string {
  checkJson(value, path);
  return JSON.stringify(value);
}

/**
 * The object a JSON text holds.
 * @throws InputError when it is not JSON, not an object, or has a key `__proto__` somewhere.
 */
export function parseJsonObject(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text, (key: string, inner: unknown) => {
      if (key === "__proto__") throw new InputError(`${what}: the key __proto__ is not allowed`);
      return inner;
    });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${what}: it is ${text.length === 0 ? "empty" : "not JSON"}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InputError(`${what}: expected a JSON object, got ${Array.isArray(value) ? "a list" : show(value)}`);
  return value as Record<string, unknown>;
}

/** Index just past the string literal that opens at `start` of a valid JSON text. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
  return i + 1;
}

/** The first key that an object of a valid JSON text has twice; `JSON.parse` would keep the last silently. */
export function duplicateKey(text: string): string | undefined {
  const seen: Set<string>[] = [];
  for (let i = 0; i < text.length; ) {
    const c = text[i];
    if (c === "{") seen.push(new Set());
    else if (c === "}") seen.pop();
    if (c !== '"') {
      i += 1;
      continue;
    }
    const end = endOfString(text, i);
    let next = end;
    while (/\s/.test(text[next] ?? "x")) next += 1;
    if (text[next] === ":") {
      const key = JSON.parse(text.slice(i, end)) as string;
      const keys = seen.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
    i = end;
  }
  return undefined;
}
