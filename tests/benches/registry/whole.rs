//! Work over the whole log.

use std::time::Instant;

use touchstone_registry::{
    config::Config,
    fsck::fsck,
    rebuild::{Source, rebuild},
    store::Store,
};

use crate::{
    data::DataSet,
    figure::{Figure, Target},
};

/// The size the targets are for.
const MILLION: u32 = 1_000_000;

pub(crate) async fn figures(set: &DataSet<'_>) -> Vec<Figure> {
    vec![check(set).await, build_again(set).await]
}

async fn check(set: &DataSet<'_>) -> Figure {
    let config = Config::read(&set.config(), []).unwrap();
    let began = Instant::now();
    let checked = fsck(&config).await.unwrap();
    let seconds = began.elapsed().as_secs_f64();
    assert_eq!(checked.findings, []);
    Figure::number(
        format!("`fsck` of {} certificates, {} entries", set.size, checked.entries),
        (seconds * 10.0).round() / 10.0,
        "s",
        (set.size == MILLION).then_some(Target::AtMost(60.0)),
    )
}

/// An empty database from the entries and documents of another; what differed by a byte would lead to another root.
async fn build_again(set: &DataSet<'_>) -> Figure {
    let original = Config::read(&set.config(), []).unwrap();
    let source = Source::Database(Store::open(&original.store.database).await.unwrap());
    let target = set.unfilled("bench-rebuild");
    let config = Config::read(&target.config(), []).unwrap();
    let began = Instant::now();
    let rebuilt = rebuild(&config, &source).await.unwrap();
    let seconds = began.elapsed().as_secs_f64();
    source.close().await;
    target.remove();
    Figure::number(
        format!(
            "`rebuild` of {} certificates, {} entries, from a database",
            set.size, rebuilt.head.size
        ),
        (seconds * 10.0).round() / 10.0,
        "s",
        (set.size == MILLION).then_some(Target::AtMost(600.0)),
    )
}
