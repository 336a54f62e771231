//! `init`: a registry's folder, made once.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use touchstone_schemas::{
    credential::RegistryBase,
    digest::Sha256Digest,
    multibase::encode_base64url,
    multikey::Multikey,
    tlog::{EMPTY_ROOT, Origin, TreeHead},
};

use crate::{
    config::FILE_NAME,
    log_key::{LogKeyFileError, create_key, create_private, multikey_of},
    store::{Identity, Place, Store, StoreError, StoredCheckpoint},
    tlog::{CheckpointFile, CheckpointFileError, LogSigner, LogSignerError},
};

/// The log's key in the folder.
const KEY_FILE: &str = "log-key.pem";
/// The database.
const DATABASE: &str = "registry.sqlite";
/// The checkpoint.
const CHECKPOINT: &str = "checkpoint";
/// The intake token.
const TOKEN_FILE: &str = "intake-token";
/// The trust list, where none is named.
const TRUST_LIST: &str = "trust.json";
/// Random bytes of an intake token.
const TOKEN_BYTES: usize = 32;

/// What a new registry is to be.
#[derive(Debug)]
pub struct InitRequest {
    /// The folder, made when it is not there.
    pub folder: PathBuf,
    /// Base URL.
    pub base: RegistryBase,
    /// Origin of the log.
    pub origin: Origin,
    /// Public address.
    pub public: SocketAddr,
    /// Private address.
    pub private: SocketAddr,
    /// The database, where it is not `registry.sqlite` in the folder.
    pub database: Option<Place>,
    /// The scheme owner's key, where it is known already.
    pub owner_key: Option<Multikey>,
    /// The trust list, where it is not `trust.json` in the folder.
    pub trust_list: Option<PathBuf>,
    /// The built verify page.
    pub web_root: Option<PathBuf>,
    /// Where the passphrase stands when it serves, to be written into the configuration.
    pub passphrase_file: Option<PathBuf>,
    /// The passphrase.
    pub passphrase: SecretString,
}

impl InitRequest {
    fn database(&self) -> Place {
        let given = self.database.clone();
        given.unwrap_or_else(|| Place::File(PathBuf::from(DATABASE)))
    }

    /// Where the database is.
    fn place(&self) -> Place {
        self.database().within(&self.folder)
    }
}

/// What was made.
#[derive(Debug)]
pub struct Initialised {
    /// The configuration.
    pub config: PathBuf,
    /// The file with the intake token, readable by its owner alone.
    pub token_file: PathBuf,
    /// Origin of the log.
    pub origin: Origin,
    /// The log's key.
    pub log_key: Multikey,
}

/// Why no registry was made.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// There is one.
    #[error("{path} is there already; a registry is made once")]
    Exists {
        /// What is there.
        path: PathBuf,
    },
    /// A file or folder cannot be made.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A path that TOML cannot hold.
    #[error("{path:?} is not UTF-8")]
    NotUtf8 {
        /// The path.
        path: PathBuf,
    },
    /// The key or the token.
    #[error(transparent)]
    Key(#[from] LogKeyFileError),
    /// The first checkpoint.
    #[error(transparent)]
    Signer(#[from] LogSignerError),
    /// Its file.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointFileError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a registry: key, token, database, checkpoint of the empty log, configuration last, so that what was not
/// finished is not taken for a registry.
///
/// # Errors
/// [`InitError`]; nothing that exists is overwritten, and nothing that was made is left behind.
pub async fn init(request: InitRequest) -> Result<Initialised, InitError> {
    let folder = &request.folder;
    std::fs::create_dir_all(folder).map_err(|cause| InitError::File {
        path: folder.clone(),
        cause,
    })?;
    for name in [FILE_NAME, KEY_FILE, DATABASE, CHECKPOINT, TOKEN_FILE] {
        let path = folder.join(name);
        if path.exists() {
            return Err(InitError::Exists { path });
        }
    }
    let database = request.place();
    let free = database.file().filter(|path| !path.exists()).map(PathBuf::from);
    let made = make(&request, &database).await;
    match &made {
        // Whoever was quicker keeps what is his.
        Err(InitError::Key(LogKeyFileError::File { cause, .. }))
            if cause.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(InitError::Store(StoreError::Exists { .. })) => clear(folder, None),
        Err(_) => clear(folder, free.as_deref()),
        Ok(_) => {}
    }
    made
}

/// Takes away what was begun, so that it may be begun again.
fn clear(folder: &Path, database: Option<&Path>) {
    for name in [FILE_NAME, KEY_FILE, CHECKPOINT, TOKEN_FILE] {
        drop(std::fs::remove_file(folder.join(name)));
    }
    for ending in ["", "-wal", "-shm"] {
        if let Some(database) = database {
            let mut path = database.to_owned().into_os_string();
            path.push(ending);
            drop(std::fs::remove_file(path));
        }
    }
}

async fn make(request: &InitRequest, database: &Place) -> Result<Initialised, InitError> {
    let folder = &request.folder;
    let key = create_key(&folder.join(KEY_FILE), &request.passphrase)?;
    let log_key = multikey_of(&key);
    let signer = LogSigner::new(request.origin.clone(), key)?;
    let head = TreeHead {
        size: 0,
        root: EMPTY_ROOT,
    };
    let note = signer.sign(head)?;
    let token_file = folder.join(TOKEN_FILE);
    let token = new_token()?;
    create_private(&token_file, token.as_bytes())?;
    CheckpointFile::at(folder.join(CHECKPOINT)).write(&note)?;
    let identity = Identity {
        origin: request.origin.clone(),
        log_key,
        base: request.base.clone(),
    };
    let checkpoint = StoredCheckpoint {
        size: 0,
        note: note.to_string(),
    };
    let store = Store::create(database, &identity, &checkpoint).await?;
    store.close().await;
    let config = folder.join(FILE_NAME);
    create_private(&config, configuration(request, &token)?.as_bytes())?;
    Ok(Initialised {
        config,
        token_file,
        origin: request.origin.clone(),
        log_key,
    })
}

fn new_token() -> Result<String, InitError> {
    let mut bytes = [0_u8; TOKEN_BYTES];
    getrandom::fill(&mut bytes).map_err(LogKeyFileError::Random)?;
    // Without the multibase letter: a bearer token is just letters, digits, `-` and `_`.
    Ok(encode_base64url(&bytes).split_off(1))
}

fn configuration(request: &InitRequest, token: &str) -> Result<String, InitError> {
    let absolute = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        path.into_os_string()
            .into_string()
            .map(toml::Value::String)
            .map_err(|path| InitError::NotUtf8 { path: path.into() })
    };
    let mut text = String::new();
    let mut line = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    line("# Every value may be replaced by TOUCHSTONE_REGISTRY_<SECTION>_<KEY> in the environment.");
    line(&format!("[registry]\nbase = \"{}\"\n", request.base.as_str()));
    line(&format!(
        "[listen]\npublic = \"{}\"\nprivate = \"{}\"\n",
        request.public, request.private
    ));
    let database = request.database();
    let configured = database.as_configured().ok_or_else(|| InitError::NotUtf8 {
        path: database.file().map(PathBuf::from).unwrap_or_default(),
    })?;
    let configured = toml::Value::from(configured);
    line(&format!("[store]\ndatabase = {configured}\n"));
    line(&format!(
        "[log]\norigin = \"{}\"\nkey_file = \"{KEY_FILE}\"",
        request.origin
    ));
    line(&format!("checkpoint_file = \"{CHECKPOINT}\""));
    if let Some(path) = &request.passphrase_file {
        line(&format!("passphrase_file = {}", absolute(path)?));
    }
    line("\n[trust]");
    match request.owner_key {
        Some(key) => line(&format!("owner_key = \"{key}\"")),
        None => line("# owner_key = \"z6Mk…\"   the scheme owner's key, before the first `serve`"),
    }
    match &request.trust_list {
        Some(path) => line(&format!("list = {}", absolute(path)?)),
        None => line(&format!("list = \"{TRUST_LIST}\"")),
    }
    line(&format!(
        "\n[intake]\ntoken_sha256 = \"{}\"",
        Sha256Digest::of(token.as_bytes())
    ));
    if let Some(path) = &request.web_root {
        line(&format!("\n[pages]\nweb_root = {}", absolute(path)?));
    }
    Ok(text)
}
