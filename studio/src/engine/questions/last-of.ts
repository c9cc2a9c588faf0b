/** Keeps the answer that was asked for last, by a key. */
export function lastOf<T>(): (key: string, ask: () => Promise<T>) => Promise<T> {
  let last: { readonly key: string; readonly answer: Promise<T> } | undefined;
  return (key, ask) => {
    if (last?.key !== key) {
      const mine = { key, answer: ask() };
      last = mine;
      // What failed is asked for again.
      mine.answer.catch(() => {
        if (last === mine) last = undefined;
      });
    }
    return last!.answer;
  };
}
