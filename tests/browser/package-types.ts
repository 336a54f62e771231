// The package's types, as a program that uses them would: compiled, never run.

import { openVerifier, requestOf, RequestError, type Checked, type Headline, type Request } from "touchstone-verify";
import { TouchstoneCertificate } from "touchstone-verify/element";

const policy = { ownerKey: "z6Mk", logProof: "required" } as const;

export async function check(document: string): Promise<Headline> {
  const verifier = await openVerifier();
  const request: Request = requestOf({ document, need: { level: 2 } }, { statusLists: [] }, { policy, now: "2026-11-24T00:00:00Z" });
  try {
    const needs: readonly string[] = verifier.needs(request).statusLists;
    if (needs.length > 0) return verifier.verify(request).headline;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
  }
  const checked: Checked = await verifier.check(document, { fetch: (url, options) => fetch(url, options), policy, trustListUrl: "https://registry.example/trust.json" });
  // @ts-expect-error: a Report is not changed.
  checked.report.headline = "inForce";
  // @ts-expect-error: without a pin nobody is trusted.
  verifier.verify({ document, now: "2026-11-24T00:00:00Z", policy: {} });
  return checked.report.headline;
}

export function listen(element: TouchstoneCertificate): void {
  element.addEventListener("verdict", ({ detail }) => console.log(detail.credential?.holder.name.length, detail.inForce.reasons[0]?.code));
}
