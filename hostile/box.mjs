/** A folder of its own for a case: what is in it before, a home that stays empty, and the calls that are made there. */

import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { call } from "./command.mjs";
import { promises } from "./promises.mjs";

/** What a program is allowed to end with unless a case says it: it did it, or it said why not. */
const usual = { code: [0, 1, 2, 3] };

export function newBox(shared) {
  const root = mkdtempSync(join(tmpdir(), "ebbflow-hostile-"));
  const at = join(root, "work");
  const home = join(root, "home");
  const temp = join(root, "tmp");
  for (const folder of [at, home, temp]) mkdirSync(folder);
  const broken = [];
  const calls = [];
  return {
    /** Path of the folder that commands run in. */
    at,
    broken,
    calls,
    path: (...parts) => join(at, ...parts),
    write(name, content) {
      mkdirSync(dirname(join(at, name)), { recursive: true });
      writeFileSync(join(at, name), content);
      return name;
    },
    /** A copy of a run that is trained once for all, by its name in `shared.mjs`. */
    async run(name, to = "run") {
      cpSync(await shared(name), join(at, to), { recursive: true });
      return to;
    },
    /**
     * Call the command line. `wanted`: `{ code: [exit codes or signals], says: /what stderr has/, prints: /what stdout has/ }`.
     * Whatever it is, the promises are held to.
     */
    async call(args, wanted = {}, options = {}) {
      const env = { HOME: home, TMPDIR: temp, EBBFLOW_CACHE: join(root, "cache"), ...options.env };
      const result = { ...(await call(args, { cwd: at, ...options, env })), wanted: { ...usual, ...wanted } };
      calls.push(result);
      for (const promise of promises) {
        const problem = promise(result);
        if (problem) broken.push(problem);
      }
      if (wanted.says && !wanted.says.test(result.stderr)) broken.push(`does not say ${wanted.says}`);
      if (wanted.prints && !wanted.prints.test(result.stdout)) broken.push(`does not print ${wanted.prints}`);
      for (const [name, folder] of Object.entries({ home, temp })) {
        const left = readdirSync(folder);
        if (left.length > 0)
          broken.push(`left ${left.join(", ")} in the ${name === "home" ? "home" : "folder for temporary files"}`);
      }
      return result;
    },
    /** Note what is wrong, unless it is right. */
    expect(right, what) {
      if (!right) broken.push(what);
    },
    /** Nothing is in its folder any more. */
    clear() {
      for (const name of readdirSync(at)) rmSync(join(at, name), { recursive: true });
    },
    exists: (name) => existsSync(join(at, name)),
    close: () => rmSync(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}
