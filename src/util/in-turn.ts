/** One call after the other, also where one fails. */
export function inTurn<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let queue: Promise<unknown> = Promise.resolve();
  return () => {
    const done = queue.then(work);
    queue = done.catch(() => {});
    return done;
  };
}
