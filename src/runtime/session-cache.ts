/** Programs that are loaded, by what they are: equal structures and shapes share one. */

/** How many programs a place keeps; the one that was used longest ago leaves first. */
const SESSIONS_KEPT = 64;
let compilations = 0;

/** How many programs have been loaded in this process: a second step must not add to it. */
export const countCompilations = (): number => compilations;

/** Gives what is loaded under a key, loaded where there is nothing. */
export function sessionCache<Loaded>() {
  const sessions = new Map<string, Promise<Loaded>>();
  return (key: string, create: () => Promise<Loaded>): Promise<Loaded> => {
    const known = sessions.get(key);
    if (known) {
      sessions.delete(key);
      sessions.set(key, known);
      return known;
    }
    compilations++;
    const created = create();
    sessions.set(key, created);
    created.catch(() => sessions.delete(key));
    if (sessions.size > SESSIONS_KEPT) sessions.delete(sessions.keys().next().value!);
    return created;
  };
}
