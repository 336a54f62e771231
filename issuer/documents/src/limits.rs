//! Limits on what comes from outside this crate's own templates.

use std::time::Duration;

/// Longest PDF read, in bytes.
///
/// Source: policy; a certificate takes some 150 KB, a sealed one with the seal's picture and a time stamp some 500 KB.
pub(crate) const MAX_PDF_BYTES: usize = 16 * 1024 * 1024;

/// Most pages of a certificate.
///
/// Source: 64 sites with two lines of 500 characters each take seven pages.
pub(crate) const MAX_CERTIFICATE_PAGES: usize = 16;

/// Longest side of a page that is drawn, in points.
///
/// Source: policy, A2; at the 300 dots an inch of the finest try the picture takes 140 MB.
pub(crate) const MAX_PAGE_POINTS: f32 = 1_684.0;

/// Longest template or picture beside it, in bytes.
///
/// Source: policy; the longest of ours takes 15 KB, a body's logo as SVG some 100 KB.
pub(crate) const MAX_TEMPLATE_BYTES: u64 = 4 * 1024 * 1024;

/// Most files of a folder of templates, and of a folder of fonts.
///
/// Source: policy; typst numbers files in 16 bits.
pub(crate) const MAX_FOLDER_FILES: usize = 256;

/// Longest font file, in bytes.
///
/// Source: Debian's largest, Noto Serif CJK Bold, takes 27 MB.
pub(crate) const MAX_FONT_BYTES: u64 = 64 * 1024 * 1024;

/// Longest receipt, in bytes: an entry and a tlog-proof, escaped.
pub(crate) const MAX_RECEIPT_BYTES: usize =
    2 * (touchstone_schemas::budget::MAX_LOG_PROOF_BYTES + touchstone_schemas::budget::MAX_ENTRY_BYTES);

/// Longest report as data, in bytes.
///
/// Source: 20 sub-domains with a page of 1,500 characters each, three times over.
pub(crate) const MAX_REPORT_BYTES: usize = 512 * 1024;

/// How often a seal program is looked at while it runs.
pub(crate) const SEAL_POLL: Duration = Duration::from_millis(5);

/// How long what an ended seal program wrote is waited for.
pub(crate) const SEAL_PIPES: Duration = Duration::from_secs(5);
