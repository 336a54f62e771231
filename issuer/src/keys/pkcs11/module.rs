//! The vendor's library, loaded once a process, and what it said about PINs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};

use super::TokenError;

/// A library that was initialised. It stays loaded as long as the process lives: PKCS#11 has one state a process.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) context: Pkcs11,
    path: PathBuf,
    /// How often it was initialised. Handles of sessions and objects are those of one time only, and nobody may be
    /// inside while it is done again (PKCS #11 v3.0 §5.4.2).
    generation: RwLock<u64>,
    /// Serial numbers of the tokens that refused a PIN of this process.
    refused: Mutex<BTreeSet<String>>,
}

/// The libraries of this process by their paths.
static MODULES: Mutex<BTreeMap<PathBuf, Arc<Module>>> = Mutex::new(BTreeMap::new());

impl Module {
    pub(super) fn load(path: &Path) -> Result<Arc<Self>, TokenError> {
        // Nothing is left half done in the map: a poisoned lock is as good as another.
        let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(module) = modules.get(path) {
            return Ok(Arc::clone(module));
        }
        let context = Pkcs11::new(path).map_err(|cause| TokenError::Module {
            path: path.to_owned(),
            cause: Box::new(cause),
        })?;
        let module = Arc::new(Self {
            context,
            path: path.to_owned(),
            generation: RwLock::new(0),
            refused: Mutex::default(),
        });
        module.initialize()?;
        modules.insert(path.to_owned(), Arc::clone(&module));
        Ok(module)
    }

    fn initialize(&self) -> Result<(), TokenError> {
        let arguments = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
        match self.context.initialize(arguments) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
            Err(cause) => Err(TokenError::Module {
                path: self.path.clone(),
                cause: Box::new(cause),
            }),
        }
    }

    /// Goes in; handles are good as long as the number is the same.
    pub(super) fn enter(&self) -> RwLockReadGuard<'_, u64> {
        self.generation.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Initialises the library anew, unless somebody did since `seen`: a token that was away is found again by that
    /// alone in some libraries.
    pub(super) fn restart(&self, seen: u64) -> Result<(), TokenError> {
        let mut generation = self.generation.write().unwrap_or_else(PoisonError::into_inner);
        if *generation != seen {
            return Ok(());
        }
        *generation = generation.wrapping_add(1);
        // A library that did not come up before has nothing to finalize.
        let _ = self.context.clone().finalize();
        self.initialize()
    }

    /// Whether a token refused a PIN of this process.
    pub(super) fn has_refused(&self, serial: &str) -> bool {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.contains(serial)
    }

    pub(super) fn note_refusal(&self, serial: &str) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.insert(serial.to_owned());
    }
}
