//! Withdrawals: one, from the office's decision to a verifier that knew nothing before; and very many at once.

use std::time::{Duration, Instant};

use touchstone_schemas::{date_time::Date, digest::Sha256Digest, status::StatusPurpose};
use touchstone_verifier::{report::Headline, verify};

use crate::{
    Scale,
    child::{Process, now},
    client::{Connection, get, percentile, submission},
    data::{DataSet, ISSUED, is_withdrawn},
    figure::{Figure, Target},
    fixture::{World, time},
    office::{OF_A_LIST, credential, place, withdrawal},
};

/// Single withdrawals.
const ONE_BY_ONE: usize = 100;
/// Events of a bundle; a submission takes 1,024 documents.
const OF_A_BUNDLE: usize = 1_000;

/// The document of a certificate as the data set has it: signatures are deterministic.
fn document(world: &World, at: u32) -> String {
    let issued = time(ISSUED);
    credential(world, at, Date::of(issued), issued).1
}

/// Certificates in force of a data set.
fn in_force(set: &DataSet<'_>) -> impl Iterator<Item = u32> + use<> {
    (0..set.size).filter(|at| !is_withdrawn(*at))
}

/// From the signature under the event to the verdict of a verifier that fetches everything.
pub(crate) async fn one(set: &DataSet<'_>, scale: Scale) -> Vec<Figure> {
    let world = World::new();
    let set = set.copy("bench-withdrawal");
    let registry = Process::registry(&set);
    let mut authority = set.status_authority();
    let mut connection = Connection::open(registry.address).await;
    let count = if scale.withdrawn < 100_000 { 5 } else { ONE_BY_ONE };
    let mut milliseconds = Vec::new();
    for at in in_force(&set).step_by(7).take(count) {
        let document = document(&world, at);
        let began = Instant::now();
        let now = now();
        let event = withdrawal(&world, at, Sha256Digest::of(document.as_bytes()), now);
        authority.withdraw(at);
        let list = place(at).list;
        let mut bundle = vec![event];
        bundle.extend(authority.lists(&world, list, now));
        let answer = connection.ask(&submission(&bundle)).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(answer.body));
        let mut lists = Vec::new();
        for purpose in StatusPurpose::ALL {
            let path = format!("/status-lists/{}/{list}", purpose.name());
            let answer = connection.ask(&get(&path, "*/*")).await;
            lists.push(String::from_utf8(answer.body.to_vec()).unwrap());
        }
        let mut request = world.request_with(lists);
        (request.document, request.now) = (document, now);
        let report = verify(&request);
        assert!(report.headline == Headline::NotInForce, "{report:?}");
        milliseconds.push(began.elapsed().as_secs_f32() * 1e3);
    }
    let size = set.size;
    drop(registry);
    set.remove();
    vec![Figure::number(
        format!(
            "one, among {size}: event and lists signed, submitted, lists fetched, verdict; one in a hundred takes longer \
             than"
        ),
        percentile(&milliseconds, 99).round(),
        "ms",
        Some(Target::AtMost(1_000.0)),
    )]
}

/// Withdraws that many, list by list, a bundle after another.
pub(crate) async fn many(set: &DataSet<'_>, scale: Scale) -> Vec<Figure> {
    let world = World::new();
    let set = set.copy("bench-withdrawals");
    let registry = Process::registry(&set);
    let mut authority = set.status_authority();
    let mut connection = Connection::open(registry.address).await;
    // Spread over all lists, as they would be.
    let wanted = usize::try_from(scale.withdrawn).unwrap();
    let spread = (usize::try_from(set.size).unwrap() / wanted).max(1);
    let targets: Vec<u32> = in_force(&set).step_by(spread).take(wanted).collect();
    let began = Instant::now();
    let mut signing = Duration::ZERO;
    let mut bundles = 0;
    for of_list in targets.chunk_by(|one, next| one / OF_A_LIST == next / OF_A_LIST) {
        for some in of_list.chunks(OF_A_BUNDLE) {
            let signs = Instant::now();
            let now = now();
            let mut bundle: Vec<String> = some
                .iter()
                .map(|at| {
                    let digest = Sha256Digest::of(document(&world, *at).as_bytes());
                    authority.withdraw(*at);
                    withdrawal(&world, *at, digest, now)
                })
                .collect();
            let list = place(some[0]).list;
            bundle.extend(authority.lists(&world, list, now));
            let request = submission(&bundle);
            signing += signs.elapsed();
            let answer = connection.ask(&request).await;
            assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(answer.body));
            bundles += 1;
        }
    }
    let seconds = |time: Duration| (time.as_secs_f64() * 10.0).round() / 10.0;
    let took = began.elapsed();
    let size = set.size;
    drop(registry);
    set.remove();
    vec![
        Figure::number(
            format!(
                "{} of {size} in {bundles} bundles, each with its lists: signed, submitted, published",
                targets.len()
            ),
            seconds(took),
            "s",
            (scale.withdrawn == 100_000).then_some(Target::AtMost(300.0)),
        ),
        Figure::number("of this, signing", seconds(signing), "s", None),
    ]
}
