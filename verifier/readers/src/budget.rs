//! Limits on hostile pictures and files, all in one place, each with the source of its figure.

/// Most pixels of a picture that are looked at; a larger one is made smaller first by whoever gives it.
///
/// Source: policy. The photo of a phone has 12 million; a symbol of version 19 needs 200 × 200.
pub const MAX_PIXELS: usize = 16 * 1024 * 1024;

/// Longest picture file read, in bytes.
///
/// Source: policy, as the verify page has it; a photo of 50 million pixels has some 15 MB.
pub const MAX_PICTURE_BYTES: usize = 25 * 1024 * 1024;

/// Most pixels of a picture file that is decoded; read off its head before.
///
/// Source: phones take photos of 50 million.
pub const MAX_PICTURE_PIXELS: u64 = 64 * 1024 * 1024;

/// Longest side of a picture file that is decoded, in pixels.
///
/// Source: policy; a panorama of a phone stays below.
pub const MAX_PICTURE_SIDE: u32 = 32_768;

/// Most memory that decoding a picture file may take, in bytes.
///
/// Source: four bytes for each of the most pixels.
pub const MAX_PICTURE_ALLOCATION: u64 = 4 * MAX_PICTURE_PIXELS;

/// Longest side of a picture that is searched: larger ones are averaged down to it.
///
/// Source: measured. Finding takes time in proportion to the area, and a symbol of 93 modules that fills a quarter of
/// this has four pixels a module.
pub const MAX_SIDE: usize = 1600;

/// Most texts taken from one picture.
///
/// Source: policy; papers bear one symbol of ours and perhaps one of somebody else's.
pub const MAX_SYMBOLS: usize = 8;

/// Longest PDF file read, in bytes.
///
/// Source: policy. Our papers have some 200 KB; a scan of one stays below.
pub const MAX_PDF_BYTES: usize = 10 * 1024 * 1024;

/// Most objects of a PDF file's cross-reference table.
///
/// Source: policy; a paper of ours has some hundreds, a file of 1,000 pages some ten thousands.
pub const MAX_PDF_OBJECTS: usize = 200_000;

/// Most sections of cross-references followed: one for each time that a file was added to.
///
/// Source: policy; signing and time-stamping add two.
pub const MAX_PDF_UPDATES: usize = 64;

/// Deepest nesting of a PDF file's arrays and dictionaries, and of its trees.
///
/// Source: the depth that the strict JSON reader follows.
pub const MAX_PDF_DEPTH: usize = 32;

/// Most pages looked at; those behind are not.
///
/// Source: policy.
pub const MAX_PDF_PAGES: usize = 1_000;

/// Most attempts at all pictures of a PDF file together: 22 at a photo that shows nothing, four at a part of a drawn page.
///
/// Source: policy. One takes some 50 ms. A paper of ours is read at the first; a report with forty scanned pages before
/// the certificate is still read.
pub const MAX_PDF_ATTEMPTS: usize = 1_000;

/// Most files attached to one that are looked at.
///
/// Source: policy; ours have two.
pub const MAX_PDF_ATTACHMENTS: usize = 16;

/// Most bytes that all streams of a PDF file may inflate to together.
///
/// Source: policy. A page of A4 in grey at 300 dots an inch has 8.7 MB.
pub const MAX_PDF_INFLATED: usize = 64 * 1024 * 1024;

/// Most drawing operators interpreted in all pages together.
///
/// Source: policy. A symbol of version 19 drawn square by square takes some 40,000.
pub const MAX_PDF_OPERATORS: usize = 4_000_000;

/// How many drawing operators drawing a form counts for: it is looked up and inflated anew each time.
///
/// Source: measured. A form that draws itself twice kept a reader busy for 12 seconds without it; papers have some dozens
/// of forms.
pub const FORM_OPERATORS: usize = 200;

/// Most points of one path.
///
/// Source: a symbol of version 40 has 177² modules, each with four corners; twice that.
pub const MAX_PDF_POINTS: usize = 256 * 1024;

/// Most pixels painted on one page.
///
/// Source: policy, twenty times the sheet.
pub const MAX_PDF_PAINTED: usize = 200 * 1024 * 1024;
