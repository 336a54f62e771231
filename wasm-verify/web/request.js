// What the verifier is asked, in the form in which it takes it.

/**
 * The request about `checked` (`{ document, receipt?, events?, need? }`) with the facts fetched for it. What is absent is
 * left out: the verifier takes no null for it.
 */
export function requestOf(checked, facts, { policy, seen, now }) {
  return {
    document: checked.document,
    facts: { ...facts, receipt: checked.receipt, events: checked.events, seen },
    now,
    policy,
    ...(checked.need && { need: checked.need }),
  };
}

/** The registry's record of a certificate as what is checked. */
export const checkedOf = (record) => ({
  document: JSON.stringify(record.credential),
  receipt: record.receipt && JSON.stringify(record.receipt),
  events: (record.events ?? []).map(({ document, receipt }) => ({ document: JSON.stringify(document), receipt: JSON.stringify(receipt) })),
});
