// What this device knows: facts fetched from this page's own host, and what it remembers of earlier ones.
//
// Nothing here is believed because of where it came from. The verifier checks every document; what is kept from one
// visit to the next is kept only after it did, so that nobody can lead this device back to an older trust list or
// status list, or turn its clock back.

const STORE = "touchstone.facts.1";
const TIME_LIMIT = 10_000;
/** Larger than any document within the verifier's budgets. */
const SIZE_LIMIT = 4 * 1024 * 1024;
/** Reasons that forbid remembering what the verifier was given. */
const TRUST_FAULTS = new Set(["trustListNotAuthentic", "trustListRolledBack", "trustListMissing"]);
const STATUS_FAULTS = new Set([
  "statusNotAuthentic", "statusMalformed", "statusForAnother", "statusIndexOutOfRange", "statusRolledBack",
  "statusExpired", "statusMissing",
]);

/** Why a fetch gave nothing: `offline`, `absent` (404) or `refused` (any other answer). */
export class FetchError extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

/** The text at `url`, which must be on this page's own host. */
export async function fetchText(url, accept = "application/json") {
  if (new URL(url, location.href).origin !== location.origin) throw new FetchError("refused");
  let response;
  try {
    response = await fetch(url, {
      headers: { accept },
      cache: "no-cache",
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout?.(TIME_LIMIT),
    });
  } catch {
    throw new FetchError("offline");
  }
  if (!response.ok) throw new FetchError(response.status === 404 ? "absent" : "refused");
  let body;
  try {
    body = await response.text();
  } catch {
    throw new FetchError("offline");
  }
  if (body.length > SIZE_LIMIT) throw new FetchError("refused");
  return body;
}

/** What was remembered: documents, and the newest sequences and signed time seen. */
export class Memory {
  constructor() {
    this.trustList = undefined;
    this.statusLists = {};
    this.seen = { statusLists: {}, snapshots: {} };
    try {
      Object.assign(this, JSON.parse(localStorage.getItem(STORE)) ?? {});
    } catch {
      // Storage is off or was written by something else: this visit starts from nothing.
    }
  }

  /** Of a fetched trust list and the remembered one, the newer. `rolledBack` tells that the fetched one is older. */
  newerTrustList(fetched) {
    const rolledBack = this.trustList !== undefined && sequenceOf(fetched) < (this.seen.trustList ?? 0);
    return { document: rolledBack ? this.trustList : fetched, rolledBack };
  }

  /** The same for the status list at `url`. */
  newerStatusList(url, fetched) {
    const kept = this.statusLists[url];
    const rolledBack = kept !== undefined && sequenceOf(fetched) < (this.seen.statusLists[idOf(fetched)] ?? 0);
    return { document: rolledBack ? kept : fetched, rolledBack };
  }

  /** Keeps what a report was made from, as far as the verifier found it authentic. */
  learn(report, facts) {
    const codes = [...report.authorised.reasons, ...report.inForce.reasons].map((reason) => reason.code);
    const sequence = report.evidence?.trustListSequence;
    const trustList = parsed(facts.trustList);
    if (sequence !== undefined && trustList?.sequence === sequence && !codes.some((code) => TRUST_FAULTS.has(code))) {
      this.trustList = facts.trustList;
      this.seen.trustList = Math.max(sequence, this.seen.trustList ?? 0);
      this.#advanceClock(trustList.issued);
    }
    if (report.statusAsOf !== undefined && !codes.some((code) => STATUS_FAULTS.has(code))) {
      this.statusLists = {};
      for (const document of facts.statusLists) {
        const list = parsed(document);
        this.statusLists[list.id] = document;
        const seen = this.seen.statusLists[list.id] ?? 0;
        this.seen.statusLists[list.id] = Math.max(list.credentialSubject.sequence, seen);
        this.#advanceClock(list.validFrom);
      }
    }
    this.#save();
  }

  #advanceClock(signed) {
    // Instants have one spelling, so that their order as texts is their order in time.
    if (signed > (this.seen.clockFloor ?? "")) this.seen.clockFloor = signed;
  }

  #save() {
    try {
      localStorage.setItem(STORE, JSON.stringify(this));
    } catch {
      try {
        // Too large: the sequences matter more than the documents.
        localStorage.setItem(STORE, JSON.stringify({ seen: this.seen }));
      } catch {
        // Storage is off.
      }
    }
  }
}

function parsed(document) {
  try {
    return JSON.parse(document);
  } catch {
    return null;
  }
}

const sequenceOf = (document) => {
  const value = parsed(document);
  // What cannot be read goes to the verifier, which says why.
  return value?.sequence ?? value?.credentialSubject?.sequence ?? Number.POSITIVE_INFINITY;
};
const idOf = (document) => parsed(document)?.id;
