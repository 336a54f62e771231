// Checks certificates in Node: files of credentials as JSON, or links of QR codes.
//
//   npm install && node check.mjs REGISTRY OWNER-KEY FILE|LINK…
//
// A line of JSON for each on standard output. Ends with 0 when all are in force, 1 when one is not, 2 when one could not
// be told or is a demonstration.

import { readFile } from "node:fs/promises";
import { openVerifier } from "touchstone-verify";

const [registry, ownerKey, ...given] = process.argv.slice(2);
if (given.length === 0) {
  console.error("usage: node check.mjs REGISTRY OWNER-KEY FILE|LINK…");
  process.exit(64);
}

const verifier = await openVerifier();
const trustListUrl = new URL("/trust.json", registry);
let seen;
let code = 0;
for (const one of given) {
  const document = /^https?:/i.test(one) ? one : (await readFile(one, "utf8")).trim();
  const checked = await verifier.check(document, { fetch, trustListUrl, policy: { ownerKey }, seen });
  ({ seen } = checked);
  const { headline, state, test, credential } = checked.report;
  console.log(JSON.stringify({ headline, state, test, number: credential?.number, failures: checked.failures }));
  if (headline === "couldNotTell" || (headline === "inForce" && test)) code ||= 2;
  else if (headline !== "inForce") code = 1;
}
process.exitCode = code;
