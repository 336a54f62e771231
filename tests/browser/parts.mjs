// Ways to the verify page on which the verifier's second part is late, absent or another's, and what the page tells then.
//
// Each gets the page, its context and the case, whose `document` is one that the first part cannot answer.

const REST = "**/verifier-rest.*.wasm";
const INCOMPLETE = '#verdict[data-tone=unsure][aria-busy="false"] #actions .primary';

/** The way's `faults` where what stands on the page is not the honest word about an incomplete verifier. */
async function incomplete(page) {
  await page.locator(INCOMPLETE).waitFor();
  const text = await page.locator("#main").innerText();
  const faults = [];
  if (!text.includes("查验程序的一部分没有取到")) faults.push(`does not say what is missing: ${text}`);
  if (!text.includes("这不说明证书有问题")) faults.push(`does not say that nothing is held against it: ${text}`);
  if (await page.locator("#lookup").isVisible()) faults.push("says that this browser cannot run the verifier");
  if (await page.locator("#sheet").isVisible()) faults.push("shows facts");
  return faults;
}

async function enter(page, base, document) {
  await page.goto(`${base}/v`);
  await page.locator("#document").fill(document);
  await page.locator("#box button").click();
}

/** Answers for the registry with another rest until `right` is called. */
async function instead(context, answer) {
  await context.route(REST, answer);
  return () => context.unroute(REST);
}

/** The same module under another build's name. */
async function ofAnotherBuild(route) {
  const response = await route.fetch();
  const text = (await response.body()).toString("latin1");
  const build = /[0-9a-f]{64}/.exec(text)[0];
  const body = Buffer.from(text.replace(build, build.replace(/./g, (digit) => (digit === "0" ? "1" : "0"))), "latin1");
  await route.fulfill({ contentType: "application/wasm", body });
}

/** Takes away a guard or two, and notes what becomes of the rest: compiled, linked or refused. */
function unguarded(guards) {
  globalThis.noted = [];
  if (guards.includes("integrity")) {
    const { fetch } = globalThis;
    globalThis.fetch = (url, { integrity, ...options } = {}) => fetch(url, options);
  }
  if (guards.includes("digest")) {
    const { digest } = SubtleCrypto.prototype;
    const wanted = fetch("/assets/page.js").then((script) => script.text()).then((script) => [...script.matchAll(/[0-9a-f]{64}/g)].map(([hex]) => hex));
    SubtleCrypto.prototype.digest = async function lying(algorithm, bytes) {
      const known = await wanted;
      const found = new Uint8Array(await digest.call(this, algorithm, bytes));
      const hex = Array.from(found, (octet) => octet.toString(16).padStart(2, "0")).join("");
      const told = known.includes(hex) ? hex : known.at(-1);
      return Uint8Array.from(told.match(/../g), (octet) => Number.parseInt(octet, 16)).buffer;
    };
  }
  const { compile, instantiate } = WebAssembly;
  WebAssembly.compile = (bytes) => {
    globalThis.noted.push("compiled");
    return compile.call(WebAssembly, bytes);
  };
  WebAssembly.instantiate = async (module, imports) => {
    try {
      return await instantiate.call(WebAssembly, module, imports);
    } catch (error) {
      globalThis.noted.push(error.name);
      throw error;
    }
  };
}

export const partsWays = (base, verdict) => ({
  /** Nothing comes at first; then the page goes on by itself. */
  async restLate(page, context, { document }) {
    const right = await instead(context, (route) => route.abort());
    await enter(page, base, document);
    const faults = await incomplete(page);
    await page.locator('[data-language="en"]').click();
    await page.getByText("A part of the verifier could not be fetched").waitFor();
    await page.locator('[data-language="zh-CN"]').click();
    await right();
    return { ...await verdict(page, "#questions [data-question]"), faults };
  },
  /** Something else comes; whoever presses the button once the right one is there has the verdict. */
  async restGarbage(page, context, { document }) {
    const right = await instead(context, (route) => route.fulfill({ contentType: "application/wasm", body: "no module" }));
    await enter(page, base, document);
    const faults = await incomplete(page);
    await right();
    await page.locator(INCOMPLETE).click();
    return { ...await verdict(page, "#questions [data-question]"), faults };
  },
  /** No network before the rest came, and then there is. */
  async restOffline(page, context, { document }) {
    const right = await instead(context, (route) => route.abort());
    await page.goto(`${base}/v`);
    await page.locator("#another").waitFor();
    await context.setOffline(true);
    await right();
    await page.locator("#document").fill(document);
    await page.locator("#box button").click();
    const faults = await incomplete(page);
    await context.setOffline(false);
    return { ...await verdict(page, "#questions [data-question]"), faults };
  },
  /** A rest of another build: refused as it is fetched, by its digest, and as it is linked. */
  async restOther(page, context, { document, guards, noted }) {
    await page.addInitScript(unguarded, guards);
    await instead(context, ofAnotherBuild);
    await enter(page, base, document);
    const faults = await incomplete(page);
    const found = await page.evaluate(() => [...new Set(globalThis.noted)]);
    if (JSON.stringify(found) !== JSON.stringify(noted)) faults.push(`noted ${found}, not ${noted}`);
    return { headline: await page.locator("#verdict").getAttribute("data-headline"), incomplete: true, faults };
  },
  /** Modules of this size cannot be made without waiting (Chromium before 114); a trap, and then another question. */
  async oldView(page, _, { document, link }) {
    await page.addInitScript(() => {
      const refuse = () => { throw new RangeError("WebAssembly.Instance is disallowed on the main thread, if the buffer size is larger than 4KB."); };
      for (const name of ["Instance", "Module"]) {
        WebAssembly[name] = new Proxy(WebAssembly[name], { construct: refuse });
      }
    });
    await enter(page, base, document);
    const first = await verdict(page);
    await page.evaluate((hash) => { location.hash = hash; }, new URL(link).hash);
    await page.locator('#verdict[data-headline=inForce][aria-busy="false"]').waitFor();
    return { ...await verdict(page), faults: first.headline === "notGenuine" ? [] : [`first ${first.headline}`] };
  },
});
