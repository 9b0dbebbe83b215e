// Runs a head: node predict.mjs head.onnx < input.json > probabilities.json
// input.json: { width, rows: [{ indices, values, embedding | null }] }
import ort from "onnxruntime-node";
import { readFileSync } from "node:fs";

const dimensions = 512;
const { width, rows } = JSON.parse(readFileSync(0, "utf8"));
const indices = new BigInt64Array(rows.length * width);
const values = new Float32Array(rows.length * width);
const embedding = new Float32Array(rows.length * dimensions);
const present = new Float32Array(rows.length);
rows.forEach((row, i) => {
  row.indices.forEach((n, j) => (indices[i * width + j] = BigInt(n)));
  values.set(row.values, i * width);
  if (row.embedding) {
    embedding.set(row.embedding, i * dimensions);
    present[i] = 1;
  }
});

const session = await ort.InferenceSession.create(process.argv[2]);
const { probabilities } = await session.run({
  ngram_indices: new ort.Tensor("int64", indices, [rows.length, width]),
  ngram_values: new ort.Tensor("float32", values, [rows.length, width]),
  embedding: new ort.Tensor("float32", embedding, [rows.length, dimensions]),
  embedding_present: new ort.Tensor("float32", present, [rows.length, 1]),
});
process.stdout.write(JSON.stringify({ shape: probabilities.dims, data: Array.from(probabilities.data) }));
