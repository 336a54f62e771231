//! Ten times as many clients as the registry serves at its best, each of whom does as it is told by `Retry-After`; and
//! beside them withdrawals.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use touchstone_schemas::{date_time::Date, digest::Sha256Digest};

use crate::{
    Scale,
    child::{Process, now},
    client::{Connection, header, load, percentile, submission},
    data::{DataSet, sign},
    engine::Engine,
    figure::{Figure, Target},
    fixture::World,
    intake::{CLIENTS, hand_out},
    office::{OF_A_LIST, StatusAuthority, credential, withdrawal},
};

/// Clients beyond those that are served well.
const TIMES: u32 = 10;
/// The first of the certificates to be withdrawn; their list is their own.
const TO_WITHDRAW: u32 = 9 * OF_A_LIST;
/// Withdrawals a second.
const WITHDRAWALS: u64 = 5;
/// Longest time of a submission without haste.
const LONGEST: Duration = Duration::from_secs(600);
/// Certificates a second that are at hand; more than any machine takes.
const AT_HAND: u64 = 4_000;

/// What the clients saw.
#[derive(Default)]
struct Seen {
    accepted: usize,
    shed: Vec<f32>,
    without_retry_after: usize,
}

pub(crate) async fn figures(folder: &Path, engine: &Engine, scale: Scale) -> Vec<Figure> {
    let world = World::new();
    let set = DataSet::bare(folder, engine, "bench-overload").await;
    let registry = Process::registry(&set);
    let withdrawn = u32::try_from(scale.overload * WITHDRAWALS).unwrap();
    let targets: Vec<u32> = (TO_WITHDRAW..TO_WITHDRAW + withdrawn).collect();
    let digests = issue(&registry, &world, &targets).await;
    let seconds = Duration::from_secs(scale.overload);
    let count = u32::try_from((scale.overload + scale.seconds * 3) * AT_HAND).unwrap();
    let all: Vec<u32> = (0..count.min(TO_WITHDRAW)).collect();
    let mut requests: Vec<Vec<u8>> = sign(&world, &all, now())
        .into_iter()
        .map(|document| submission(&[document]))
        .collect();
    let first = requests.split_off(requests.len() / 4 * 3);
    let peak = load(
        registry.address,
        CLIENTS,
        Duration::from_secs(scale.seconds * 3),
        hand_out(first),
    )
    .await;
    let stop = Arc::new(AtomicBool::new(false));
    let urgent = tokio::spawn(withdraw(registry.address, targets, digests, Arc::clone(&stop)));
    let began = Instant::now();
    let requests = Arc::new(requests);
    let (seen, most) = overload(&registry, &requests, seconds).await;
    let took = began.elapsed().as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    let (withdrawals, refused) = urgent.await.unwrap();
    drop(registry);
    set.remove();
    let usual = as_many_without_haste(folder, engine, &requests, seen.accepted).await;
    report(&seen, took, peak.rate(), (usual, most), (&withdrawals, refused))
}

/// Memory at the most while 64 clients submit as many certificates as the overload left behind.
async fn as_many_without_haste(
    folder: &Path,
    engine: &Engine,
    requests: &Arc<Vec<Vec<u8>>>,
    count: usize,
) -> f64 {
    let set = DataSet::bare(folder, engine, "bench-haste").await;
    let registry = Process::registry(&set);
    let (requests, next) = (Arc::clone(requests), AtomicUsize::new(0));
    let each = move || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        (at < count).then(|| requests.get(at).cloned()).flatten()
    };
    let submitted = tokio::spawn(load(registry.address, CLIENTS, LONGEST, each));
    let most = most_mib(&registry, || submitted.is_finished()).await;
    submitted.await.unwrap();
    drop(registry);
    set.remove();
    most
}

/// The most memory seen until something has ended.
async fn most_mib(registry: &Process, ended: impl Fn() -> bool) -> f64 {
    let mut most: f64 = 0.0;
    while !ended() {
        most = most.max(registry.resident_mib());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    most
}

#[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
fn report(
    seen: &Seen,
    took: f64,
    peak: f64,
    (usual, most): (f64, f64),
    (withdrawals, refused): (&[f32], usize),
) -> Vec<Figure> {
    let goodput = seen.accepted as f64 / took;
    let number = |what: &str, number: f64, unit, target| Figure::number(what, number, unit, target);
    vec![
        number("at the best, 64 clients", peak.round(), "/s", None),
        number("640 clients: taken", goodput.round(), "/s", None),
        number(
            "the same against the best",
            (goodput / peak * 100.0).round() / 100.0,
            "",
            Some(Target::AtLeast(0.9)),
        ),
        number("told to come again", seen.shed.len() as f64, "answers", None),
        number(
            "of these without `Retry-After`",
            seen.without_retry_after as f64,
            "answers",
            Some(Target::AtMost(0.0)),
        ),
        number(
            "one in a hundred is told so later than after",
            percentile(&seen.shed, 99),
            "ms",
            Some(Target::AtMost(50.0)),
        ),
        number(
            "memory at the most while as many certificates came from 64 clients",
            usual.round(),
            "MiB",
            None,
        ),
        number(
            "memory at the most under overload, against this",
            (most / usual * 100.0).round() / 100.0,
            "",
            Some(Target::AtMost(1.2)),
        ),
        number("withdrawals shed", refused as f64, "", Some(Target::AtMost(0.0))),
        number("withdrawals taken", withdrawals.len() as f64, "", None),
        number(
            "one in a hundred withdrawals waits longer than",
            percentile(withdrawals, 99),
            "ms",
            None,
        ),
    ]
}

/// The certificates that will be withdrawn, submitted together.
async fn issue(registry: &Process, world: &World, all: &[u32]) -> Vec<Sha256Digest> {
    let (day, signed) = (Date::of(now()), now());
    let documents: Vec<String> = all
        .iter()
        .map(|at| credential(world, *at, day, signed).1)
        .collect();
    let mut connection = Connection::open(registry.address).await;
    for some in documents.chunks(500) {
        let answer = connection.ask(&submission(some)).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(answer.body));
    }
    let digest = |document: &String| Sha256Digest::of(document.as_bytes());
    documents.iter().map(digest).collect()
}

/// Withdraws one after another until told to stop; gives the milliseconds each took, and how many were not taken.
async fn withdraw(
    address: std::net::SocketAddr,
    targets: Vec<u32>,
    digests: Vec<Sha256Digest>,
    stop: Arc<AtomicBool>,
) -> (Vec<f32>, usize) {
    let world = World::new();
    let mut authority = StatusAuthority::after(1_000);
    let mut connection = Connection::open(address).await;
    let (mut taken, mut refused) = (Vec::new(), 0);
    for (at, digest) in targets.into_iter().zip(digests) {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let now = now();
        authority.withdraw(at);
        let mut bundle = vec![withdrawal(&world, at, digest, now)];
        bundle.extend(authority.lists(&world, TO_WITHDRAW / OF_A_LIST + 1, now));
        let sent = Instant::now();
        let answer = connection.ask(&submission(&bundle)).await;
        match answer.status {
            200 => taken.push(sent.elapsed().as_secs_f32() * 1e3),
            429 | 503 => refused += 1,
            _ => panic!("{}", String::from_utf8_lossy(answer.body)),
        }
        tokio::time::sleep(Duration::from_millis(1_000 / WITHDRAWALS).saturating_sub(sent.elapsed())).await;
    }
    (taken, refused)
}

/// All clients at once; gives what they saw, and the most memory the registry took.
async fn overload(registry: &Process, requests: &Arc<Vec<Vec<u8>>>, time: Duration) -> (Seen, f64) {
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS * TIMES {
        let mut connection = Connection::open(registry.address).await;
        let (requests, next) = (Arc::clone(requests), Arc::clone(&next));
        clients.spawn(async move {
            let mut seen = Seen::default();
            'requests: while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                loop {
                    if began.elapsed() > time {
                        break 'requests;
                    }
                    let sent = Instant::now();
                    let answer = connection.ask(request).await;
                    match answer.status {
                        200 => {
                            seen.accepted += usize::from(began.elapsed() <= time);
                            continue 'requests;
                        }
                        429 | 503 => seen.shed.push(sent.elapsed().as_secs_f32() * 1e3),
                        _ => panic!("{}", String::from_utf8_lossy(answer.body)),
                    }
                    let told = header(answer.head, "retry-after").and_then(|seconds| seconds.parse().ok());
                    seen.without_retry_after += usize::from(told.is_none());
                    tokio::time::sleep(Duration::from_secs(told.unwrap_or(1))).await;
                }
            }
            seen
        });
    }
    let most = most_mib(registry, || began.elapsed() >= time).await;
    let mut all = Seen::default();
    while let Some(seen) = clients.join_next().await {
        let seen = seen.unwrap();
        all.accepted += seen.accepted;
        all.shed.extend(seen.shed);
        all.without_retry_after += seen.without_retry_after;
    }
    (all, most)
}
