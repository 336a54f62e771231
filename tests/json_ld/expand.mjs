// Expands documents with JSON-LD in safe mode, in which a member without a term, or a relative id, is an error and is
// not dropped in silence.
//
//   node expand.mjs <input.json>
//
// Input: { contexts: { <url>: <document> }, documents: [<document>] }; the W3C's own context comes from the npm package
// of its data, and nothing is fetched. Output: one JSON array, for each document { expanded } or { error }.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.TOUCHSTONE_NODE_MODULES, "jsonld", "package.json"));
const jsonld = require("jsonld");
const { contexts: published } = require("@digitalbazaar/credentials-context");

const { contexts, documents } = JSON.parse(readFileSync(process.argv[2], "utf8"));

async function documentLoader(url) {
  const document = contexts[url] ?? published.get(url);
  if (document === undefined) throw new Error(`${url} is no context of ours`);
  return { contextUrl: null, documentUrl: url, document };
}

const found = [];
for (const document of documents) {
  try {
    found.push({ expanded: await jsonld.expand(document, { safe: true, documentLoader }) });
  } catch (error) {
    found.push({ error: `${error.message} ${JSON.stringify(error.details ?? {})}` });
  }
}
process.stdout.write(JSON.stringify(found));
