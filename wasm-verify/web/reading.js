// Asks a worker, by default the one that reads pictures and PDF files, one question at a time.

/** Milliseconds after which a question is given up, and the worker with it. */
const LIMIT = 40_000;

export class Reader {
  #scriptUrl;
  #address;
  #limit;
  #worker;

  /** `scriptUrl` makes an address one that scripts may be loaded from; a question is given up after `limit` milliseconds. */
  constructor(scriptUrl, address = "/assets/reader-worker.js", limit = LIMIT) {
    this.#scriptUrl = scriptUrl;
    this.#address = address;
    this.#limit = limit;
  }

  /** The worker's answer; `{ refused: "tooSlow" }` or `{ refused: "notLoaded" }` where there is none. */
  ask(question, transfer) {
    return new Promise((resolve) => {
      try {
        this.#worker ??= new Worker(this.#scriptUrl(this.#address), { type: "module" });
      } catch {
        resolve({ refused: "notLoaded" });
        return;
      }
      const worker = this.#worker;
      const timer = setTimeout(() => finish({ refused: "tooSlow" }, true), this.#limit);
      const finish = (answer, over) => {
        clearTimeout(timer);
        if (over) this.#end(worker);
        resolve(answer);
      };
      worker.onmessage = ({ data }) => finish(data, data.refused === "notLoaded");
      // A trap, or a worker that did not start: the next question gets a fresh one.
      worker.onerror = (event) => {
        event.preventDefault();
        finish({ refused: event.message ? "damaged" : "notLoaded" }, true);
      };
      worker.postMessage(question, transfer);
    });
  }

  close() {
    if (this.#worker) this.#end(this.#worker);
  }

  #end(worker) {
    worker.terminate();
    if (this.#worker === worker) this.#worker = undefined;
  }
}
