import { afterEach, expect, it, vi } from "vitest";
import { lacksSupport } from "./support.js";

afterEach(() => vi.unstubAllGlobals());

it("lacks nothing where there are threads and SIMD", () => {
  vi.stubGlobal("Worker", class {});
  expect(lacksSupport()).toBeNull();
});

it("says what is lacking, and what to do", () => {
  vi.stubGlobal("Worker", undefined);
  expect(lacksSupport()).toMatch(/threads.*use a current/);
  vi.stubGlobal("Worker", class {});
  vi.stubGlobal("WebAssembly", { validate: () => false });
  expect(lacksSupport()).toMatch(/SIMD.*up to date/);
  vi.stubGlobal("WebAssembly", undefined);
  expect(lacksSupport()).toMatch(/WebAssembly.*allow it/);
});
