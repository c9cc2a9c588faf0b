/** A host vector as the tensor that programs take. */
export const vector = (data) => ({ dtype: "float32", shape: [data.length], data });
