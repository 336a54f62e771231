// "This paper does not match": a report to the certification body, through its registry; no account, nothing sent but what
// is written here and which certificate it is about.

/** What may differ, as the registry knows it. */
const FIELDS = ["number", "holder", "grade", "scope", "validity", "other"];
const LONGEST_NOTE = 500;
const LONGEST_CONTACT = 200;

export class Mismatch {
  #page;

  /** `page` is what the page lends. */
  constructor(page) {
    this.#page = page;
  }

  /** The form, in place of the button that asked for it. */
  open(place, { credential }) {
    const { element, button, text } = this.#page;
    const status = element("p", { role: "status", class: "mismatch-status" });
    const note = element("textarea", { name: "note", rows: "3", maxlength: LONGEST_NOTE, required: true });
    const contact = element("input", { name: "contact", type: "text", maxlength: LONGEST_CONTACT, autocomplete: "off" });
    const send = element("button", { type: "submit", class: "primary" }, text("mismatch.send"));
    const boxes = FIELDS.map((field) => element("label", {}, element("input", { type: "checkbox", name: "field", value: field }), " ", text(`mismatch.fields.${field}`)));
    const form = element("form", { class: "mismatch-form", novalidate: true },
      element("fieldset", {}, element("legend", {}, text("mismatch.legend")), boxes),
      element("label", {}, text("mismatch.note"), note),
      element("label", {}, text("mismatch.contact"), contact),
      element("p", { class: "fine" }, text("mismatch.privacy", { number: credential.number })),
      element("p", { class: "row" }, send, button(text("mismatch.cancel"), () => this.#close(place, credential))), status);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const fields = new FormData(form).getAll("field");
      const said = oneLine(note.value);
      if (fields.length === 0 || said === "") {
        status.textContent = text("mismatch.incomplete");
        (fields.length === 0 ? form.querySelector("input") : note).focus();
        return;
      }
      send.disabled = true;
      status.textContent = text("mismatch.sending");
      const outcome = await post(report(credential, fields, said, oneLine(contact.value)));
      if (outcome.reference) {
        const done = element("p", { role: "status", tabindex: "-1", "data-mismatch": "sent" }, text("mismatch.sent", outcome));
        place.replaceChildren(done);
        done.focus();
        return;
      }
      // What was written stays: it can be sent later.
      send.disabled = false;
      status.textContent = text(`mismatch.failures.${outcome.failure}`);
      status.dataset.mismatch = outcome.failure;
    });
    place.replaceChildren(form);
    form.querySelector("input").focus();
  }

  #close(place, credential) {
    const { button, text } = this.#page;
    const again = button(text("page.mismatch"), () => this.open(place, { credential }));
    place.replaceChildren(again);
    again.focus();
  }
}

const report = ({ number, version }, fields, note, contact) => ({ fields, note, number, version, ...(contact && { contact }) });

/** What is typed, as one line of text: the registry takes no control characters. */
const oneLine = (typed) => typed.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim();

/** `{ reference }` when the registry has it, else `{ failure }`. */
async function post(body) {
  let response;
  try {
    response = await fetch("/mismatch-reports", {
      method: "POST", headers: { "content-type": "application/json", accept: "application/json" }, body: JSON.stringify(body),
      credentials: "omit", redirect: "error", signal: AbortSignal.timeout?.(20_000),
    });
  } catch {
    return { failure: "offline" };
  }
  try {
    if (response.status === 201) return { reference: (await response.json()).reference };
  } catch {
    return { failure: "refused" };
  }
  return { failure: { 429: "tooMany", 400: "notTaken" }[response.status] ?? "refused" };
}
