/** Modules of C as programs of their own, watched by sanitizers. */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cMachine } from "../../src/compiler/c/c-machine.js";
import type { Processor } from "../../src/compiler/c/processor.js";
import type { BuildMachine } from "./machine-suite.js";

/** Undefined behaviour, and memory that is not the kernel's, end the program. Not at addresses: they need not be aligned. */
const watched = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-O1", "-g1"];

/** A program that reads its regions from a file, each to memory of its own, and writes what they are after. */
const main = (entry: string | number, bytes: readonly number[]): string => `
#include <stdio.h>
#include <stdlib.h>
static const size_t sizes[] = {${bytes.join(", ")}};
int main(int count, char **names) {
  enum { REGIONS = ${bytes.length} };
  static char *table[REGIONS];
  FILE *in = fopen(names[1], "rb"), *out = fopen(names[2], "wb");
  if (count != 3 || !in || !out) return 2;
  for (int k = 0; k < REGIONS; k++) {
    table[k] = malloc(sizes[k]);
    if (fread(table[k], 1, sizes[k], in) != sizes[k]) return 3;
  }
  ${entry}((char *)table);
  for (int k = 0; k < REGIONS; k++) {
    if (fwrite(table[k], 1, sizes[k], out) != sizes[k]) return 4;
    free(table[k]);
  }
  return fclose(out);
}
`;

function compile(command: readonly string[], source: string, dir: string): string {
  const [program, ...flags] = command as [string, ...string[]];
  const [file, path] = [join(dir, "main.c"), join(dir, "main")];
  writeFileSync(file, source);
  execFileSync(program, [...flags, ...watched, file, "-o", path], { stdio: "pipe" });
  return path;
}

/** Whether programs can be watched: not every compiler has the libraries. */
export function hasSanitizers(command: readonly string[], dir: string): boolean {
  try {
    execFileSync(compile(command, "int main(void) { return 0; }", dir));
    return true;
  } catch {
    return false;
  }
}

/** Builds programs in a folder by a command, such as a compiler and its flags. */
export function buildProgram(command: readonly string[], processor: Processor, dir: string): BuildMachine {
  return (write, bytes) => {
    const machine = cMachine(processor);
    const entry = write(machine);
    const path = compile(command, machine.text() + main(entry.id, bytes), dir);
    return (regions) => {
      const [input, output] = [join(dir, "in"), join(dir, "out")];
      writeFileSync(input, Buffer.concat(regions));
      execFileSync(path, [input, output], { stdio: "pipe" });
      const after = readFileSync(output);
      let at = 0;
      for (const region of regions) {
        region.set(after.subarray(at, at + region.length));
        at += region.length;
      }
    };
  };
}
