//! The console: the office in a browser. Server-rendered pages without script, in Chinese and English.
//!
//! A request passes [`gate`], which asks host, session, roles and form token by the closed list of [`route`], and then
//! calls [`crate::casework::desk`]: the same functions as the shell. What a person is offered is what the transition
//! table takes from them now ([`offers`]). Judgements are signed where the person's key is; the console holds public
//! keys alone. The office itself is opened for each act, so that commands work beside a console that runs.

mod accept;
pub mod api;
mod fields;
mod gate;
mod held;
mod language;
mod lockout;
mod measure_offers;
mod offers;
mod page;
mod pages;
mod password;
mod refused;
mod route;
mod session;

use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use axum::{
    Router,
    extract::{RawPathParams, Request, rejection::RawPathParamsRejection},
    http::{HeaderMap, header},
    routing::{MethodFilter, on},
};
use tokio::{
    net::TcpListener,
    runtime::Handle,
    sync::{Mutex, MutexGuard, Semaphore, watch},
};
use touchstone_schemas::{date_time::Timestamp, scheme::weights::Issuing, text::Text};

pub use accept::AcceptLimits;
pub use password::PasswordRefused;
pub use refused::Refused;
pub use route::{Access, Route};
use session::Transport;

use crate::{
    config::Folder,
    file::{self, FileError},
    office::{Clock, Office, OfficeError, OfficeKeys, Papers},
    store::{Store, StoreError},
};

/// Passwords hashed at a time: each takes 19 MiB.
const HASHING: usize = 2;
/// Certificates printed at a time: the typesetter takes a core and some 200 MiB.
const PRINTING: usize = 1;

/// Where a console is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleAddress {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The origin that browsers see, `https://…`, when a proxy on this machine gives TLS. Without it the console
    /// listens on this machine alone, over plain HTTP.
    pub public: Option<String>,
}

/// Why a console does not start.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// It would be reached from elsewhere without TLS.
    #[error(
        "{listen} is reached from other machines: listen on loopback, with a proxy that gives TLS and --public-origin"
    )]
    NotLoopback {
        /// The address.
        listen: IpAddr,
    },
    /// The origin is none.
    #[error("{origin} is not an origin https://host[:port]")]
    Origin {
        /// What was given.
        origin: String,
    },
    /// The office does not open.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// The database says no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The secret of the first start cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The system gives no randomness.
    #[error("no random bytes from the system: {0}")]
    Random(#[from] getrandom::Error),
    /// The address cannot be taken.
    #[error("{listen}: {cause}")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
}

/// A console.
#[derive(Clone)]
pub struct Console(Arc<Shared>);

struct Shared {
    folder: Folder,
    papers: Papers,
    // For reading, and for what is the console's own; acts open the office.
    store: Mutex<Store>,
    clock: Clock,
    keys: Option<Arc<OfficeKeys>>,
    origin: String,
    transport: Transport,
    setup: Mutex<Option<String>>,
    hashing: Semaphore,
    printing: Semaphore,
    // The requests of the API that are being done, by person and key.
    begun: std::sync::Mutex<BTreeSet<(Text, String)>>,
}

/// The parts of a path.
type Parameters = Result<RawPathParams, RawPathParamsRejection>;

/// A console that listens.
pub struct Listening {
    console: Console,
    listener: TcpListener,
    limits: AcceptLimits,
    /// The origin that browsers see.
    pub origin: String,
    /// The file with the secret of the first start, while nobody may sign in yet.
    pub setup: Option<PathBuf>,
}

impl Console {
    /// Opens a console and its address. With `keys` certificates are signed from it; without, at the shell.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn listen(
        folder: Folder,
        clock: Clock,
        keys: Option<OfficeKeys>,
        address: &ConsoleAddress,
    ) -> Result<Listening, ConsoleError> {
        let ip = address.listen.ip();
        if !ip.is_loopback() {
            return Err(ConsoleError::NotLoopback { listen: ip });
        }
        let (papers, mut store) = Papers::read(folder.clone(), clock).await?;
        let listener = TcpListener::bind(address.listen).await;
        let bound = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (local, listener) = bound.map_err(|cause| ConsoleError::Listen {
            listen: address.listen,
            cause,
        })?;
        let (origin, transport) = match &address.public {
            None => (format!("http://{local}"), Transport::Loopback),
            Some(origin) => (checked_origin(origin)?, Transport::Secure),
        };
        let setup = if store.has_accounts().await? {
            None
        } else {
            Some(password::secret()?)
        };
        let setup_file = match &setup {
            None => None,
            Some(secret) => Some(write_setup(&folder, secret)?),
        };
        let console = Self(Arc::new(Shared {
            folder,
            papers,
            store: Mutex::new(store),
            clock,
            keys: keys.map(Arc::new),
            origin: origin.clone(),
            transport,
            setup: Mutex::new(setup),
            hashing: Semaphore::new(HASHING),
            printing: Semaphore::new(PRINTING),
            begun: std::sync::Mutex::default(),
        }));
        Ok(Listening {
            console,
            listener,
            limits: AcceptLimits::default(),
            origin,
            setup: setup_file,
        })
    }

    fn router(&self) -> Router {
        let mut router = Router::new();
        for route in Route::ALL.iter().copied() {
            let console = self.clone();
            let answer = move |parameters: Parameters, request: Request| async move {
                gate::pass(&console, Some(route), parameters.ok(), request).await
            };
            let filter = MethodFilter::try_from(route.method()).unwrap_or(MethodFilter::GET);
            router = router.route(route.path(), on(filter, answer));
        }
        router = api::with_routes(router, self);
        let nothing = |known: api::Address| {
            let console = self.clone();
            move |request: Request| async move {
                if api::is_here(request.uri().path()) {
                    api::pass_nothing(&console, known, request).await
                } else {
                    gate::pass(&console, None, None, request).await
                }
            }
        };
        router
            .fallback(nothing(api::Address::Unknown))
            .method_not_allowed_fallback(nothing(api::Address::Known))
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    async fn store(&self) -> MutexGuard<'_, Store> {
        self.0.store.lock().await
    }

    fn papers(&self) -> &Papers {
        &self.0.papers
    }

    fn origin(&self) -> &str {
        &self.0.origin
    }

    fn transport(&self) -> Transport {
        self.0.transport
    }

    fn is_behind_proxy(&self) -> bool {
        self.0.transport == Transport::Secure
    }

    fn is_test(&self) -> bool {
        self.papers().issuing() == Issuing::Test
    }

    /// Whether a request is for this console: a name that leads here from elsewhere is none (DNS rebinding).
    fn check_host(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let own = self.0.origin.split_once("//").map(|(_, host)| host);
        if host.is_some() && host == own {
            Ok(())
        } else {
            Err(Refused::Host)
        }
    }

    /// Does something that takes 19 MiB and a core for a while, away from the others.
    async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refused> {
        // The semaphore is never closed; without a permit the work is only less bounded.
        let _permit = self.0.hashing.acquire().await;
        Ok(tokio::task::spawn_blocking(work).await?)
    }

    /// Prints, away from the others.
    async fn printing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refused> {
        // As for hashing.
        let _permit = self.0.printing.acquire().await;
        Ok(tokio::task::spawn_blocking(work).await?)
    }

    /// The requests of the API that are being done here.
    fn begun(&self) -> std::sync::MutexGuard<'_, BTreeSet<(Text, String)>> {
        // Nothing that holds it panics; if it did, the set is whole all the same.
        self.0
            .begun
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Carries something out in the office, opened for it: one process and one act at a time.
    async fn in_office<T, F>(&self, work: F) -> Result<T, Refused>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Office) -> Result<T, Refused> + Send + 'static,
    {
        let (folder, clock, runtime) = (self.0.folder.clone(), self.0.clock, Handle::current());
        let done = tokio::task::spawn_blocking(move || {
            runtime.block_on(async move {
                let mut office = Office::open(folder, clock).await?;
                work(&mut office).await
            })
        });
        done.await?
    }
}

impl Listening {
    /// Serves until `stop` changes.
    pub async fn serve(self, stop: watch::Receiver<bool>) {
        let router = self.console.router();
        accept::serve_connections(self.listener, router, self.limits, stop).await;
    }
}

fn checked_origin(origin: &str) -> Result<String, ConsoleError> {
    let refused = || ConsoleError::Origin {
        origin: origin.to_owned(),
    };
    let host = origin.strip_prefix("https://").ok_or_else(refused)?;
    let sound = !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:[]".contains(&byte));
    if sound {
        Ok(origin.to_owned())
    } else {
        Err(refused())
    }
}

/// Where the secret of the first start stands.
fn setup_path(folder: &Folder) -> PathBuf {
    folder.path().join("console.setup")
}

fn write_setup(folder: &Folder, secret: &str) -> Result<PathBuf, FileError> {
    let path = setup_path(folder);
    remove_setup(folder);
    file::create_private(&path, format!("{secret}\n").as_bytes())?;
    Ok(path)
}

/// The secret of a start before is worth nothing; one that cannot be removed is in the way of the next.
fn remove_setup(folder: &Folder) {
    let _ = std::fs::remove_file(setup_path(folder));
}
