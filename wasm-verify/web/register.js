// What this device keeps of the register for times without network, loaded after the first verdict: the newest snapshot of
// all states and the log's newest head, each with when it was seen; and which release of this page stands in the log.
//
// Nothing here is believed because it was kept. The verifier opens each before it takes the place of an older one, refuses
// what goes back, and a snapshot counts for its signature and its time alone.

/** Most characters of a snapshot that is fetched unasked: some 60,000 certificates. */
const UNASKED = 1024 * 1024;
/** Longest snapshot within the verifier's budget. */
const LONGEST = 32 * 1024 * 1024;
const SNAPSHOT = "/snapshot";
const CHECKPOINT = "/log/checkpoint";
/** When a kept document was seen, as its answer's header tells. */
const SEEN_AT = "touchstone-seen-at";
/** Turns of asking for tiles that show that the log grew. */
const MOST_TURNS = 4;

const encoder = new TextEncoder();

export class Register {
  #page;
  #cache;
  /** What the visit found out, to be written in either language. */
  #told = {};

  /** `page` is what the page lends: `{ ask, policy, memory, fetchText, fetchTile, FetchError, build, byId, element, text, instant }`. */
  constructor(page) {
    this.#page = page;
    // Not over plain HTTP, nor in every browser's private windows: then nothing outlives the visit.
    this.#cache = globalThis.caches?.open(`touchstone.register.${page.policy.ownerKey}`).catch(() => undefined);
  }

  /** The snapshot kept, and when it was seen; undefined where none is. */
  async kept() {
    const kept = await this.#read(SNAPSHOT);
    return kept?.text && kept;
  }

  /** The newest snapshot that the verifier believes: fetched, or the one kept. `notices` name what went wrong. */
  async newest({ most = LONGEST } = {}) {
    const notices = new Set();
    await this.#renewTrustList(notices);
    const kept = await this.kept();
    let document;
    try {
      document = await this.#fetchNewest(kept, most);
    } catch (error) {
      notices.add(this.#failure(error));
    }
    for (const one of [document, kept?.text]) {
      if (one === undefined) continue;
      const { snapshot, refused } = await this.#ask({ facts: { snapshot: one } });
      if (snapshot?.lookup) {
        const { asOf, sequence, validUntil } = snapshot.lookup;
        this.#page.memory.see({ snapshot: { id: snapshot.id, sequence, asOf } });
        if (one !== kept?.text) await this.#write(SNAPSHOT, one);
        this.#told.snapshot = { asOf, validUntil };
        return { document: one, asOf, validUntil, notices: [...notices] };
      }
      const code = (snapshot?.refused ?? refused)?.code;
      notices.add(/RolledBack/.test(code) ? "rolledBack" : "registryFailed");
    }
    return { notices: [...notices] };
  }

  /** Refreshes everything kept, and says in the page's foot what there is. Whatever fails is tried at the next visit. */
  async refresh() {
    await this.newest({ most: UNASKED });
    if (this.#page.memory.trustList !== undefined) {
      await this.#renewCheckpoint().catch(() => {});
      await this.#proveRelease().catch(() => {});
    }
    this.show();
  }

  /** Whether the trust list at hand is the newest: the verifier is asked before one takes the place of another. */
  async #renewTrustList(notices) {
    const { memory, fetchText } = this.#page;
    try {
      const { document, rolledBack } = memory.newerTrustList(await fetchText("/trust.json"));
      if (rolledBack) notices.add("rolledBack");
      const { refused } = await this.#page.ask({ facts: { trustList: document, seen: memory.told } });
      if (refused) notices.add("registryFailed");
      else memory.see({ trustList: document });
    } catch (error) {
      notices.add(this.#failure(error));
    }
  }

  /** Of a snapshot at hand what changed since, else the whole. */
  async #fetchNewest(kept, most) {
    const { fetchText, verifier, FetchError } = this.#page;
    const whole = () => fetchText(SNAPSHOT, { accept: "application/vc", most });
    if (!kept) return whole();
    const { sequence } = JSON.parse(kept.text).credentialSubject;
    let delta;
    try {
      delta = await fetchText(`${SNAPSHOT}?since=${sequence}`, { most });
    } catch (error) {
      // Too old, or one of another register: there is no delta.
      if (error instanceof FetchError && error.kind === "absent") return whole();
      throw error;
    }
    if (delta === "") {
      await this.#write(SNAPSHOT, kept.text);
      return kept.text;
    }
    const made = await verifier.snapshotAfter(encoder.encode(kept.text), encoder.encode(delta));
    return made.length > 0 ? new TextDecoder().decode(made) : whole();
  }

  /** The log's newest head, if it follows the one kept; two histories under one key are kept both. */
  async #renewCheckpoint() {
    const { fetchText, fetchTile } = this.#page;
    const newest = await fetchText(CHECKPOINT, { accept: "text/plain" });
    const kept = await this.#read(CHECKPOINT);
    const logTiles = [];
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      const question = { newest, kept: kept?.text, registry: location.origin };
      const { checkpoint } = await this.#ask({ checkpoint: question, facts: { logTiles } });
      if (!checkpoint || checkpoint.refused) return;
      if (checkpoint.growth === "unproven" && checkpoint.tiles?.every((url) => new URL(url).origin === location.origin)) {
        logTiles.push(...await Promise.all(checkpoint.tiles.map(fetchTile)));
        continue;
      }
      if (["first", "grown"].includes(checkpoint.growth)) await this.#write(CHECKPOINT, newest);
      this.#told.log = { ...checkpoint, at: new Date(checkpoint.growth === "older" ? kept.at : Date.now()).toISOString() };
      return;
    }
  }

  /** Whether the newest release in the log is this page. */
  async #proveRelease() {
    const { fetchText, build } = this.#page;
    const { verifierReleases } = JSON.parse(await fetchText("/verifier-releases"));
    const newest = verifierReleases.at(-1);
    if (!newest) {
      this.#told.release = { outcome: "none" };
      return;
    }
    const asText = (value) => (typeof value === "string" ? value : JSON.stringify(value));
    const logged = { document: asText(newest.document), receipt: asText(newest.receipt) };
    const { release } = await this.#ask({ release: logged });
    const files = new Set(release?.files?.map(({ sha256 }) => sha256));
    const outcome = files.size === 0 ? "unproven" : build.every((digest) => files.has(digest)) ? "same" : "other";
    this.#told.release = { ...release, outcome };
  }

  /** In the page's foot: what is kept, of when, and which release this page is. */
  show() {
    const { byId, element, text, instant } = this.#page;
    const place = byId("kept");
    const rows = [];
    const row = (name, value, state) => rows.push(
      element("dt", {}, text(`register.${name}`)), element("dd", { "data-kept": name, "data-outcome": state }, value));
    const clock = (time) => `${instant(time)} ${text("page.clock")}`;
    const { snapshot, log, release } = this.#told;
    row("snapshot", snapshot ? text("register.snapshotOf", { asOf: clock(snapshot.asOf), until: clock(snapshot.validUntil) }) : text("register.none"));
    if (log) row("log", text(`register.growth.${log.growth}`, { size: log.size, at: clock(log.at) }), log.growth);
    else row("log", text("register.none"));
    const facts = { release: release?.release, index: release?.index, recorded: release?.recorded && clock(release.recorded) };
    row("release", text(`register.releases.${release?.outcome ?? "unproven"}`, facts), release?.outcome ?? "unproven");
    const open = place.querySelector("details")?.open;
    place.replaceChildren(element("details", { open }, element("summary", {}, text("register.title")), element("dl", {}, rows)));
    place.hidden = false;
  }

  /** The verifier's answer about the register; facts of this device go with each question. */
  #ask({ facts, ...question }) {
    const { memory } = this.#page;
    return this.#page.ask({ ...question, facts: { trustList: memory.trustList, seen: memory.told, ...facts } });
  }

  #failure(error) {
    if (!(error instanceof this.#page.FetchError)) throw error;
    return error.kind === "offline" ? "offline" : "registryFailed";
  }

  async #read(path) {
    const response = await (await this.#cache)?.match(path).catch(() => undefined);
    return response && { text: await response.text(), at: Number(response.headers.get(SEEN_AT)) };
  }

  async #write(path, text) {
    const response = new Response(text, { headers: { [SEEN_AT]: String(Date.now()) } });
    // Without room the next visit fetches again.
    await (await this.#cache)?.put(path, response).catch(() => {});
  }
}
