//! Reading: records of random numbers from the database and of a few from memory, status lists, tiles, checkpoint.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use crate::{
    Scale,
    child::Process,
    client::{Connection, check, get, load},
    data::DataSet,
    figure::{Figure, Target},
    office::number,
    rounds::Times,
};

const CLIENTS: u32 = 64;
const JSON: &str = "application/json";
/// Numbers that everybody asks for.
const HOT: u64 = 200;

/// Numbers without order, the same for the same seed (splitmix64), each once.
fn random(seed: u64) -> impl Fn() -> u64 + Send + Sync + 'static {
    let next = AtomicU64::new(seed);
    move || {
        let mut z = next.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// A request that differs each time.
type Next = Box<dyn Fn() -> Vec<u8> + Send + Sync>;

fn always(request: Vec<u8>) -> Next {
    Box::new(move || request.clone())
}

fn record(below: u64, seed: u64, accept: &'static str) -> Next {
    let random = random(seed);
    Box::new(move || {
        let at = u32::try_from(random() % below).unwrap();
        get(&format!("/certificates/{}", number(at)), accept)
    })
}

/// What is asked of a data set, by a seed.
type Asked = fn(&DataSet<'_>, u64) -> Next;

/// Both sides of a comparison.
struct Pair {
    what: String,
    floor: String,
    ours: Asked,
    theirs: Box<dyn Fn(u64) -> Next>,
    target: f64,
}

pub(crate) async fn figures(set: &DataSet<'_>, scale: Scale) -> Vec<Figure> {
    warm(set);
    let registry = Process::registry(set);
    let floor = Process::floor(set);
    let mut figures = vec![Figure::number(
        format!(
            "a start over {} certificates: every entry and document hashed and read",
            set.size
        ),
        (registry.ready_after.as_secs_f64() * 10.0).round() / 10.0,
        "s",
        None,
    )];
    for pair in pairs(set, &registry).await {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for round in 0..scale.rounds {
            let seed = u64::try_from(round).unwrap() + 1;
            ours.push(run(&registry, scale, (pair.ours)(set, seed)).await);
            theirs.push(run(&floor, scale, (pair.theirs)(seed)).await);
        }
        figures.push(Figure::against(
            (pair.what, &Times::of(ours)),
            (pair.floor, &Times::of(theirs)),
            Some(Target::AtLeast(pair.target)),
        ));
    }
    figures
}

async fn pairs(set: &DataSet<'_>, registry: &Process) -> Vec<Pair> {
    let hot = body_length(registry, &record(1, 1, JSON)()).await;
    let list = body_length(registry, &get("/status-lists/message/1", "*/*")).await;
    let tile = body_length(registry, &get("/log/tile/0/001", "*/*")).await;
    let checkpoint = body_length(registry, &get("/log/checkpoint", "*/*")).await;
    let bytes = |length: usize| move |_| always(get(&format!("/bytes/{length}"), "*/*"));
    let axum = |length: usize| format!("axum alone, {length} bytes from memory");
    vec![
        Pair {
            what: format!("a record as JSON, random numbers of {}", set.size),
            floor: "axum and sqlx alone: one document by its key".to_owned(),
            ours: |set, seed| record(set.size.into(), seed, JSON),
            theirs: Box::new(|seed| {
                let random = random(seed);
                Box::new(move || get(&format!("/documents/{}", random() >> 1), "*/*"))
            }),
            target: 0.8,
        },
        Pair {
            what: format!("the same of {HOT} numbers, from memory"),
            floor: axum(hot),
            ours: |_, seed| record(HOT, seed, JSON),
            theirs: Box::new(bytes(hot)),
            target: 0.5,
        },
        Pair {
            what: "a status list".to_owned(),
            floor: axum(list),
            ours: |_, _| always(get("/status-lists/message/1", "*/*")),
            theirs: Box::new(bytes(list)),
            target: 0.6,
        },
        Pair {
            what: "a full tile of hashes, one of many".to_owned(),
            floor: axum(tile),
            ours: |_, seed| {
                let random = random(seed);
                Box::new(move || get(&format!("/log/tile/0/{:03}", random() % 3), "*/*"))
            },
            theirs: Box::new(bytes(tile)),
            target: 0.6,
        },
        Pair {
            what: "the checkpoint".to_owned(),
            floor: axum(checkpoint),
            ours: |_, _| always(get("/log/checkpoint", "*/*")),
            theirs: Box::new(bytes(checkpoint)),
            target: 0.6,
        },
    ]
}

/// Nanoseconds an answer.
async fn run(process: &Process, scale: Scale, next: Next) -> f64 {
    let time = Duration::from_secs(scale.seconds);
    load(process.address, CLIENTS, time, move || Some(next()))
        .await
        .each()
}

async fn body_length(process: &Process, request: &[u8]) -> usize {
    let mut connection = Connection::open(process.address).await;
    let answer = connection.ask(request).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(answer.body));
    answer.body.len()
}

/// Reads a file database once, so that the disk is measured by nobody.
fn warm(set: &DataSet<'_>) {
    if let Ok(mut file) = std::fs::File::open(set.place()) {
        std::io::copy(&mut file, &mut std::io::sink()).unwrap();
    }
}

/// What grows with the number of certificates: the latency that one in a hundred exceeds, one client asking.
pub(crate) async fn growth(small: &DataSet<'_>, large: &DataSet<'_>, scale: Scale) -> Vec<Figure> {
    let processes = [Process::registry(small), Process::registry(large)];
    let asked: [(&str, Asked); 2] = [
        ("look-up", |set, seed| record(set.size.into(), seed, JSON)),
        ("search by a name's four characters, first page", |_, seed| {
            search(seed)
        }),
    ];
    let mut figures = Vec::new();
    for (what, next) in asked {
        let mut times: [Vec<f64>; 2] = Default::default();
        for round in 0..scale.rounds {
            let seed = u64::try_from(round).unwrap() + 1;
            for ((process, set), times) in processes.iter().zip([small, large]).zip(&mut times) {
                let next = next(set, seed);
                let time = Duration::from_secs(scale.seconds);
                let load = load(process.address, 1, time, move || Some(next())).await;
                times.push(load.p99() * 1e6);
            }
        }
        let [few, many] = times.map(Times::of);
        figures.push(Figure::against(
            (
                format!("{what} among {}, one in a hundred takes longer than", large.size),
                &many,
            ),
            (format!("among {}", small.size), &few),
            Some(Target::AtMost(1.5)),
        ));
    }
    let [_, registry] = &processes;
    figures.push(bulk(large, registry, scale).await);
    figures
}

/// A brand and what follows it in the names of the samples.
fn search(seed: u64) -> Next {
    const BRANDS: [&str; 8] = ["昊沃", "铂弘", "骏捷", "朗翔", "隽腾", "泓煜", "禹尚", "坤晖"];
    const TRADES: [&str; 4] = ["泵业", "药业", "橡胶", "特钢"];
    let random = random(seed);
    Box::new(move || {
        let at = usize::try_from(random() % 32).unwrap();
        let name = format!("{}{}", BRANDS[at % 8], TRADES[at / 8]);
        let escaped: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        get(&format!("/certificates?name={escaped}"), JSON)
    })
}

/// Ten thousand numbers at once.
async fn bulk(set: &DataSet<'_>, registry: &Process, scale: Scale) -> Figure {
    const ROWS: u64 = 10_000;
    let mut connection = Connection::open(registry.address).await;
    let mut seconds = Vec::new();
    for round in 0..scale.rounds {
        let random = random(u64::try_from(round).unwrap() + 7);
        let rows: Vec<String> = (0..ROWS)
            .map(|_| number(u32::try_from(random() % u64::from(set.size)).unwrap()).to_string())
            .collect();
        let request = check(&rows);
        let began = Instant::now();
        let answer = connection.ask(&request).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(answer.body));
        seconds.push(began.elapsed().as_secs_f64() * 1e9);
    }
    Figure::number(
        format!("bulk check of {ROWS} random numbers among {}", set.size),
        (Times::of(seconds).median() / 1e6).round(),
        "ms",
        Some(Target::AtMost(1_000.0)),
    )
}

/// Memory at the most while records are read as JSON and as pages.
pub(crate) async fn memory(set: &DataSet<'_>, scale: Scale) -> Figure {
    let registry = Process::registry(set);
    let mut most = registry.resident_mib();
    let forms = [(JSON, 1), ("text/html", 2)];
    let loads: Vec<_> = forms
        .into_iter()
        .map(|(accept, seed)| {
            let next = record(set.size.into(), seed, accept);
            let time = Duration::from_secs(scale.seconds * 3);
            tokio::spawn(load(registry.address, CLIENTS / 2, time, move || Some(next())))
        })
        .collect();
    while loads.iter().any(|load| !load.is_finished()) {
        most = most.max(registry.resident_mib());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for load in loads {
        load.await.unwrap();
    }
    let target = match set.size {
        100_000 => Some(128.0),
        1_000_000 => Some(384.0),
        _ => None,
    };
    Figure::number(
        format!(
            "resident at the most, {} certificates, records and pages read by {CLIENTS}",
            set.size
        ),
        most.round(),
        "MiB",
        target.map(Target::AtMost),
    )
}
