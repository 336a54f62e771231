//! `/log/…`.

use super::{
    Resource,
    operation::get,
    schema::{of_form, text},
};

pub(super) const RESOURCE: Resource = Resource {
    tag: "log",
    about: "日志 The transparency log (C2SP tlog-tiles): nobody can rewrite it, anybody can mirror it.",
    operations: || {
        vec![
            get("/log/checkpoint", "readCheckpoint", "检查点 The newest checkpoint, signed by the log's key")
                .answer(200, "C2SP tlog-checkpoint", &[("text/plain", text("a signed note"))])
                .tagged(),
            get("/log/tile/{*path}", "readTile", "日志分片 A tile of hashes, or of entries")
                .about(
                    "`<L>/<N>`, `<L>/<N>.p/<W>`, `entries/<N>`, `entries/<N>.p/<W>` as C2SP tlog-tiles writes them, \
                     slashes unescaped. Every width the log has passed stays served.",
                )
                .in_path(
                    "path",
                    "which one",
                    of_form("^(entries|[0-9]{1,2})/(x[0-9]{3}/)*[0-9]{3}(\\.p/[0-9]{1,3})?$", ""),
                )
                .answer(200, "the tile", &[("application/octet-stream", text("bytes"))])
                .tagged()
                .problems(&["notFound", "recordDamaged"]),
        ]
    },
    schemas: Vec::new,
};
