// Checks a list in a worker, so that a page with many certificates stays responsive: { registry, ownerKey, documents } in,
// a message with the headline of each out.

import { moduleUrl, openVerifier } from "./touchstone-verify/index.js";

addEventListener("message", async ({ data: { registry, ownerKey, documents } }) => {
  const verifier = await openVerifier(moduleUrl);
  const trustListUrl = new URL("/trust.json", registry);
  const headlines = [];
  for (const document of documents) {
    const { report } = await verifier.check(document, { fetch: (url, options) => fetch(url, options), trustListUrl, policy: { ownerKey } });
    headlines.push(report.headline);
  }
  postMessage(headlines);
});
