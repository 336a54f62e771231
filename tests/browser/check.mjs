// Runs the page's WebAssembly in Node: one request a line on standard input, one answer a line on standard output.
//
//   node check.mjs <folder of the built page> [first]
//   node check.mjs <folder of the package> package
//
// With `first` the module's first part is on its own, and what needs the rest ends this program. The package gives what
// it has read as JSON, written again.

import { Buffer } from "node:buffer";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder, way] = process.argv.slice(2);
// These are ES modules whatever a package.json above them says.
const load = (path) => import(`data:text/javascript;base64,${readFileSync(path).toString("base64")}`);
const part = (name) => readFileSync(join(folder, readdirSync(folder).find((file) => file.startsWith(`verifier-${name}.`))));

async function ofPage() {
  const [bindings, { Verifier }] = await Promise.all([
    load(join(folder, "verifier.js")),
    load(new URL("../../wasm-verify/web/parts.js", import.meta.url)),
  ]);
  return Verifier.open(bindings, part("first"), async () => {
    if (way === "first") throw new Error("the first part is alone");
    return part("rest");
  });
}

async function ofPackage() {
  const { openVerifier } = await import(pathToFileURL(join(folder, "node.js")));
  const verifier = await openVerifier();
  const door = (name) => (request) => Buffer.from(JSON.stringify(verifier[name](JSON.parse(request.toString()))));
  return Object.fromEntries(["verify", "needs", "document"].map((name) => [name, door(name)]));
}

const verifier = await (way === "package" ? ofPackage() : ofPage());

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { door, request } = JSON.parse(line);
  const answer = await verifier[door](Buffer.from(JSON.stringify(request)));
  process.stdout.write(Buffer.concat([answer, Buffer.from("\n")]));
}
