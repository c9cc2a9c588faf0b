/** Source files as the TypeScript parser sees them: their imports and their functions. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run-command.mjs";

if (!existsSync(join(root, "node_modules/typescript"))) {
  console.error("the packages are not installed: run `node scripts/setup.mjs` first");
  process.exit(1);
}
const { default: ts } = await import("typescript");
const { SyntaxKind } = ts;

const parse = (file, text) => ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);

const walk = (node, visit) => {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
};

const literal = (node) => (node && ts.isStringLiteralLike(node) ? node.text : undefined);

/** `import.meta.url` */
const isOwnUrl = (node) =>
  node && ts.isPropertyAccessExpression(node) && node.name.text === "url" && ts.isMetaProperty(node.expression);

function asImport(node) {
  if (ts.isImportDeclaration(node)) {
    const typeOnly = node.importClause?.isTypeOnly || node.importClause?.phaseModifier === SyntaxKind.TypeKeyword;
    return { specifier: literal(node.moduleSpecifier), kind: typeOnly ? "type" : "value" };
  }
  if (ts.isExportDeclaration(node))
    return { specifier: literal(node.moduleSpecifier), kind: node.isTypeOnly ? "type" : "value" };
  if (ts.isImportTypeNode(node)) return { specifier: literal(node.argument.literal), kind: "type" };
  if (ts.isCallExpression(node)) {
    const [first] = node.arguments;
    if (node.expression.kind === SyntaxKind.ImportKeyword) return { specifier: literal(first), kind: "lazy" };
    if (node.expression.getText() === "require") return { specifier: literal(first), kind: "value" };
  }
  // How a worker's entry file is named.
  if (ts.isNewExpression(node) && node.expression.getText() === "URL" && isOwnUrl(node.arguments?.[1])) {
    const specifier = literal(node.arguments[0]);
    return { specifier: specifier?.endsWith(".js") ? specifier : undefined, kind: "lazy" };
  }
  return undefined;
}

const seen = new Map();

/**
 * What a file asks for: `{ specifier, kind, line }`.
 * `value` is loaded with the file, `type` is erased by the compiler, `lazy` is loaded later (`import()`, a worker's URL).
 */
export function readImports(file, text) {
  const cached = seen.get(text);
  if (cached) return cached;
  const source = parse(file, text);
  const imports = [];
  walk(source, (node) => {
    const found = asImport(node);
    if (found?.specifier === undefined) return;
    imports.push({ ...found, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
  });
  seen.set(text, imports);
  return imports;
}

const nameOf = (node) => {
  const owner = node.name ?? node.parent?.name;
  return owner?.getText() ?? "(anonymous)";
};

/** Every function with a body: `{ name, line, lines }`; one inside another counts for both. */
export function readFunctions(file, text) {
  const source = parse(file, text);
  const lineAt = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  const functions = [];
  walk(source, (node) => {
    if (!ts.isFunctionLike(node) || !node.body) return;
    const line = lineAt(node.getStart());
    functions.push({ name: nameOf(node), line, lines: lineAt(node.end) - line + 1 });
  });
  return functions;
}
