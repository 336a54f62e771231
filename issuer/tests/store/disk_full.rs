//! A disk that is really full: a small file system in memory, with ballast that leaves nothing free. The office says so,
//! loses nothing that it acknowledged, and goes on as soon as there is room, also over connections that were open before.

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use touchstone_issuer::{
    casework::{
        Actor, Role, check_journals,
        desk::{self, CaseworkError},
    },
    config::Folder,
    issue::{IssueError, Outcome, issue},
    office::{Clock, Office, OfficeError},
    store::{InstantSource, Store, StoreError},
};

use crate::{
    staff::{evaluated, hire, now, own, report, text},
    test_office::{Root, TestOffice, demo},
};

/// Room for a small office.
const MIBS: usize = 8;
/// Most acts until nothing more fits.
const MOST: usize = 400;

/// A file system of its own, gone with this.
struct Mount(PathBuf);

impl Mount {
    /// `None` where mounting is not allowed.
    fn new() -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("touchstone-full-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let size = format!("size={MIBS}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(&folder)
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        // Under continuous integration too: few runners let anybody mount.
        eprintln!("SKIPPED: a small file system is absent (mounting one takes root and CAP_SYS_ADMIN)");
        drop(std::fs::remove_dir(&folder));
        None
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily: files that are open still go with their last user.
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
        drop(std::fs::remove_dir(&self.0));
    }
}

/// Takes what room is left.
fn fill(ballast: &Path) {
    let mut file = File::options().create(true).append(true).open(ballast).unwrap();
    for length in [64 * 1_024, 4_096, 1] {
        let bytes = vec![0_u8; length];
        while file.write_all(&bytes).is_ok() {}
    }
}

fn is_no_room(error: &StoreError) -> bool {
    matches!(error, StoreError::NoRoom(_)) && error.to_string().contains("no room is left")
}

/// Attaches files to a case until the disk takes no more; gives how many it took.
async fn attach_until_full(store: &mut Store, number: u32, evaluator: &Actor, from: usize) -> usize {
    for count in from..MOST {
        let mut file = report();
        file.name = text(&format!("附件{count}.pdf"));
        file.bytes = format!("{count:05}").repeat(20_000).into_bytes();
        match desk::attach(store, number, evaluator, file, now()).await {
            Ok(_) => {}
            Err(CaseworkError::Store(error)) => {
                assert!(is_no_room(&error), "{error}");
                return count;
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("nothing was refused");
}

#[tokio::test]
async fn a_full_disk_is_named_loses_nothing_and_the_office_goes_on_when_there_is_room() {
    let Some(mount) = Mount::new() else { return };
    let folder = mount.0.join("office");
    std::fs::create_dir(&folder).unwrap();
    let ballast = mount.0.join("ballast");
    let test = TestOffice::made_in(folder, Root::Test, Clock::System.now(), None, None).await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let number = evaluated(&mut office, "01-in-force", 3).await;
    // As the console and `watch` hold one beside the office.
    let place = office.papers.folder.records(&office.papers.config.database);
    let mut beside = Store::open(&place).await.unwrap();
    let evaluator = own("评价乙", Role::Evaluator);
    let mut taken = 1;
    for round in 0..3 {
        fill(&ballast);
        taken = attach_until_full(&mut office.store, number, &evaluator, taken).await;
        // Reading goes on, and all that was acknowledged is there.
        let stored = office.store.attachment_digests(number).await.unwrap();
        assert_eq!(stored.len(), taken, "{round}");
        assert!(stored.iter().all(|(attached, bytes)| attached == bytes));
        // So does whoever has another connection, and a batch of files keeps none of itself.
        fill(&ballast);
        let credentials = office.store.credentials().await.unwrap().len();
        let files = [
            demo().join("applications/13-level-1.json"),
            demo().join("applications/14-level-5.json"),
        ];
        match issue(&mut office, &keys, &files).await {
            Err(IssueError::Store(error)) => {
                assert!(is_no_room(&error), "{error}");
                assert_eq!(office.store.credentials().await.unwrap().len(), credentials);
            }
            Ok((outcomes, _)) => assert!(outcomes.iter().all(|Outcome { result, .. }| result.is_ok())),
            Err(error) => panic!("{error}"),
        }
        let beside_said = beside.note_instant(InstantSource::Own, now()).await;
        assert!(beside_said.is_ok() || beside_said.is_err_and(|error| is_no_room(&error)));
        std::fs::remove_file(&ballast).unwrap();
        // The same connections go on.
        let mut file = report();
        file.name = text(&format!("附件{taken}.pdf"));
        file.bytes = format!("{taken:05}").repeat(200).into_bytes();
        desk::attach(&mut beside, number, &evaluator, file, now())
            .await
            .unwrap();
        taken += 1;
        beside.note_instant(InstantSource::Own, now()).await.unwrap();
    }
    let files = [
        demo().join("applications/13-level-1.json"),
        demo().join("applications/14-level-5.json"),
    ];
    let (outcomes, delivered) = issue(&mut office, &keys, &files).await.unwrap();
    assert!(outcomes.iter().all(|Outcome { result, .. }| result.is_ok()));
    assert!(delivered.is_whole());
    assert_eq!(office.store.credentials().await.unwrap().len(), 2);
    let (faults, _) = check_journals(&mut office).await.unwrap();
    assert_eq!(faults, Vec::new());
    drop((office, beside));
    an_office_that_cannot_open_says_why(&test, &ballast).await;
}

/// A command that comes while the disk is full.
async fn an_office_that_cannot_open_says_why(test: &TestOffice, ballast: &Path) {
    fill(ballast);
    let open = || Office::open(Folder::new(test.folder.join("issuer")), Clock::System);
    match open().await {
        Ok(mut office) => assert_eq!(office.store.credentials().await.unwrap().len(), 2),
        Err(OfficeError::Store(error)) => assert!(is_no_room(&error), "{error:?}"),
        Err(error) => panic!("{error:?}"),
    }
    std::fs::remove_file(ballast).unwrap();
    let mut office = open().await.unwrap();
    assert_eq!(office.store.credentials().await.unwrap().len(), 2);
}
