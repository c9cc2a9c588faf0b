/** Files of the folder of a run, as the server of the page has them. */

/**
 * The bytes of a file from a byte on, up to another or its end; `null` where there is no such file.
 * @param base address of the folder, with a slash at its end.
 * @throws Error in a line where no server answers.
 */
export async function fetched(base: string, path: string, from = 0, to?: number): Promise<Uint8Array | null> {
  const range = from > 0 || to !== undefined ? `?from=${from}${to === undefined ? "" : `&to=${to}`}` : "";
  const response = await fetch(new URL(path + range, base)).catch(() => null);
  if (!response) throw new Error("the server does not answer");
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`the server answers ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** A file as text. @throws Error in a line where there is no such file. */
export async function textOf(base: string, path: string): Promise<string> {
  const bytes = await fetched(base, path);
  if (!bytes) throw new Error(`it has no ${path}`);
  return new TextDecoder().decode(bytes);
}
