// Runs the page's WebAssembly in Node: one request a line on standard input, one answer a line on standard output.
//
//   node check.mjs <folder of the built page>

import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const folder = process.argv[2];
// The bindings are an ES module whatever a package.json above them says.
const bindings = readFileSync(join(folder, "verifier.js")).toString("base64");
const verifier = await import(`data:text/javascript;base64,${bindings}`);
await verifier.default({ module_or_path: readFileSync(join(folder, "verifier_bg.wasm")) });

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { door, request } = JSON.parse(line);
  const answer = verifier[door](Buffer.from(JSON.stringify(request)));
  process.stdout.write(Buffer.concat([answer, Buffer.from("\n")]));
}
