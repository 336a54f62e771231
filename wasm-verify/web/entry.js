// What somebody shows, by its looks: a link that carries a certificate, a record, a statement.

const CARRYING = /^(https?:\/\/[^#]*)#(\d+)(?:[&#?].*)?$/is;

/** Whether an address carries a certificate: its fragment begins with a digit. Any other names a place on the page. */
export const carries = (hash) => /^#\d/.test(hash);

/** A link as it was scanned, without what chat programs append to it (`#wechat_redirect`, `&from=…`). */
export function withoutAdditions(link) {
  const [, page, digits] = CARRYING.exec(link) ?? [];
  return digits ? `${page}#${digits}` : link;
}

/** Whether a JSON text is what a registry answers about a certificate: its `record`, a `statement`; else undefined. */
export function registrysAnswer(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (value?.["@context"] !== undefined) return undefined;
  if (value?.credential && value.receipt) return { record: value };
  return value?.listReceipts && value.request ? { statement: value } : undefined;
}
