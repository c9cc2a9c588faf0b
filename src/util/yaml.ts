/** Values written as YAML by a user: whatever is wrong with one is an error of the text, never of the parser. */

import { type Document, isScalar, type LineCounter, parseDocument, visit } from "yaml";
import { InputError } from "./errors.js";
import { shortened, visible } from "./visible.js";

export interface YamlOptions {
  /** What messages begin with, such as `--set steps=*a: the value is not YAML`; where it is told where, `where` does. */
  readonly name: string;
  /** What messages begin with for something wrong at a character of the text. */
  readonly where?: (offset: number) => string;
  /** Told where lines begin. */
  readonly lines?: LineCounter;
}

/**
 * The value of a text, and its document, which knows where everything stands.
 * @throws InputError for what is not YAML, for a tag or an alias that nothing declares, and for aliases of aliases that
 * would fill the memory.
 */
export function readYaml(
  text: string,
  { name, where, lines }: YamlOptions,
): { readonly value: unknown; readonly document: Document.Parsed } {
  try {
    const options = { prettyErrors: false, uniqueKeys: false, ...(lines ? { lineCounter: lines } : {}) };
    const document = parseDocument(text, options);
    const wrong = document.errors[0] ?? document.warnings[0];
    const found = wrong ? { at: wrong.pos[0], what: wrong.message } : keyTwice(document);
    if (found) throw new InputError(`${where?.(found.at) ?? name}: ${said(found.what)}`);
    return { value: document.toJS(), document };
  } catch (error) {
    if (error instanceof InputError) throw error;
    // Aliases are looked up when values are made; levels without end leave no stack.
    const what = error instanceof RangeError ? "its values are nested too deep" : said((error as Error).message);
    throw new InputError(`${name}: ${what}`, [], { cause: error });
  }
}

/** A key that a map has twice: the parser compares each with all before it, which takes minutes for a hundred thousand. */
function keyTwice(document: Document.Parsed): { readonly at: number; readonly what: string } | undefined {
  let found: { at: number; what: string } | undefined;
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === "<<") continue;
        if (seen.has(key.value))
          found ??= {
            at: key.range?.[0] ?? 0,
            what: `the key ${String(key.value)} is there twice; keys must be unique`,
          };
        seen.add(key.value);
      }
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

const said = (message: string): string => shortened(visible(message.split("\n", 1)[0]!), 300);
