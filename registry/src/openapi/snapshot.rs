//! `/snapshot`.

use super::{
    Resource, named,
    operation::get,
    schema::{Always, anything, digest, list, object, open_object, text, whole},
};

pub(super) const RESOURCE: Resource = Resource {
    tag: "snapshot",
    about: "快照 The states of all certificates at an instant, signed by the body's status authority: for checks that name nobody.",
    operations: || {
        vec![
            get(
                "/snapshot",
                "readSnapshot",
                "快照 The snapshot: the newest, one by its sequence, or what changed since one",
            )
            .about("With `since` the answer is a patch, from which and from that snapshot the newest one's exact bytes are made; they are believed for their signature.")
            .in_query("sequence", "which one", text(""))
            .in_query("since", "sequence of the snapshot at hand", text(""))
            .answer(
                200,
                "the snapshot as it was signed, or a patch",
                &[("application/vc", named("Snapshot")), ("application/json", named("SnapshotDelta"))],
            )
            .answer(204, "there is none newer than the one at hand", &[])
            .tagged()
            .problems(&["notFound", "recordDamaged", "busy"]),
        ]
    },
    schemas: || {
        let reference = |about| {
            object(
                about,
                [
                    ("digest", Always, digest("SHA-256 of its JCS bytes")),
                    ("sequence", Always, whole("its sequence")),
                ],
            )
        };
        vec![
            (
                "Snapshot",
                open_object(
                    "A signed snapshot.",
                    [
                        ("@context", Always, list(text(""), "")),
                        ("id", Always, text("")),
                        ("type", Always, list(text(""), "")),
                        ("issuer", Always, text("the status authority")),
                        ("validFrom", Always, text("the instant whose states it shows")),
                        (
                            "validUntil",
                            Always,
                            text("until when it counts, at most 24 hours later"),
                        ),
                        (
                            "credentialSubject",
                            Always,
                            open_object("sequence, size of the log, and the packed states", []),
                        ),
                        ("proof", Always, anything()),
                    ],
                ),
            ),
            (
                "SnapshotDelta",
                object(
                    "What changed between two snapshots.",
                    [
                        ("changes", Always, text("packed states that are new or differ")),
                        ("document", Always, text("the newer snapshot with empty `states`")),
                        ("from", Always, reference("the snapshot it is put on")),
                        ("to", Always, reference("the snapshot it gives")),
                    ],
                ),
            ),
        ]
    },
};
