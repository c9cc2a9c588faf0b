/** Models at addresses, and in files that a page may write. */

import { InputError } from "../util/errors.js";
import type { Find, Folder, Write } from "./files.js";

async function fetched(address: URL): Promise<Uint8Array | null> {
  const response = await fetch(address).catch(() => {
    throw new InputError(`cannot read ${address}: no server answers there, or it lets no other page read it`);
  });
  if (response.status === 404) return null;
  if (!response.ok) throw new InputError(`cannot read ${address}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

const folderAt = (address: URL): Folder => ({
  name: String(address),
  read: (name) => fetched(new URL(name, address)),
  list: async () => null,
});

/** An address that ends in a slash is the folder of a run, any other a saved model. @throws InputError when it cannot be read. */
export const find: Find = async (where) => {
  const address = new URL(where, globalThis.location?.href);
  if (address.pathname.endsWith("/")) return folderAt(address);
  const bytes = await fetched(address);
  if (!bytes)
    throw new InputError(`cannot open ${address}: there is no such file; the address of a run ends in a slash`);
  return { name: String(address), bytes };
};

/** @throws InputError for anything but a file that can be written. */
export const write: Write = async (where, bytes) => {
  if (typeof where === "string" || where instanceof URL)
    throw new InputError("save: a page writes to a FileSystemFileHandle, or offers model.bytes() as a download");
  const stream = await where.createWritable();
  await stream.write(bytes);
  await stream.close();
};
