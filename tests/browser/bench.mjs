// The same work in WebAssembly, in Node: `node bench.mjs FOLDER SAMPLES [ROUNDS]` prints a group of figures.
//
// FOLDER holds verifier.js and verifier_bg.wasm, built as the page's but with the entry points for benchmarks.
// SAMPLES is what the native benchmark wrote.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, samplesFile, roundsText = "151"] = process.argv.slice(2);
const rounds = Number(roundsText);
if (samplesFile === undefined || !(rounds > 0)) {
  console.error("usage: node bench.mjs FOLDER SAMPLES [ROUNDS]");
  process.exit(64);
}

/** How long one piece of work runs in one round, in milliseconds. */
const SLICE = 5;

const verifier = await import(pathToFileURL(resolve(folder, "verifier.js")));
const module = await readFile(resolve(folder, "verifier_bg.wasm"));
verifier.initSync({ module });
const { KnownKey, KnownProfile, verify } = verifier;

const samples = JSON.parse(await readFile(samplesFile, "utf8"));
const bytes = (text) => new TextEncoder().encode(text);
const key = KnownKey.parse(Uint8Array.from(samples.key));
const profile = KnownProfile.parse(bytes(samples.profile));
const certificates = samples.certificates.map((certificate) => ({
  document: bytes(certificate.document),
  message: Uint8Array.from(certificate.message),
  signature: Uint8Array.from(certificate.signature),
  digits: certificate.digits,
  request: bytes(JSON.stringify(certificate.request)),
  requestByLink: bytes(JSON.stringify(certificate.requestByLink)),
}));

/** Work on one certificate after the other, for ever. */
function cycle(work) {
  let at = 0;
  return () => {
    work(certificates[at]);
    at = (at + 1) % certificates.length;
  };
}

function expect(holds, what) {
  if (!holds) throw new Error(what);
}

function expectInForce(report) {
  const { headline } = JSON.parse(new TextDecoder().decode(report));
  expect(headline === "inForce", `headline ${headline}`);
}

/** Whatever is to be measured is right, or there is nothing to measure. */
for (const { request, requestByLink } of certificates) {
  expectInForce(verify(request));
  expectInForce(verify(requestByLink));
}

const works = {
  bare: cycle(({ message, signature }) => expect(key.verify_strict(message, signature), "signature")),
  thin: cycle(({ document }) => expect(key.thin_verify(document), "thin verification")),
  decoding: cycle(({ digits }) => expect(profile.decode(digits), "QR payload")),
  full: cycle(({ request }) => verify(request)),
  fullByLink: cycle(({ requestByLink }) => verify(requestByLink)),
};

const now = () => performance.now();

/** Repetitions that fill a slice, found after the engine has compiled the work with its better compiler. */
function calibrate(work) {
  const start = now();
  let done = 0;
  while (now() - start < 40 * SLICE) {
    work();
    done += 1;
  }
  return Math.max(1, Math.round(done / 40));
}

/** Nanoseconds a run, a value a round, all works in every round. */
function measure() {
  const names = Object.keys(works);
  const repetitions = names.map((name) => calibrate(works[name]));
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let step = 0; step < names.length; step += 1) {
      const at = (round + step) % names.length;
      const work = works[names[at]];
      const start = now();
      for (let run = 0; run < repetitions[at]; run += 1) work();
      times[names[at]].push(((now() - start) * 1e6) / repetitions[at]);
    }
  }
  return times;
}

function quartiles(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return [1, 2, 3].map((quarter) => sorted[Math.floor(((sorted.length - 1) * quarter) / 4)]);
}

const median = (values) => quartiles(values)[1];
const times = measure();
const floor = { what: "`verify_strict` in the same module", ns: median(times.bare) };
const alone = (what, values) => ({
  what,
  measured: { number: median(values), unit: "ns" },
  floor: null,
  ratio: null,
  target: null,
});

const figures = [
  {
    what: "thin verify, key known; JCS bytes, as issued and served",
    measured: { number: median(times.thin), unit: "ns" },
    floor,
    ratio: quartiles(times.bare.map((bare, round) => bare / times.thin[round])),
    target: { atLeast: 0.75 },
  },
  alone("full verify from nothing, request as JSON to Report as JSON", times.full),
  alone("the same with the link of a QR symbol instead of the credential", times.fullByLink),
  alone("decode a QR payload, encode it again and compare", times.decoding),
];
console.log(JSON.stringify({ heading: `WebAssembly in Node ${process.versions.node}`, figures }));
