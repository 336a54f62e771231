// "This paper does not match": a report to the certification body, through its registry; no account, nothing sent but what
// is written here and which certificate it is about.

/** What may differ, as the registry knows it. */
const FIELDS = ["number", "holder", "grade", "scope", "validity", "other"];
const LONGEST_NOTE = 500;
const LONGEST_CONTACT = 200;

export class Mismatch {
  #page;
  /** What stands in place of the button: `{ place, credential, form, told }`, where `told` is `{ name, facts }`. */
  #standing;

  /** `page` is what the page lends. */
  constructor(page) {
    this.#page = page;
  }

  /** The form, in place of the button that asked for it. */
  open(place, { credential }) {
    this.#write({ place, credential });
    this.#standing.form.querySelector("input").focus();
  }

  /** The sheet was written again, in another language or with newer facts: so is what stood on it, as it was filled in. */
  resume(place, { credential }) {
    const last = this.#standing;
    this.#standing = undefined;
    if (place && last && isSame(last.credential, credential)) this.#write({ ...last, place });
  }

  #write({ place, credential, form: filled, told }) {
    const { element, button, text } = this.#page;
    const boxes = FIELDS.map((field) => element("label", {}, element("input", { type: "checkbox", name: "field", value: field }), " ", text(`mismatch.fields.${field}`)));
    const form = element("form", { class: "mismatch-form", novalidate: true },
      element("fieldset", {}, element("legend", {}, text("mismatch.legend")), boxes),
      element("label", {}, text("mismatch.note"), element("textarea", { name: "note", rows: "3", maxlength: LONGEST_NOTE, required: true })),
      element("label", {}, text("mismatch.contact"), element("input", { name: "contact", type: "text", maxlength: LONGEST_CONTACT, autocomplete: "off" })),
      element("p", { class: "fine" }, text("mismatch.privacy", { number: credential.number })),
      element("p", { class: "row" }, element("button", { type: "submit", class: "primary" }, text("mismatch.send")), button(text("mismatch.cancel"), () => this.#close())),
      element("p", { role: "status", class: "mismatch-status" }));
    if (filled) fill(form, new FormData(filled));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    place.replaceChildren(form);
    this.#standing = { place, credential, form };
    if (told) this.#tell(told);
  }

  async #submit() {
    const { credential, form } = this.#standing;
    const given = new FormData(form);
    const [fields, note, contact] = [given.getAll("field"), oneLine(given.get("note")), oneLine(given.get("contact"))];
    if (fields.length === 0 || note === "") {
      this.#tell({ name: "incomplete" });
      form.querySelector(fields.length === 0 ? "input" : "textarea").focus();
      return;
    }
    this.#tell({ name: "sending" });
    const outcome = await post(report(credential, fields, note, contact));
    // Somebody may have gone on to another certificate; what was sent is sent.
    if (!isSame(this.#standing?.credential, credential)) return;
    this.#tell(outcome.reference ? { name: "sent", facts: outcome } : { name: `failures.${outcome.failure}` });
    this.#standing.place.querySelector("[data-mismatch=sent]")?.focus();
  }

  /** Says how it stands. What was filled in stays until it was sent: it can be sent later. */
  #tell(told) {
    const { element, text } = this.#page;
    const { place, form } = this.#standing;
    this.#standing.told = told;
    const said = text(`mismatch.${told.name}`, told.facts);
    if (told.name === "sent") {
      place.replaceChildren(element("p", { role: "status", tabindex: "-1", "data-mismatch": "sent" }, said));
      return;
    }
    form.querySelector("[type=submit]").disabled = told.name === "sending";
    const status = form.querySelector(".mismatch-status");
    status.textContent = said;
    status.dataset.mismatch = told.name.replace("failures.", "");
  }

  #close() {
    const { button, text } = this.#page;
    const { place, credential } = this.#standing;
    this.#standing = undefined;
    const again = button(text("page.mismatch"), () => this.open(place, { credential }));
    place.replaceChildren(again);
    again.focus();
  }
}

const isSame = (one, other) => one !== undefined && one.number === other?.number && one.version === other.version;

/** Fills a form in as another was. */
function fill({ elements }, filled) {
  const fields = filled.getAll("field");
  for (const box of elements.field) box.checked = fields.includes(box.value);
  for (const name of ["note", "contact"]) elements[name].value = filled.get(name);
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
