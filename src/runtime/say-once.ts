/** What nobody asked for, said where warnings are. */

const told = new Set<string>();

/** One line, the first time it is given. */
export function sayOnce(line: string): void {
  // biome-ignore lint/suspicious/noConsole: it is no result, and no error.
  if (!told.has(line)) console.warn(line);
  told.add(line);
}
