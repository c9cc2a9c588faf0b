import { InputError } from "../../util/errors.js";
import type { ImageShape } from "../../util/tensor.js";
import type { ImageFormat, Part } from "./images.js";

const BATCH: Readonly<Record<Part, RegExp>> = {
  train: /^(?:.*\/)?data_batch_\d+\.bin$/,
  test: /^(?:.*\/)?test_batch\.bin$/,
};
const CLASSES = /^(?:.*\/)?batches\.meta\.txt$/;
const SHAPE: ImageShape = [3, 32, 32];
const PIXELS = 3 * 32 * 32;

/** CIFAR-10 as its binary version has it: a byte of the class, then the pixels channel by channel. */
export const cifarFiles: ImageFormat = {
  name: "cifar10",
  about:
    "CIFAR-10, binary version: data_batch_1.bin to data_batch_5.bin, test_batch.bin, and names in batches.meta.txt.",
  cite: "Krizhevsky (2009), Learning multiple layers of features from tiny images",
  files: true,
  holds: (names) => names.some((name) => BATCH.train.test(name) || BATCH.test.test(name)),
  parts: (names) => (["train", "test"] as const).filter((part) => names.some((name) => BATCH[part].test(name))),
  read({ source, names, read }, part) {
    const own = names.filter((name) => BATCH[part].test(name));
    if (own.length === 0)
      throw new InputError(
        `${source} has no ${part === "train" ? "data_batch_1.bin" : "test_batch.bin"}: its ${part} part is missing`,
      );
    const meta = names.find((name) => CLASSES.test(name));
    const called = meta === undefined ? [] : new TextDecoder().decode(read(meta)).split(/\r?\n/).filter(Boolean);
    const batches = own.map((name) => ({ name, bytes: read(name) }));
    const odd = batches.find(({ bytes }) => bytes.length === 0 || bytes.length % (PIXELS + 1) !== 0);
    if (odd)
      throw new InputError(
        `${source}/${odd.name} has ${odd.bytes.length} bytes, no whole number of images of ${PIXELS + 1}: it is cut off, or not of CIFAR-10's binary version`,
      );
    const n = batches.reduce((sum, { bytes }) => sum + bytes.length / (PIXELS + 1), 0);
    const levels = new Uint8Array(n * PIXELS);
    const labels: string[] = [];
    for (const { name, bytes } of batches)
      for (let at = 0; at < bytes.length; at += PIXELS + 1) {
        if (bytes[at]! > 9)
          throw new InputError(
            `${source}/${name}: image ${at / (PIXELS + 1) + 1} is of class ${bytes[at]}; those of CIFAR-10 are 0 to 9`,
          );
        levels.set(bytes.subarray(at + 1, at + 1 + PIXELS), labels.length * PIXELS);
        labels.push(called[bytes[at]!] ?? String(bytes[at]!));
      }
    return { source, shape: SHAPE, levels, labels };
  },
};
