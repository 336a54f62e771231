// The verifier comes in two parts, so that a first verdict waits for few bytes: the first holds what ordinary verdicts
// run, the rest what they do not. A function that is not there yet traps, so the first part gives the verifier's own
// answer or none; then the rest is fetched and the same question asked again, in a fresh instance.

/** Questions asked again because another one's trap took the instance away. */
const MOST_ATTEMPTS = 3;

/** The question needs the rest, and the rest did not come (`cause` tells why) or is of another build. */
export class RestMissing extends Error {}

export class Verifier {
  #bindings;
  #fetchRest;
  /** The rest, compiled or on its way. */
  #rest;
  /** Exports of the instance that is asked; none after a trap. */
  #first;
  #renewing;
  /** Whether the rest is joined to that instance. */
  #whole = false;

  /** `bindings` is the module verifier.js, `first` and what `fetchRest` promises the parts' bytes. */
  static async open(bindings, first, fetchRest) {
    const verifier = new Verifier();
    verifier.#bindings = bindings;
    verifier.#fetchRest = fetchRest;
    verifier.#first = await bindings.default({ module_or_path: first });
    return verifier;
  }

  verify = (request) => this.#ask("verify", request);
  needs = (request) => this.#ask("needs", request);
  document = (request) => this.#ask("document", request);
  register = (request) => this.#ask("register", request);
  snapshotAfter = (kept, delta) => this.#ask("snapshotAfter", kept, delta);

  /** Bytes of its memory. */
  get bytes() {
    return this.#first?.memory.buffer.byteLength;
  }

  async #ask(door, ...request) {
    for (let attempt = 1; ; attempt += 1) {
      while (this.#first === undefined) await this.#renew();
      // From here to the answer nothing waits: no other question's trap comes between.
      try {
        return this.#bindings[door](...request);
      } catch (error) {
        const wanted = error instanceof WebAssembly.RuntimeError && !this.#whole;
        // Nothing is built on what a trap leaves behind.
        this.#drop();
        if (!wanted || attempt === MOST_ATTEMPTS) throw error;
      }
      await this.complete();
    }
  }

  #drop() {
    this.#first = undefined;
    this.#whole = false;
  }

  /** A fresh instance. Made without blocking: browsers refuse that for a module of this size in the page's thread. */
  #renew() {
    this.#renewing ??= this.#bindings.renew().then((first) => {
      this.#first = first;
    }).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** Fetches the rest, once, and joins it to the first part. Fails with `RestMissing`, and may be tried again. */
  async complete() {
    this.#rest ??= this.#fetchRest().then((bytes) => WebAssembly.compile(bytes));
    const fetched = this.#rest;
    try {
      const rest = await fetched;
      while (!this.#whole) {
        while (this.#first === undefined) await this.#renew();
        const first = this.#first;
        await WebAssembly.instantiate(rest, { first });
        // Joined to an instance that has trapped meanwhile it helps nobody.
        this.#whole = this.#first === first;
      }
    } catch (cause) {
      if (this.#rest === fetched) this.#rest = undefined;
      throw new RestMissing("the verifier's rest is missing", { cause });
    }
  }
}
