/** Circles of a directed graph. */

/**
 * One shortest circle through the first node of every strongly connected component, such as `[a, b, a]`.
 * @param edges a Map from a node to the nodes it points to; pointers to unknown nodes count for nothing.
 */
export function findCycles(edges) {
  const cycles = [];
  const done = new Set();
  for (const start of [...edges.keys()].sort()) {
    if (done.has(start)) continue;
    const cycle = shortestCycle(edges, start);
    if (!cycle) continue;
    cycles.push(cycle);
    const forward = reach(edges, start);
    for (const node of forward) if (reach(edges, node).has(start)) done.add(node);
  }
  return cycles;
}

const next = (edges, node) => (edges.get(node) ?? []).filter((to) => edges.has(to));

function reach(edges, start) {
  const found = new Set([start]);
  for (const node of found) for (const to of next(edges, node)) found.add(to);
  return found;
}

/** Breadth first from `start` back to itself. */
function shortestCycle(edges, start) {
  const cameFrom = new Map();
  const queue = [start];
  for (const node of queue) {
    for (const to of next(edges, node)) {
      if (to === start) {
        const path = [start];
        for (let at = node; at !== start; at = cameFrom.get(at)) path.unshift(at);
        return [start, ...path];
      }
      if (cameFrom.has(to)) continue;
      cameFrom.set(to, node);
      queue.push(to);
    }
  }
  return undefined;
}
