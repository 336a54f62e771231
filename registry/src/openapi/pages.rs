//! The verify page, the registry's own answer, and this document.

use super::{
    Resource,
    operation::{HTML, get},
    schema::{open_object, text},
};

pub(super) const RESOURCE: Resource = Resource {
    tag: "pages",
    about: "网页 Pages: verifying in the browser, and where it cannot, the registry's own answer.",
    operations: || {
        vec![
            get("/", "readRoot", "首页 Leads to the verify page").answer(307, "to `/verify`", &[]),
            get("/v", "readVerifyPage", "查验页 The verify page, which a QR code opens")
                .about("What follows `#` in the code never reaches a server. Carries an `ETag` where the page is built.")
                .answer(200, "the page", &[(HTML, text(""))])
                .answer(304, "known already", &[]),
            get("/verify", "verifyByNumber", "查验 The verify page, or the registry's own answer to a number")
                .about("It says whose answer it is. The number as people type it: full-width, spaces, lower case.")
                .in_query("number", "证书编号", text(""))
                .answer(200, "the page, or the answer", &[(HTML, text(""))])
                .answer(304, "known already", &[])
                .answer(404, "not here, and where else to look", &[(HTML, text(""))])
                .problem("recordDamaged"),
            get("/assets/{*path}", "readAsset", "网页文件 A file of the verify page")
                .in_path("path", "which one", text(""))
                .answer(200, "the file", &[("*/*", text("bytes"))])
                .tagged()
                .problem("notFound"),
            get("/.well-known/security.txt", "readSecurityContact", "安全联系方式 Whom to tell of a weakness")
                .about("RFC 9116; only where the operator names somebody.")
                .answer(200, "the file", &[("text/plain", text("RFC 9116"))])
                .tagged()
                .problem("notFound"),
            get("/openapi.json", "readOpenapi", "接口文档 This document")
                .answer(200, "OpenAPI 3.1", &[("application/json", open_object("OpenAPI 3.1", []))])
                .tagged(),
            get("/api", "readApiPage", "接口说明 This document as a page")
                .answer(200, "the page", &[(HTML, text(""))])
                .tagged(),
        ]
    },
    schemas: Vec::new,
};
