// What this device knows: facts fetched from this page's own host, and what it remembers of earlier ones.
//
// Nothing here is believed because of where it came from. The verifier checks every document; what takes the place of
// something kept from an earlier visit does so only after it did, so that nobody can lead this device back to an older
// trust list or status list, or turn its clock back.

/** Before the owner key: what was learnt under another pin does not count. */
const STORE = "touchstone.facts.2.";
const TIME_LIMIT = 10_000;
/** Larger than any document within the verifier's budgets. */
const SIZE_LIMIT = 4 * 1024 * 1024;
const HASH_BYTES = 32;
/** Reasons that forbid remembering the trust list that the verifier was given. */
const TRUST_FAULTS = new Set(["trustListNotAuthentic", "trustListRolledBack", "trustListMissing"]);

/** Why a fetch gave nothing: `offline`, `absent` (404) or `refused` (any other answer). */
export class FetchError extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

/** The text at `url`, which must be on this page's own host; `most` characters of it. */
export function fetchText(url, { accept = "application/json", most = SIZE_LIMIT } = {}) {
  return fetched(url, accept, (response) => response.text(), most);
}

/** The log's tile at `url`: its hashes, each 32 bytes, in base64. */
export async function fetchTile(url) {
  const bytes = new Uint8Array(await fetched(url, "application/octet-stream", (response) => response.arrayBuffer()));
  const hashes = [];
  for (let start = 0; start + HASH_BYTES <= bytes.length; start += HASH_BYTES) {
    hashes.push(btoa(String.fromCharCode(...bytes.subarray(start, start + HASH_BYTES))));
  }
  return { url, hashes };
}

async function fetched(url, accept, read, most = SIZE_LIMIT) {
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
  if (Number(response.headers.get("content-length")) > most) throw new FetchError("refused");
  let body;
  try {
    body = await read(response);
  } catch {
    throw new FetchError("offline");
  }
  if ((body.byteLength ?? body.length) > most) throw new FetchError("refused");
  return body;
}

/** What was remembered: documents, and the newest sequences and signed time seen. */
export class Memory {
  #store;

  /** What was learnt under this pin. */
  constructor(ownerKey) {
    this.#store = STORE + ownerKey;
    let kept = {};
    try {
      kept = remembered(JSON.parse(localStorage.getItem(this.#store)));
    } catch {
      // Storage is off or was written by something else: this visit starts from nothing.
    }
    this.trustList = kept.trustList;
    this.statusLists = kept.statusLists ?? {};
    this.seen = { statusLists: {}, snapshots: {}, ...kept.seen };
  }

  /** What the verifier is told of it; nothing on a first visit. Whatever is seen moves the clock's floor. */
  get told() {
    return this.seen.clockFloor && this.seen;
  }

  /** Of a fetched trust list and the remembered one, the newer. `rolledBack` tells that the fetched one is older. */
  newerTrustList(fetched) {
    mustBeReadable(fetched, this.trustList);
    const rolledBack = this.trustList !== undefined && sequenceOf(fetched) < (this.seen.trustList ?? 0);
    return { document: rolledBack ? this.trustList : fetched, rolledBack };
  }

  /** The same for the status list at `url`. */
  newerStatusList(url, fetched) {
    const kept = this.statusLists[url];
    mustBeReadable(fetched, kept);
    const rolledBack = kept !== undefined && sequenceOf(fetched) < (this.seen.statusLists[idOf(fetched)] ?? 0);
    return { document: rolledBack ? kept : fetched, rolledBack };
  }

  /** Keeps what a report was made from: the trust list it names, and those status lists alone that it counted. */
  learn(report, facts) {
    const codes = report.authorised.reasons.map((reason) => reason.code);
    const sequence = report.evidence?.trustListSequence;
    const trustList = parsed(facts.trustList);
    if (sequence !== undefined && trustList?.sequence === sequence && !codes.some((code) => TRUST_FAULTS.has(code))) {
      this.trustList = facts.trustList;
      this.seen.trustList = Math.max(sequence, this.seen.trustList ?? 0);
      this.#advanceClock(trustList.issued);
    }
    const lists = facts.statusLists.map((document) => ({ document, list: parsed(document) }));
    const learnt = {};
    for (const { id, sequence, validFrom } of report.evidence?.status ?? []) {
      const counted = lists.find(({ list }) => list?.id === id && list.credentialSubject?.sequence === sequence);
      if (!counted) continue;
      learnt[id] = counted.document;
      this.seen.statusLists[id] = Math.max(sequence, this.seen.statusLists[id] ?? 0);
      this.#advanceClock(validFrom);
    }
    // One certificate's lists at a time: they are what takes room.
    if (Object.keys(learnt).length > 0) this.statusLists = learnt;
    this.#save();
  }

  /** Notes a trust list that the verifier believed, or what it said of a snapshot: nobody goes back behind either. */
  see({ trustList, snapshot }) {
    const list = trustList && parsed(trustList);
    if (list) {
      this.trustList = trustList;
      this.seen.trustList = Math.max(list.sequence, this.seen.trustList ?? 0);
      this.#advanceClock(list.issued);
    }
    if (snapshot) {
      this.seen.snapshots[snapshot.id] = Math.max(snapshot.sequence, this.seen.snapshots[snapshot.id] ?? 0);
      this.#advanceClock(snapshot.asOf);
    }
    this.#save();
  }

  #advanceClock(signed) {
    // Instants have one spelling, so that their order as texts is their order in time.
    if (signed > (this.seen.clockFloor ?? "")) this.seen.clockFloor = signed;
  }

  #save() {
    try {
      localStorage.setItem(this.#store, JSON.stringify(this));
    } catch {
      try {
        // Too large: the sequences matter more than the documents.
        localStorage.setItem(this.#store, JSON.stringify({ seen: this.seen }));
      } catch {
        // Storage is off.
      }
    }
  }
}

/** What was stored, if it has the form of what this page stores and the verifier takes; else nothing of it. */
function remembered(kept) {
  const every = (object, is) => object === undefined || (object?.constructor === Object && Object.values(object).every(is));
  const isText = (value) => typeof value === "string";
  const isSequence = (value) => Number.isSafeInteger(value) && value >= 0;
  const isInstant = (value) => isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) && !Number.isNaN(Date.parse(value));
  const { trustList, statusLists, seen = {} } = kept ?? {};
  const whole = (trustList === undefined || isText(trustList))
    && every(statusLists, isText)
    && every(seen, () => true)
    && every(seen.statusLists, isSequence)
    && every(seen.snapshots, isSequence)
    && (seen.trustList === undefined || isSequence(seen.trustList))
    && (seen.clockFloor === undefined || isInstant(seen.clockFloor))
    && Object.keys(seen).every((name) => ["trustList", "statusLists", "snapshots", "clockFloor"].includes(name));
  return whole ? { trustList, statusLists, seen } : {};
}

/** What is kept does not give way to what is no JSON, as a hotel's portal answers; with nothing kept the verifier says why. */
function mustBeReadable(fetched, kept) {
  if (kept !== undefined && parsed(fetched) === null) throw new FetchError("refused");
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
