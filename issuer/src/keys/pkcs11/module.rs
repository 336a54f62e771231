//! The vendor's library, loaded and initialised once a process, and what it said about PINs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};

use super::TokenError;

/// A library that was initialised. It stays loaded as long as the process lives: PKCS#11 has one state a process.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) context: Pkcs11,
    /// Serial numbers of the tokens that refused a PIN of this process.
    refused: Mutex<BTreeSet<String>>,
}

/// The libraries of this process by their paths.
static MODULES: Mutex<BTreeMap<PathBuf, Arc<Module>>> = Mutex::new(BTreeMap::new());

impl Module {
    pub(super) fn load(path: &Path) -> Result<Arc<Self>, TokenError> {
        let fault = |cause| TokenError::Module {
            path: path.to_owned(),
            cause: Box::new(cause),
        };
        // Nothing is left half done in the map: a poisoned lock is as good as another.
        let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(module) = modules.get(path) {
            return Ok(Arc::clone(module));
        }
        let context = Pkcs11::new(path).map_err(fault)?;
        match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(cause) => return Err(fault(cause)),
        }
        let module = Arc::new(Self {
            context,
            refused: Mutex::default(),
        });
        modules.insert(path.to_owned(), Arc::clone(&module));
        Ok(module)
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
