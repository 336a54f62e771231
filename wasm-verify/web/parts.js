// The verifier comes in two parts, so that a first verdict waits for few bytes: the first holds what ordinary verdicts
// run, the rest what they do not. A function that is not there yet traps, so the first part gives the verifier's own
// answer or none; then the rest is fetched and the same question asked again.

/** The question cannot be answered by the first part alone. */
export class RestWanted extends Error {}

export class Verifier {
  #bindings;
  #fetchRest;
  #rest;
  #whole = false;

  /** `bindings` is the module verifier.js, `first` what its `default` takes; `fetchRest` gives the rest's bytes. */
  static async open(bindings, first, fetchRest) {
    await bindings.default({ module_or_path: first });
    const verifier = new Verifier();
    verifier.#bindings = bindings;
    verifier.#fetchRest = fetchRest;
    return verifier;
  }

  verify = (request) => this.#ask("verify", request);
  needs = (request) => this.#ask("needs", request);
  document = (request) => this.#ask("document", request);

  #ask(door, request) {
    try {
      return this.#bindings[door](request);
    } catch (error) {
      const wanted = error instanceof WebAssembly.RuntimeError && !this.#whole;
      // Nothing is built on what a trap leaves behind.
      this.#bindings.__wbg_reset_state();
      this.#whole = false;
      throw wanted ? new RestWanted() : error;
    }
  }

  /** Fetches the rest, once, and joins it to the first part. */
  async complete() {
    this.#rest ??= this.#fetchRest().then((bytes) => WebAssembly.compile(bytes));
    this.#rest.catch(() => {
      this.#rest = undefined;
    });
    const rest = await this.#rest;
    const first = await this.#bindings.default();
    if (this.#whole) return;
    await WebAssembly.instantiate(rest, { first });
    this.#whole = true;
  }
}
