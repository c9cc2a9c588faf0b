/** The library example of a Markdown page. */

/** The text of the first fenced block opened by ` ```ts example `; undefined when there is none. */
export function firstExample(markdown) {
  const lines = markdown.split("\n");
  const start = lines.findIndex((line) => /^```(ts|typescript)\s+(.*\s)?example(\s|$)/.test(line));
  if (start < 0) return undefined;
  const end = lines.indexOf("```", start + 1);
  return end < 0 ? undefined : `${lines.slice(start + 1, end).join("\n")}\n`;
}
