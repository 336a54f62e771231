/** `yes`, `no` or `couldNotTell`. */
export type Answer = "yes" | "no" | "couldNotTell";

/** The verdict in one word. */
export type Headline = "inForce" | "notInForce" | "notGenuine" | "notAuthorised" | "couldNotTell";

/** The state behind question 3's answer. */
export type State =
  | "notYetValid" | "valid" | "overdueInGrace" | "surveillanceOverdue" | "suspended" | "withdrawn" | "cancelled"
  | "superseded" | "expired";

/** An instant, RFC 3339 in UTC to the second: `2026-11-24T08:00:00Z`. */
export type Instant = string;
/** A day, `2026-11-24`. */
export type Day = string;

/** Why a question has its answer. `code` is stable; texts/zh-CN.js and texts/en.js explain every one. */
export interface Reason {
  readonly code: string;
  readonly facts?: Readonly<Record<string, string>>;
}

export interface Question {
  readonly answer: Answer;
  /** The most telling first. */
  readonly reasons: readonly Reason[];
}

/** What the certificate says; only of one that is genuine. */
export interface Credential {
  readonly id: string;
  readonly number: string;
  readonly version: number;
  readonly firstIssued: Day;
  readonly validFrom: Day;
  readonly validUntil: Day;
  readonly holder: { readonly uscc: string; readonly name: string; readonly nameEn?: string; readonly address: string };
  readonly assessedUnit?: { readonly kind: string; readonly name: string; readonly nameEn?: string };
  readonly grade: { readonly level: number; readonly name: string; readonly stars: string };
  readonly scope: string;
  readonly scopeEn?: string;
  readonly issuer: { readonly id: string; readonly name: string; readonly nameEn: string; readonly registry: string };
  readonly [member: string]: unknown;
}

/** How it was checked; only of a certificate that is genuine. */
export interface Evidence {
  /** SHA-256 of the credential's JCS bytes, hex. */
  readonly digest: string;
  readonly verificationMethod: string;
  readonly created: Instant;
  readonly rootFingerprint?: string;
  readonly trustListSequence?: number;
  readonly logIndex?: number;
  readonly recorded?: Instant;
  readonly status?: readonly { readonly id: string; readonly sequence: number; readonly validFrom: Instant }[];
}

/** The Report: the same, byte for byte, as from every other shell of the verifier. */
export interface Report {
  readonly headline: Headline;
  readonly state?: State;
  /** The issuer is a demonstration: `inForce` reads "would be in force". */
  readonly test: boolean;
  readonly checkedAt: Instant;
  readonly at: Instant;
  readonly statusAsOf?: Instant;
  readonly statusUntil?: Instant;
  readonly genuine: Question;
  readonly authorised: Question;
  readonly inForce: Question;
  readonly coversNeed?: Question;
  readonly credential?: Credential;
  readonly evidence?: Evidence;
}

/** Whom the caller trusts, and what is demanded. */
export interface Policy {
  /** The scheme owner's key, multibase: the one pin from which all trust follows. */
  readonly ownerKey: string;
  readonly ownerSuccessor?: string;
  readonly logProof?: "whenPresent" | "required";
}

/** What the certificate must cover. */
export interface Need {
  readonly level?: 1 | 2 | 3 | 4 | 5;
  readonly standard?: string;
  readonly site?: string;
  readonly date?: Day;
}

/** The newest that was seen before: whoever hands it over cannot be led back. */
export interface Seen {
  readonly trustList?: number;
  readonly statusLists?: Readonly<Record<string, number>>;
  readonly snapshots?: Readonly<Record<string, number>>;
  readonly clockFloor?: Instant;
}

export interface LoggedDocument {
  readonly document: string;
  readonly receipt: string;
}

/** Documents as the text that was received. */
export interface Facts {
  readonly trustList?: string;
  readonly statusLists?: readonly string[];
  readonly snapshot?: string;
  readonly receipt?: string;
  readonly events?: readonly LoggedDocument[];
  readonly retirementConsistency?: readonly string[];
  readonly logTiles?: readonly { readonly url: string; readonly hashes: readonly string[] }[];
  readonly seen?: Seen;
}

export interface Request {
  /** The credential as JSON text, a link `https://…/v#…`, or the digits of a QR code. */
  readonly document: string;
  readonly facts?: Facts;
  readonly now: Instant;
  /** The instant the question is about; `now` when absent. */
  readonly at?: Instant;
  readonly policy: Policy;
  readonly need?: Need;
}

/** What could be fetched for a request. */
export interface Needs {
  readonly trustList: boolean;
  readonly statusLists: readonly string[];
  readonly record?: string;
  readonly logTiles?: readonly string[];
}

/** What `check` needs of a function that fetches; the global `fetch` is one. */
export type Fetch = (url: string, options: {
  headers: Record<string, string>;
  credentials: "omit";
  redirect: "error";
  signal: AbortSignal;
}) => Promise<Response>;

export interface CheckOptions {
  readonly fetch: Fetch;
  readonly policy: Policy;
  /** Where the trust list is; not asked where `trustList` is given. */
  readonly trustListUrl?: string | URL;
  readonly trustList?: string;
  readonly statusLists?: readonly string[];
  readonly receipt?: string;
  readonly events?: readonly LoggedDocument[];
  /** Asks the registry for the record too, which tells it which certificate is checked. */
  readonly withRecord?: boolean;
  readonly seen?: Seen;
  /** The clock's when absent. */
  readonly now?: Instant;
  readonly at?: Instant;
  readonly need?: Need;
}

export interface Checked {
  readonly report: Report;
  /** What did not come; the report has been made without it. */
  readonly failures: readonly { readonly url: string; readonly reason: string }[];
  /** To be kept, and handed over the next time. */
  readonly seen: Seen;
}

export interface Verifier {
  /** @throws {RequestError} with place and reason, when it is no request. */
  verify(request: Request): Report;
  needs(request: Request): Needs;
  /** The signed document that a link or its digits stand for. */
  document(request: Request): unknown;
  check(document: string, options: CheckOptions): Promise<Checked>;
}

export class RequestError extends Error {}

/** Where the module lies beside the script. */
export const moduleUrl: URL;

/** The module of the package, or what holds it. Only in Node it may be left out. */
export function openVerifier(
  module?: BufferSource | WebAssembly.Module | Response | URL | Promise<BufferSource | Response>,
): Promise<Verifier>;

/** A request from what is checked, facts, and what the caller knows. */
export function requestOf(
  checked: { document: string; receipt?: string; events?: readonly LoggedDocument[]; need?: Need },
  facts: Facts,
  told: { policy: Policy; now: Instant; seen?: Seen },
): Request;
