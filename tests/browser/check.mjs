// Runs the page's WebAssembly in Node: one request a line on standard input, one answer a line on standard output.
//
//   node check.mjs <folder of the built page> [first]
//
// With `first` the module's first part is on its own.

import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [folder, alone] = process.argv.slice(2);
// These are ES modules whatever a package.json above them says.
const load = (path) => import(`data:text/javascript;base64,${readFileSync(path).toString("base64")}`);
const read = async (name) => readFileSync(join(folder, name));
const [bindings, { RestWanted, Verifier }] = await Promise.all([
  load(join(folder, "verifier.js")),
  load(new URL("../../wasm-verify/web/parts.js", import.meta.url)),
]);
const verifier = await Verifier.open(bindings, await read("verifier_bg.wasm"), () => read("verifier_rest.wasm"));

async function ask(door, request) {
  try {
    return verifier[door](request);
  } catch (error) {
    if (alone || !(error instanceof RestWanted)) throw error;
    await verifier.complete();
    return verifier[door](request);
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { door, request } = JSON.parse(line);
  const answer = await ask(door, Buffer.from(JSON.stringify(request)));
  process.stdout.write(Buffer.concat([answer, Buffer.from("\n")]));
}
