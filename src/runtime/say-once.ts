/** What nobody asked for, said where warnings are. */

const told = new Set<string>();

// biome-ignore lint/suspicious/noConsole: it is no result, and no error.
let tell = (line: string): void => console.warn(line);

/** One line, the first time it is given. */
export function sayOnce(line: string): void {
  if (!told.has(line)) tell(line);
  told.add(line);
}

/** Have lines said by who started this thread, who may have heard them of another. */
export function sayBy(say: (line: string) => void): void {
  tell = say;
}
