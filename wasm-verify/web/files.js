// What somebody gives the page as a file, by its looks; and the certificate among what a PDF file carries.

/** Largest files taken, in bytes. */
export const LARGEST = { pdf: 10 * 1024 * 1024, picture: 25 * 1024 * 1024, text: 4 * 1024 * 1024, sheet: 16 * 1024 * 1024 };
export const LINK = /^https?:\/\/[^/?#\s]+\/v(?:\?[^#\s]*)?#\d{20,}$/i;
export const RECORD = /^https?:\/\/[^/?#\s]+\/certificates\/[^/?#\s]+$/i;

/** Whether a file is a list of many. */
export const isSheet = ({ name, type }) => /\.(csv|xlsx?)$/i.test(name) || type === "text/csv" || /spreadsheetml|ms-excel/.test(type);

export function kindOf(file, head) {
  const start = String.fromCharCode(...head);
  if (start.includes("%PDF-")) return "pdf";
  if (/^\s*\{/.test(start) || /^\s*https?:\/\//i.test(start)) return "text";
  return file.type.startsWith("text/") || file.type === "application/json" ? "text" : "picture";
}

/** Of attached JSON files the credential, and its receipt where one is there. */
export function certificateIn(attached) {
  const parsed = attached.map((content) => {
    try {
      return { content, value: JSON.parse(content) };
    } catch {
      return { content, value: {} };
    }
  });
  const credential = parsed.find(({ value }) => typeof value.proof === "object" && value.credentialSubject);
  const receipt = parsed.find(({ value }) => typeof value.proof === "string" && value.entry);
  return credential && { document: credential.content, receipt: receipt?.content };
}
