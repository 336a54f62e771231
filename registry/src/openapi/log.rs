//! `/log/…`.

use utoipa::openapi::{RefOr, Schema};

use super::{
    Resource,
    operation::get,
    schema::{Always, Sometimes, instant, list, object, of_form, text, whole},
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
            get(
                "/log/recovered-from",
                "readRecoveryStatement",
                "重建声明 What a log opened after a loss says of the one before it",
            )
            .about("A log that lost nothing has none: 404.")
            .answer(200, "the statement", &[("application/json", recovery_statement())])
            .tagged()
            .problem("notFound"),
        ]
    },
    schemas: Vec::new,
};

fn recovery_statement() -> RefOr<Schema> {
    let log = |about: &str| {
        object(
            about,
            [
                ("key", Always, text("Multikey")),
                ("origin", Always, text("C2SP tlog-checkpoint")),
            ],
        )
    };
    let range = object(
        "",
        [
            ("from", Always, whole("the first index")),
            ("to", Always, whole("the first beyond")),
        ],
    );
    object(
        "",
        [
            (
                "lastCheckpoint",
                Always,
                text("of the old log, the last that is known"),
            ),
            (
                "leftOut",
                Sometimes,
                list(whole("an index"), "entries that rest on lost ones"),
            ),
            ("lost", Sometimes, list(range, "indices of the old log")),
            ("newLog", Always, log("this log")),
            ("oldLog", Always, log("the one before")),
            ("opened", Always, instant("when")),
            ("prefix", Always, whole("entries that both logs begin with")),
            ("taken", Always, whole("entries taken over")),
            ("why", Always, text("for people")),
        ],
    )
}
