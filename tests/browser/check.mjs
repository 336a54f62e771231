// Runs the page's WebAssembly in Node: one request a line on standard input, one answer a line on standard output.
//
//   node check.mjs <folder of the built page> [first]
//
// With `first` the module's first part is on its own, and what needs the rest ends this program.

import { Buffer } from "node:buffer";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [folder, alone] = process.argv.slice(2);
// These are ES modules whatever a package.json above them says.
const load = (path) => import(`data:text/javascript;base64,${readFileSync(path).toString("base64")}`);
const part = (name) => readFileSync(join(folder, readdirSync(folder).find((file) => file.startsWith(`verifier-${name}.`))));
const [bindings, { Verifier }] = await Promise.all([
  load(join(folder, "verifier.js")),
  load(new URL("../../wasm-verify/web/parts.js", import.meta.url)),
]);
const verifier = await Verifier.open(bindings, part("first"), async () => {
  if (alone) throw new Error("the first part is alone");
  return part("rest");
});

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { door, request } = JSON.parse(line);
  const answer = await verifier[door](Buffer.from(JSON.stringify(request)));
  process.stdout.write(Buffer.concat([answer, Buffer.from("\n")]));
}
