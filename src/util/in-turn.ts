/** Things done one after the other, also where one fails: the next begins when those before it are over. */
export function newTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let queue: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = queue.then(work);
    queue = done.catch(() => {});
    return done;
  };
}

/** One call after the other. */
export function inTurn<Result>(work: () => Promise<Result>): () => Promise<Result> {
  const turn = newTurns();
  return () => turn(work);
}
