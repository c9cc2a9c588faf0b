import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { encode } from "fast-png";
import { afterAll, describe, expect, it } from "vitest";
import { makeKey } from "../../random/key.js";
import { InputError } from "../../util/errors.js";
import { chosenImages, type Images, pixelNames, tableOfImages } from "./images.js";
import { isImages, loadImages } from "./load-images.node.js";

const root = mkdtempSync(join(tmpdir(), "ebbflow-images-"));
afterAll(() => rmSync(root, { recursive: true }));

/** A folder of files. */
function folder(name: string, files: Readonly<Record<string, Uint8Array | string>>): string {
  const path = join(root, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), content);
  }
  return path;
}

const idx = (shape: readonly number[], numbers: readonly number[]): Uint8Array =>
  Uint8Array.from([
    0,
    0,
    8,
    shape.length,
    ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]),
    ...numbers,
  ]);
const twelve = Array.from({ length: 12 }, (_, i) => 20 * i);

describe("images as IDX", () => {
  const files = {
    "train-images-idx3-ubyte.gz": gzipSync(idx([3, 2, 2], twelve)),
    "train-labels-idx1-ubyte.gz": gzipSync(idx([3], [7, 0, 7])),
    "t10k-images-idx3-ubyte": idx([1, 2, 2], [1, 2, 3, 4]),
  };

  it("has both parts, packed or not, with labels where there are some", () => {
    const path = folder("mnist", files);
    expect(isImages(path)).toBe(true);
    const train = loadImages(path, "train");
    expect(train).toMatchObject({ shape: [1, 2, 2], labels: ["7", "0", "7"] });
    expect([...train.levels]).toEqual(twelve);
    const test = loadImages(path, "test");
    expect([...test.levels]).toEqual([1, 2, 3, 4]);
    expect(test.labels).toBeUndefined();
    expect(isImages(join(path, "t10k-images-idx3-ubyte"))).toBe(true);
    expect([...loadImages(join(path, "t10k-images-idx3-ubyte"), "test").levels]).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ["labels of others", { ...files, "train-labels-idx1-ubyte.gz": idx([2], [1, 2]) }, "has 2 labels for the 3 images"],
    [
      "labels for images",
      { "train-images-idx3-ubyte": idx([3], [1, 2, 3]) },
      "holds (3); expected images (n, height, width)",
    ],
    ["a cut file", { "train-images-idx3-ubyte": idx([3, 2, 2], [1, 2]) }, "has 18 bytes, expected 28: it is cut off"],
    ["a wrong beginning", { "train-images-idx3-ubyte": new TextEncoder().encode("<html>") }, "is no IDX file of bytes"],
    [
      "broken gzip",
      { "train-images-idx3-ubyte.gz": gzipSync(idx([3, 2, 2], twelve)).subarray(0, 30) },
      "its gzip compression is broken",
    ],
    [
      "no training part",
      { "t10k-images-idx3-ubyte": idx([1, 1, 1], [1]) },
      "no train-images-idx3-ubyte: its train part is missing",
    ],
  ])("says what is wrong with %s", (name, wrong, words) => {
    const path = folder(`idx, ${name}`, wrong as Record<string, Uint8Array>);
    expect(() => loadImages(path, "train")).toThrow(InputError);
    expect(() => loadImages(path, "train")).toThrow(words);
  });

  it("unpacks no more than the file says it holds", () => {
    const bomb = new Uint8Array(2 ** 26);
    bomb.set(idx([3, 2, 2], twelve));
    const path = folder("bomb", { "train-images-idx3-ubyte.gz": gzipSync(bomb) });
    const before = process.memoryUsage().arrayBuffers;
    expect(() => loadImages(path, "train")).toThrow("is larger than it says");
    // The bomb of 64 MB is not there; the one of this test is.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });
});

describe("images of CIFAR-10", () => {
  const image = (label: number, level: number): number[] => [
    label,
    ...Array.from({ length: 3072 }, (_, i) => (level + i) % 256),
  ];
  const batch = (...images: number[][]): Uint8Array => Uint8Array.from(images.flat());

  it("has all batches in order, with names of the classes", () => {
    const path = folder("cifar", {
      "cifar-10-batches-bin/data_batch_1.bin": batch(image(3, 0), image(9, 5)),
      "cifar-10-batches-bin/data_batch_2.bin": batch(image(0, 9)),
      "cifar-10-batches-bin/test_batch.bin": batch(image(1, 1)),
      "cifar-10-batches-bin/batches.meta.txt":
        "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n",
    });
    const { shape, levels, labels } = loadImages(path, "train");
    expect(shape).toEqual([3, 32, 32]);
    expect(labels).toEqual(["cat", "truck", "airplane"]);
    expect([levels[0], levels[3071], levels[3072], levels[6144]]).toEqual([0, 255, 5, 9]);
    expect(loadImages(path, "test").labels).toEqual(["automobile"]);
  });

  it.each([
    [
      "a cut batch",
      { "data_batch_1.bin": batch(image(1, 0)).subarray(0, 3000) },
      "has 3000 bytes, no whole number of images of 3073",
    ],
    ["a class there is not", { "data_batch_1.bin": batch(image(10, 0)) }, "image 1 is of class 10"],
    ["no batches", { "test_batch.bin": batch(image(1, 0)) }, "has no data_batch_1.bin: its train part is missing"],
  ])("says what is wrong with %s", (name, wrong, words) => {
    const path = folder(`cifar, ${name}`, wrong as Record<string, Uint8Array>);
    expect(() => loadImages(path, "train")).toThrow(words);
  });
});

describe("images as PNG", () => {
  const png = (width: number, height: number, channels: number, level = 0) =>
    encode({
      width,
      height,
      channels,
      data: Uint8Array.from({ length: width * height * channels }, (_, i) => level + i),
    });

  it("has channels as planes, and classes by folders", () => {
    const path = folder("png", { "a/1.png": png(2, 1, 3), "b/1.png": png(2, 1, 3, 10), "readme.txt": "not one" });
    const { shape, levels, labels } = loadImages(path, "train");
    expect(shape).toEqual([3, 1, 2]);
    expect([...levels]).toEqual([0, 3, 1, 4, 2, 5, 10, 13, 11, 14, 12, 15]);
    expect(labels).toEqual(["a", "b"]);
  });

  it("leaves out opacity, and takes the high byte of 16 bits", () => {
    const deep = encode({ width: 1, height: 1, channels: 1, depth: 16, data: Uint16Array.of(0x1234) });
    expect([...loadImages(folder("deep", { "1.png": deep }), "train").levels]).toEqual([0x12]);
    expect([...loadImages(folder("opaque", { "1.png": png(1, 2, 2) }), "train").levels]).toEqual([0, 2]);
  });

  it.each([
    [
      "two sizes",
      { "1.png": png(2, 2, 1), "2.png": png(2, 3, 1) },
      "1.png is 2 × 2 of 1 channels and 2.png 2 × 3 of 1",
    ],
    ["colour and grey", { "1.png": png(2, 2, 1), "2.png": png(2, 2, 3) }, "2.png 2 × 2 of 3 channels"],
    ["text", { "1.png": "not a picture at all, but long enough to be one" }, "1.png is no PNG file"],
    ["a cut file", { "1.png": png(9, 9, 3).subarray(0, 60) }, "1.png cannot be decoded"],
  ])("says what is wrong with %s", (name, wrong, words) => {
    const path = folder(`png, ${name}`, wrong as Record<string, Uint8Array>);
    expect(() => loadImages(path, "train")).toThrow(InputError);
    expect(() => loadImages(path, "train")).toThrow(words);
  });
});

describe("loadImages", () => {
  it("says where images come from where there are none", () => {
    expect(() => loadImages(join(root, "nowhere"), "train")).toThrow(
      "no such folder; Fashion-MNIST comes with Debian's package dataset-fashion-mnist",
    );
    expect(() => loadImages(folder("empty", {}), "train")).toThrow("without images that are known");
    expect(isImages(join(root, "nowhere"))).toBe(false);
  });
});

describe("chosenImages", () => {
  const labels = Array.from({ length: 100 }, (_, i) => (i < 60 ? "a" : i < 90 ? "b" : "c"));
  const images: Images = { source: "t", shape: [1, 1, 1], levels: new Uint8Array(100), labels };
  const counts = (kept: readonly number[]) =>
    ["a", "b", "c"].map((name) => kept.filter((i) => labels[i] === name).length);

  it("keeps as many as shares allow, the same for the same key", () => {
    const kept = chosenImages(images, { shares: { a: 4, b: 2, c: 1 }, key: makeKey(1) });
    expect(counts(kept)).toEqual([40, 20, 10]);
    expect(kept).toEqual([...kept].sort((a, b) => a - b));
    expect(chosenImages(images, { shares: { a: 4, b: 2, c: 1 }, key: makeKey(1) })).toEqual(kept);
    expect(chosenImages(images, { shares: { a: 4, b: 2, c: 1 }, key: makeKey(2) })).not.toEqual(kept);
    expect(counts(chosenImages(images, { shares: { c: 1, b: 3 }, key: makeKey(1) }))).toEqual([0, 30, 10]);
  });

  it("keeps so many at most", () => {
    expect(chosenImages(images, { most: 7, key: makeKey(1) })).toHaveLength(7);
    expect(chosenImages(images, { most: 700, key: makeKey(1) })).toHaveLength(100);
  });

  it("knows its classes", () => {
    expect(() => chosenImages(images, { shares: { zebra: 1 }, key: makeKey(1) })).toThrow(
      "no class zebra; there are: a, b, c",
    );
    const without: Images = { source: "t", shape: [1, 1, 1], levels: new Uint8Array(3) };
    expect(() => chosenImages(without, { shares: { zebra: 1 }, key: makeKey(1) })).toThrow("t has no classes");
  });
});

describe("tableOfImages", () => {
  it("has a row an image and a column a pixel of a channel", () => {
    const images: Images = {
      source: "t",
      shape: [3, 1, 2],
      levels: Uint8Array.from({ length: 12 }, (_, i) => i),
      labels: ["x", "y"],
    };
    const table = tableOfImages(images, [1], "class");
    expect(table.columns).toEqual(["r0c0.red", "r0c1.red", "r0c0.green", "r0c1.green", "r0c0.blue", "r0c1.blue"]);
    expect([...table.rows.data]).toEqual([6, 7, 8, 9, 10, 11]);
    expect(table.labels).toEqual({ column: "class", cells: ["y"], rows: [2] });
    expect(pixelNames([1, 2, 2])).toEqual(["r0c0", "r0c1", "r1c0", "r1c1"]);
  });
});
