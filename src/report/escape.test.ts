import { describe, expect, it } from "vitest";
import { hostile } from "../../test/support/markup.js";
import { cleanText, escapeText } from "./escape.js";

describe("escapeText", () => {
  it("replaces what could end a text or an attribute, once", () => {
    expect(escapeText(`<a href="x" title='y'>&amp;</a>`)).toBe(
      "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;",
    );
    for (const words of hostile) expect(escapeText(words)).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
  });

  it("leaves other words, in any script, as they are", () => {
    const words = "Größe β₁ 模式 नमस्ते 👩‍🔬\tx\ny";
    expect(escapeText(words)).toBe(words);
  });
});

describe("cleanText", () => {
  it("shows controls, lone surrogates and marks that turn the reading as �", () => {
    expect(cleanText("a\u0000b\u001bc\u0085d")).toBe("a�b�c�d");
    expect(cleanText("\ud800x\udc00")).toBe("�x�");
    expect(cleanText("invoice\u202efdp.exe")).toBe("invoice�fdp.exe");
    expect(cleanText("\ufffe\uffff")).toBe("��");
  });
});
