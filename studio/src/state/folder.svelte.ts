/** The folder of a run that the page follows: what is known of it, and its records as they grow. */

import type { JournalRecord } from "ebbflow/formats";
import type { FolderEnd, FolderFacts } from "../engine/folders/facts.js";
import type { Standing } from "../engine/folders/journal.js";
import type { SeenFolder } from "../engine/folders/seen.js";
import { stepFile } from "../engine/folders/step-file.js";
import { desk } from "./desk.js";

/** `gone`: there is no such folder any more. `damaged`: something of it cannot be read. */
export type FolderState = "reading" | "running" | "ended" | "interrupted" | "damaged" | "gone";

/** Records of a file that grows, read from where they ended; all of them again where the file is another. */
class Growing {
  records: readonly JournalRecord[] = [];
  #next = 0;
  #id = 0;

  constructor(
    private readonly base: string,
    private readonly path: string,
  ) {}

  /** @returns whether there are others than before. */
  async grow(id: number): Promise<boolean> {
    if (id !== this.#id) [this.records, this.#next, this.#id] = [[], 0, id];
    const from = this.#next;
    const found = await desk().folderRecords(this.base, this.path, from);
    this.#next = found.next;
    if (found.records.length > 0) this.records = [...this.records, ...found.records];
    return found.next !== from || from === 0;
  }
}

export class Folder {
  seen = $state.raw<SeenFolder | null>(null);
  facts = $state.raw<FolderFacts | null>(null);
  /** How it was judged at its end. */
  end = $state.raw<FolderEnd | null>(null);
  standing = $state.raw<Standing | null>(null);
  /** What was wrong with its training so far, and until which step that is known; `null` where nothing is known. */
  health = $state.raw<{ readonly found: FolderEnd["health"]; readonly until: number } | null>(null);
  problem = $state<string | null>(null);
  /** Whether it was looked for. */
  looked = $state(false);
  /** Counts what was read of its journal, where all of it is asked for. */
  version = $state(0);

  readonly base: string;
  readonly #journal: Growing;
  readonly #times: Growing;
  #read: SeenFolder["journal"] | null = null;

  constructor(readonly name: string) {
    this.base = new URL(`runs/${encodeURIComponent(name)}/`, document.baseURI).href;
    this.#journal = new Growing(this.base, "metrics.ndjson");
    this.#times = new Growing(this.base, "times.ndjson");
  }

  /** All records of its training. Not state: `version` says when there are others. */
  get records(): readonly JournalRecord[] {
    return this.#journal.records;
  }

  /** Seconds after which its steps were done; none where the run kept none. */
  get times(): readonly JournalRecord[] {
    return this.#times.records;
  }

  get state(): FolderState {
    if (!this.looked) return "reading";
    if (!this.seen) return "gone";
    if (this.problem) return "damaged";
    return this.seen.busy ? "running" : this.seen.evaluated ? "ended" : this.facts ? "interrupted" : "reading";
  }

  /** Look at it as the server has just seen it. @param whole whether all of its records are wanted. */
  async follow(seen: SeenFolder | null, whole: boolean): Promise<void> {
    const before = this.seen;
    [this.seen, this.looked] = [seen, true];
    if (!seen) return;
    try {
      this.facts ??= (await desk().folderFacts(this.base)) as FolderFacts;
      await this.#judged(seen, before);
      await (whole ? this.#readAll(seen) : this.#readEnd(seen));
      this.problem = null;
    } catch (error) {
      this.problem = (error as Error).message;
    }
  }

  async #judged(seen: SeenFolder, before: SeenFolder | null): Promise<void> {
    if (!seen.evaluated) this.end = null;
    else if (!this.end || seen.changed !== before?.changed)
      this.end = (await desk().folderEnd(this.base)) as unknown as FolderEnd;
    const last = seen.kept.checkpoints.at(-1);
    if (this.end) this.health = { found: this.end.health, until: this.end.steps };
    else if (last !== undefined && last !== this.health?.until) {
      const path = `checkpoints/${stepFile(last)}`;
      const found = (await desk().folderHealth(this.base, path)) as FolderEnd["health"] | null;
      if (found) this.health = { found, until: last };
    }
  }

  #isNew({ journal }: SeenFolder): boolean {
    const old = this.#read;
    this.#read = journal;
    return old?.bytes !== journal.bytes || old.id !== journal.id;
  }

  async #readEnd(seen: SeenFolder): Promise<void> {
    if (this.#isNew(seen)) this.standing = await desk().folderStanding(this.base, seen.journal.bytes);
  }

  async #readAll(seen: SeenFolder): Promise<void> {
    if (!this.#isNew(seen) && this.version > 0) return;
    const { id } = seen.journal;
    const grown = [await this.#journal.grow(id), await this.#times.grow(id)];
    this.standing = await desk().folderStanding(this.base, seen.journal.bytes);
    if (grown.some(Boolean)) this.version++;
  }
}
