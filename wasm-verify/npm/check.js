// From a document to a Report: what the verifier names is fetched by the function that the caller handed over.
//
// URLs come from the caller (the trust list) and from the verifier, which takes them from the trust list alone: a document
// sends nobody anywhere before it is genuine.

import { requestOf } from "./request.js";

const TIME_LIMIT = 10_000;
/** Larger than any document within the verifier's budgets. */
const SIZE_LIMIT = 4 * 1024 * 1024;
const HASH_BYTES = 32;

/**
 * Checks `document`. Gives the Report, what failed to come, and what to hand over as `seen` next time, so that nobody
 * leads this program back to older lists.
 */
export async function check(verifier, document, options) {
  const { fetch, trustListUrl, policy, now = clock(), at, need, receipt, events, withRecord = false, seen } = options;
  if (typeof fetch !== "function") throw new TypeError("check needs the function that fetches: { fetch }");
  const failures = [];
  const read = async (url, of) => {
    try {
      return await of(await fetched(fetch, url));
    } catch (cause) {
      failures.push({ url: String(url), reason: cause instanceof Error ? cause.message : String(cause) });
      return undefined;
    }
  };
  const facts = { trustList: options.trustList ?? await read(trustListUrl, asText), statusLists: options.statusLists ?? [] };
  const checked = { document, receipt, events, need };
  const request = () => ({ ...requestOf(checked, facts, { policy, seen, now }), ...(at && { at }) });
  const wanted = verifier.needs(request());
  if (withRecord && wanted.record) Object.assign(checked, await read(wanted.record, asRecord));
  const lists = await Promise.all(wanted.statusLists.map((url) => read(url, asText)));
  facts.statusLists = [...facts.statusLists, ...lists.filter((list) => list !== undefined)];
  // Of a key that was retired: what shows that it signed before.
  const tiles = await Promise.all((verifier.needs(request()).logTiles ?? []).map((url) => read(url, async (body) => tile(url, body))));
  if (tiles.length > 0) facts.logTiles = tiles.filter((found) => found !== undefined);
  const report = verifier.verify(request());
  return { report, failures, seen: seenAfter(seen, report, facts.trustList) };
}

/** Now, in the one spelling of instants. */
const clock = () => `${new Date().toISOString().slice(0, 19)}Z`;

async function fetched(fetch, url) {
  const response = await fetch(String(url), {
    headers: { accept: "application/json, application/octet-stream" },
    credentials: "omit",
    redirect: "error",
    signal: AbortSignal.timeout(TIME_LIMIT),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return bounded(response);
}

/** The body; given up as soon as it is larger than anything that would be read. */
async function bounded(response) {
  const parts = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > SIZE_LIMIT) throw new Error(`more than ${SIZE_LIMIT} bytes`);
    parts.push(part);
  }
  const whole = new Uint8Array(length);
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

const asText = (body) => new TextDecoder("utf-8", { fatal: true }).decode(body);

function asRecord(body) {
  const { receipt, events = [] } = JSON.parse(asText(body));
  const text = (value) => value && JSON.stringify(value);
  return { receipt: text(receipt), events: events.map((event) => ({ document: text(event.document), receipt: text(event.receipt) })) };
}

function tile(url, body) {
  const hashes = [];
  for (let start = 0; start + HASH_BYTES <= body.length; start += HASH_BYTES) {
    hashes.push(btoa(String.fromCharCode(...body.subarray(start, start + HASH_BYTES))));
  }
  return { url, hashes };
}

/** The newest sequences and signed time, after a report that counted them. */
function seenAfter(seen = {}, { evidence }, trustList) {
  const after = { ...seen, statusLists: { ...seen.statusLists } };
  const advance = (signed) => {
    // Instants have one spelling, so that their order as texts is their order in time.
    if (signed > (after.clockFloor ?? "")) after.clockFloor = signed;
  };
  if (evidence?.trustListSequence !== undefined) {
    after.trustList = Math.max(evidence.trustListSequence, seen.trustList ?? 0);
    advance(JSON.parse(trustList).issued);
  }
  for (const { id, sequence, validFrom } of evidence?.status ?? []) {
    after.statusLists[id] = Math.max(sequence, after.statusLists[id] ?? 0);
    advance(validFrom);
  }
  return after;
}
