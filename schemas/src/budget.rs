//! Limits on hostile input, all in one place, each with the source of its figure.

/// Deepest nesting of arrays and objects the strict reader follows; the 33rd level is refused.
///
/// Source: RFC 8259 §9 lets a reader limit nesting; the figure is our profile's. It also bounds the recursion
/// of everything that walks a tree.
pub const MAX_DEPTH: usize = 32;

/// Longest credential, event or log record, in bytes.
///
/// Source: policy. A credential takes about 4 KB, so this is some sixty times the usual one, while a document
/// of 1 MB is refused unread.
pub const MAX_CREDENTIAL_BYTES: usize = 256 * 1024;

/// Longest status list credential, in bytes.
///
/// Source: policy over the smallest list that Bitstring Status List allows, 131,072 entries: with three bits
/// an entry that is 48 KiB, 64 KiB in base64 should it not compress at all. The limit is 32 times that.
pub const MAX_STATUS_LIST_BYTES: usize = 2 * 1024 * 1024;

/// Longest trust list, in bytes.
///
/// Source: policy, room for hundreds of issuers with their certificates.
pub const MAX_TRUST_LIST_BYTES: usize = 1024 * 1024;

/// Longest key retirement or verifier release, in bytes.
///
/// Source: policy, room for [`MAX_RELEASE_FILES`] paths of usual length with their digests.
pub const MAX_OWNER_RECORD_BYTES: usize = 128 * 1024;

/// Most files of a release of the verify page.
///
/// Source: policy; the page has some twenty.
pub const MAX_RELEASE_FILES: usize = 256;

/// Longest snapshot of all states, in bytes; a delta between two, too.
///
/// Source: a million certificates take 12.4 MiB in base64 (docs/FORMATS.md "Snapshot"); room for two million at
/// their worst.
pub const MAX_SNAPSHOT_BYTES: usize = 32 * 1024 * 1024;

/// Most certificates of a snapshot that are read.
///
/// Source: policy, twice the million that a registry is measured with; a second's reading at most.
pub const MAX_SNAPSHOT_STATES: usize = 2_000_000;

/// Longest signed note read, in bytes. C2SP signed-note asks verifiers to accept 16 signatures and
/// warns that one may be nearly 5 kB (6.7 kB in base64): 16 of them and a body stay below this.
pub const MAX_NOTE_BYTES: usize = 128 * 1024;

/// Most signature lines in a signed note: the number C2SP signed-note obliges verifiers to accept.
pub const MAX_NOTE_SIGNATURES: usize = 16;

/// Most hashes in an inclusion proof: the depth of a tree of 2^64 leaves (RFC 6962 §2.1.1).
pub const MAX_INCLUSION_HASHES: usize = 64;

/// Longest tlog-proof read, in bytes: a note of the longest kind, the hashes at 45 bytes a line, two heading lines.
pub const MAX_LOG_PROOF_BYTES: usize = MAX_NOTE_BYTES + MAX_INCLUSION_HASHES * 45 + 64;

/// Longest log entry, in bytes: C2SP tlog-tiles prefixes each entry of a bundle with a 16-bit length.
pub const MAX_ENTRY_BYTES: usize = 65_535;

/// Longest X.509 certificate read, in bytes. Ours are under 500; the limit leaves room for a body's own extensions
/// and keeps every length within two octets.
pub const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;

/// Longest certification path, end entity and root included: issuing key, two authorities, root (THREATS T36).
pub const MAX_PATH_CERTIFICATES: usize = 4;

/// Most candidate intermediates offered for one path (THREATS T36).
pub const MAX_PATH_INTERMEDIATES: usize = 8;

/// Most pinned roots offered for one path: one in use, its successor, and as many again while bodies merge.
pub const MAX_PATH_ROOTS: usize = 4;

/// Most name-matching candidate paths whose signatures are checked: 16 of at most three signatures each stay under
/// 2 ms at 35 µs a signature.
pub const MAX_PATH_ATTEMPTS: usize = 16;

/// Longest line of text for people, in characters.
///
/// Source: a scope of 500 characters fills the two lines of the printed certificate six times over.
pub const MAX_TEXT_CHARS: usize = 500;

/// Longest certificate number, in characters.
///
/// Source: the scheme's template gives 16; number schemes of other bodies stay below 32.
pub const MAX_NUMBER_CHARS: usize = 32;

/// Most sites of a certificate.
///
/// Source: a multi-site certificate with more is issued in parts.
pub const MAX_SITES: usize = 64;

/// Most standards a scheme names.
///
/// Source: the maturity scheme names two.
pub const MAX_STANDARDS: usize = 16;

/// Most entries of a status list.
///
/// Source: eight times the least number (Bitstring Status List §6.1); 384 KiB of message bits.
pub const MAX_STATUS_LIST_ENTRIES: u32 = 1_048_576;

/// Longest fact of a reason in a Report, in characters.
///
/// Source: a fact is a line of a page; the longest of ours, a path error with two names, takes some 160.
pub const MAX_FACT_CHARS: usize = 240;

/// Longest verification request, in bytes.
///
/// Source: a snapshot and a trust list of the longest kind as JSON strings, and room for lists and receipts.
pub const MAX_REQUEST_BYTES: usize = 96 * 1024 * 1024;

/// Most status lists of a verification request.
///
/// Source: three purposes, each cached, fetched and for some past instants; 64 signatures take 3 ms.
pub const MAX_REQUEST_STATUS_LISTS: usize = 64;

/// Most events of a verification request.
///
/// Source: a certificate lives three years with some ten events; 256 with receipts take 20 ms.
pub const MAX_REQUEST_EVENTS: usize = 256;

/// Most log tiles of a verification request.
///
/// Source: a consistency proof has at most 64 hashes, each computed from one tile (RFC 6962 §2.1.2, C2SP tlog-tiles);
/// room for four proofs of the longest kind.
pub const MAX_REQUEST_LOG_TILES: usize = 256;

/// Most numbers looked up in a snapshot at once.
///
/// Source: as many as a sheet has rows; a look-up takes microseconds, and so much may be asked of the registry too.
pub const MAX_LOOKUP_NUMBERS: usize = 10_000;

/// Most certificates verified with facts that are opened once.
///
/// Source: policy; whoever has more asks again, and can tell how far it is.
pub const MAX_REQUEST_DOCUMENTS: usize = 64;

/// Most digits of a QR payload that are read.
///
/// Source: ISO/IEC 18004, a version 19 symbol at level M holds 1,489 digits beside the shortest link.
pub const MAX_QR_DIGITS: usize = 1_500;

/// Longest life of a trust list, in seconds.
///
/// Source: a policy figure, 90 days.
pub const MAX_LIFETIME_SECONDS: i64 = 90 * 86_400;

/// Longest serial number of an X.509 certificate, in octets.
///
/// Source: RFC 5280 §4.1.2.2.
pub const MAX_SERIAL_OCTETS: usize = 20;

/// Longest report that a paper does not match, in bytes.
///
/// Source: two texts of the longest kind, every character escaped, and the other members.
pub const MAX_MISMATCH_BYTES: usize = 16 * 1024;

/// Most fields that a report names: each there is, twice.
///
/// Source: policy.
pub const MAX_MISMATCH_FIELDS: usize = 12;

/// Most reports that a registry keeps; beyond it none is taken until the operator makes room.
///
/// Source: policy, 300 MB at their longest; a body receives some dozens a year.
pub const MAX_MISMATCH_REPORTS: u64 = 20_000;

/// Most reports given to the office at once.
///
/// Source: policy; a page of them is some 200 KB at its longest.
pub const MAX_MISMATCH_PAGE: u32 = 100;

/// Longest question of many certificates at once, in bytes.
///
/// Source: 10,000 rows of the longest number, 32 characters, with quotes and separators, three times over.
pub const MAX_VALIDITY_BYTES: usize = 1024 * 1024;

/// Most rows of a question of many certificates at once.
///
/// Source: a policy figure, the suppliers of a large company.
pub const MAX_VALIDITY_ROWS: usize = 10_000;

/// Longest text written on a file of the office, in characters: a description, a gap analysis, an opinion, a reason.
///
/// Source: two pages of the report.
pub const MAX_PASSAGE_CHARS: usize = 4_000;

/// Longest act of the office's journals, in bytes.
///
/// Source: an evaluation with two passages of the longest kind for each of 25 sub-domains takes 600 kB.
pub const MAX_ACT_BYTES: usize = 1024 * 1024;

/// Most acts of one case.
///
/// Source: an application with 100 files that is returned ten times takes some 200.
pub const MAX_CASE_ACTS: usize = 1_000;

/// Longest file attached to a case, in bytes.
///
/// Source: policy; a report of 100 pages with pictures.
pub const MAX_ATTACHMENT_BYTES: usize = 64 * 1024 * 1024;

/// Most stages of a workflow.
///
/// Source: the body's own system shows nine.
pub const MAX_STAGES: usize = 32;

/// Longest sheet of applications or older certificates, in bytes, CSV or XLSX as it is sent.
///
/// Source: 10,000 rows of 30 filled columns take some 5 MB as CSV.
pub const MAX_SHEET_BYTES: usize = 16 * 1024 * 1024;

/// Most bytes that all parts of an XLSX file read may have when inflated; counted while inflating, whatever the
/// directory says.
///
/// Source: 10,000 rows of 30 cells at 100 bytes a cell, twice over. What is made of them takes some five times as much.
pub const MAX_SHEET_INFLATED_BYTES: usize = 64 * 1024 * 1024;

/// Most parts of an XLSX file.
///
/// Source: policy; a workbook of one sheet has about a dozen.
pub const MAX_SHEET_PARTS: usize = 256;

/// Most rows of a sheet, its head included; as many certificates are one batch.
///
/// Source: the figure the office is measured with, and the head.
pub const MAX_SHEET_ROWS: usize = 10_001;

/// Most columns of a sheet.
///
/// Source: the widest of ours has 40.
pub const MAX_SHEET_COLUMNS: usize = 64;

/// Longest cell of a sheet, in characters.
///
/// Source: a cell holds at most a passage.
pub const MAX_SHEET_CELL_CHARS: usize = MAX_PASSAGE_CHARS;

/// Most cases of one batch.
///
/// Source: a sheet of the longest kind.
pub const MAX_BATCH_CASES: usize = MAX_SHEET_ROWS - 1;

/// Longest document of a batch that a person signs, in bytes.
///
/// Source: 10,000 bundles of 2 kB, three times over.
pub const MAX_BATCH_BUNDLE_BYTES: usize = 64 * 1024 * 1024;

/// Most events of a certificate's history that are brought in with it.
///
/// Source: three years of validity hold some six.
pub const MAX_PAST_EVENTS: usize = 16;
