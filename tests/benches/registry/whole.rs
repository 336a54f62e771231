//! Work over the whole log.

use std::time::Instant;

use touchstone_registry::{config::Config, fsck::fsck};

use crate::{
    data::DataSet,
    figure::{Figure, Target},
};

pub(crate) async fn figures(set: &DataSet<'_>) -> Vec<Figure> {
    let config = Config::read(&set.config(), []).unwrap();
    let began = Instant::now();
    let checked = fsck(&config).await.unwrap();
    let seconds = began.elapsed().as_secs_f64();
    assert_eq!(checked.findings, []);
    vec![Figure::number(
        format!("`fsck` of {} certificates, {} entries", set.size, checked.entries),
        (seconds * 10.0).round() / 10.0,
        "s",
        (set.size == 1_000_000).then_some(Target::AtMost(60.0)),
    )]
}
