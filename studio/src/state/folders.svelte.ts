/** The folders of runs that the server of the page has, looked at again and again while somebody can see them. */

import type { SeenFolder } from "../engine/folders/seen.js";
import { Folder } from "./folder.svelte.js";

/** Milliseconds between two looks, at least and at most, and how many times as long as one took nothing is asked. */
const [EVERY, SELDOM, REST] = [1500, 6000, 5];

const NONE = "No folders of runs are here: ebbflow studio runs/ shows those of a folder.";
const EMPTY =
  "The server of this page has no run: ebbflow studio runs/ shows those of a folder, and one that ebbflow train begins there soon after.";
const LOST = "The server does not answer any more: what is shown is from before.";

export class Folders {
  list = $state.raw<readonly Folder[]>([]);
  /** What is to be said of all of them, in words. */
  note = $state<string | null>("looking for runs …");
  #known = new Map<string, Folder>();

  /** @param compared names of those all of whose records are wanted. */
  constructor(private readonly compared: () => readonly string[]) {}

  /** By its name, whether or not there is such a folder. */
  of(name: string): Folder {
    const known = this.#known.get(name) ?? new Folder(name);
    this.#known.set(name, known);
    return known;
  }

  /** Follow them, while the page is seen. @returns what ends it. */
  start(): () => void {
    let timer = 0;
    let over = false;
    let looking = false;
    const again = async (): Promise<void> => {
      clearTimeout(timer);
      if (over || looking || document.hidden) return;
      looking = true;
      const from = performance.now();
      await this.look();
      looking = false;
      if (!over) timer = window.setTimeout(again, Math.min(SELDOM, Math.max(EVERY, REST * (performance.now() - from))));
    };
    document.addEventListener("visibilitychange", again);
    void again();
    return () => {
      over = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", again);
    };
  }

  /** Look once. */
  async look(): Promise<void> {
    const seen = await fetchList();
    if (!seen) {
      this.note = this.list.length > 0 ? LOST : NONE;
      return;
    }
    const compared = this.compared();
    const names = [...new Set([...seen.map(({ name }) => name), ...this.#known.keys(), ...compared])];
    const folders = names.map((name) => this.of(name));
    this.note = folders.length > 0 ? null : EMPTY;
    if (folders.length !== this.list.length || folders.some((one, i) => one !== this.list[i])) this.list = folders;
    for (const folder of folders)
      await folder.follow(seen.find(({ name }) => name === folder.name) ?? null, compared.includes(folder.name));
  }
}

/** `null` where no server answers, or one that knows no runs. */
async function fetchList(): Promise<readonly SeenFolder[] | null> {
  try {
    const reply = await fetch("runs.json");
    const list: unknown = reply.ok ? await reply.json() : null;
    return Array.isArray(list) ? (list as SeenFolder[]) : null;
  } catch {
    return null;
  }
}
