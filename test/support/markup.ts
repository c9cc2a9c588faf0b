/** What makes a text well-formed XML: every name closed in order, every attribute quoted once, nothing left unescaped. */

const attribute = /\s+([A-Za-z_][\w:.-]*)="([^"<]*)"/y;
const reference = /&(?!(?:amp|lt|gt|quot|#39|#\d+|#x[\da-f]+);)/i;

/** The first fault of an XML text without comments, CDATA or processing instructions; `null` when there is none. */
export function faultOf(xml: string): string | null {
  const open: string[] = [];
  let [at, roots] = [0, 0];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.exec(xml);
  if (control) return `control character at ${control.index}`;
  while (at < xml.length) {
    const next = xml.indexOf("<", at);
    const text = xml.slice(at, next < 0 ? undefined : next);
    if (reference.test(text) || text.includes("]]>")) return `unescaped text: ${text.slice(0, 60)}`;
    if (open.length === 0 && text.trim() !== "") return `text outside the root: ${text.slice(0, 60)}`;
    if (next < 0) break;
    const close = /<\/([\w:.-]+)\s*>/y;
    close.lastIndex = next;
    const closed = close.exec(xml);
    if (closed) {
      const name = open.pop();
      if (name !== closed[1]) return `</${closed[1]}> closes <${name}>`;
      at = close.lastIndex;
      continue;
    }
    const begin = /<([A-Za-z_][\w:.-]*)/y;
    begin.lastIndex = next;
    const began = begin.exec(xml);
    if (!began) return `stray < at ${next}: ${xml.slice(next, next + 40)}`;
    if (open.length === 0) roots += 1;
    const names = new Set<string>();
    attribute.lastIndex = begin.lastIndex;
    at = begin.lastIndex;
    for (let one = attribute.exec(xml); one; one = attribute.exec(xml)) {
      if (names.has(one[1]!) || reference.test(one[2]!)) return `attribute ${one[0]} of <${began[1]}>`;
      names.add(one[1]!);
      at = attribute.lastIndex;
    }
    const end = /\s*(\/?)>/y;
    end.lastIndex = at;
    const ended = end.exec(xml);
    if (!ended) return `<${began[1]}> is not closed: ${xml.slice(at, at + 40)}`;
    if (!ended[1]) open.push(began[1]!);
    at = end.lastIndex;
  }
  if (open.length > 0) return `<${open.at(-1)}> is never closed`;
  return roots === 1 ? null : `${roots} roots`;
}

/** Words that try to get out of wherever they are put. */
export const hostile = [
  "</text></svg><script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  "a & b &amp; &#60;c&#62; ]]> <!-- -->",
  "\u0000\u0008\u001b[31m red \u202egnp.exe\u2069 \ud800 lone \uffff",
  "</style><style>*{display:none}</style>",
  "</title></details></table></main>",
  "url(#id-1) javascript:alert(1)",
] as const;
