import type { Report } from "./index.js";

/** `<touchstone-certificate src registry owner-key language>`: a certificate with its verdict. */
export class TouchstoneCertificate extends HTMLElement {}

declare global {
  interface HTMLElementTagNameMap {
    "touchstone-certificate": TouchstoneCertificate;
  }
  interface HTMLElementEventMap {
    /** A verdict was shown. */
    verdict: CustomEvent<Report>;
    /** Nothing could be said; `detail` tells why. */
    failure: CustomEvent<unknown>;
  }
}
