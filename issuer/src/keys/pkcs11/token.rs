//! A token: found by what its URI names, and logged in to with care.

use std::sync::Arc;

use cryptoki::error::{Error, RvError};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use ed25519_dalek::VerifyingKey;

use super::{Pin, Pkcs11Uri, TokenError, module::Module};

/// DER of an OCTET STRING of 32 octets, before them: how CKA_EC_POINT holds a point (PKCS #11 v3.0 §2.3.5).
const POINT_HEADER: [u8; 2] = [0x04, 0x20];

/// Whether a session may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    ReadOnly,
    ReadWrite,
}

/// A module, and what to find behind it.
#[derive(Debug)]
pub(super) struct Token {
    module: Arc<Module>,
    uri: Pkcs11Uri,
    pin: Pin,
}

impl Token {
    pub(super) fn new(uri: &Pkcs11Uri, pin: Pin) -> Result<Self, TokenError> {
        Ok(Self {
            module: Module::load(&uri.module)?,
            uri: uri.clone(),
            pin,
        })
    }

    pub(super) fn module(&self) -> &Module {
        &self.module
    }

    /// The token, as messages call it.
    pub(super) fn name(&self) -> String {
        let (token, serial) = (self.uri.token.as_deref(), self.uri.serial.as_deref());
        match (token, serial) {
            (Some(label), None) => format!("{label:?}"),
            (Some(label), Some(serial)) => format!("{label:?} with serial number {serial}"),
            (None, serial) => format!("with serial number {}", serial.unwrap_or_default()),
        }
    }

    /// The key, as messages call it.
    pub(super) fn key_name(&self) -> String {
        let id = self.uri.id.as_ref().map(|id| {
            let digits: String = id.iter().map(|octet| format!("{octet:02x}")).collect();
            format!("with id {digits}")
        });
        let label = self.uri.object.as_ref().map(|label| format!("{label:?}"));
        [label, id].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    pub(super) fn fault(&self, cause: Error) -> TokenError {
        TokenError::Token {
            token: self.name(),
            cause: Box::new(cause),
        }
    }

    /// A session, logged in.
    pub(super) fn open(&self, access: Access) -> Result<Session, TokenError> {
        let (slot, info) = self.find()?;
        let context = &self.module.context;
        let session = match access {
            // Kept beyond this call, so closed by whoever knows that its handle is still its own.
            Access::ReadOnly => context.open_ro_session_no_drop(slot),
            Access::ReadWrite => context.open_rw_session(slot),
        };
        let session = session.map_err(|cause| self.fault(cause))?;
        self.log_in(&session, &info)?;
        Ok(session)
    }

    fn find(&self) -> Result<(Slot, TokenInfo), TokenError> {
        let context = &self.module.context;
        let wanted = || self.name();
        let slots = match context.get_slots_with_initialized_token() {
            Ok(slots) => slots,
            Err(Error::Pkcs11(RvError::TokenNotPresent | RvError::DeviceRemoved, _)) => Vec::new(),
            Err(cause) => return Err(self.fault(cause)),
        };
        let mut found = Vec::new();
        for slot in slots {
            // A token that was taken out meanwhile is one that is not there.
            let Ok(info) = context.get_token_info(slot) else {
                continue;
            };
            let is =
                |named: &Option<String>, value: &str| named.as_deref().is_none_or(|named| named == value);
            if is(&self.uri.token, info.label()) && is(&self.uri.serial, info.serial_number()) {
                found.push((slot, info));
            }
        }
        match found.len() {
            1 => found
                .pop()
                .ok_or_else(|| TokenError::NoToken { wanted: wanted() }),
            0 => Err(TokenError::NoToken { wanted: wanted() }),
            found => Err(TokenError::SeveralTokens {
                wanted: wanted(),
                found,
            }),
        }
    }

    /// A PIN that was refused once is never given again by this process, and one from a file only where no try was
    /// lost before: so no loop of restarts locks a token.
    fn log_in(&self, session: &Session, info: &TokenInfo) -> Result<(), TokenError> {
        let token = self.name();
        let serial = info.serial_number();
        if info.user_pin_locked() {
            return Err(TokenError::PinLocked { token });
        }
        if self.module.has_refused(serial) {
            return Err(TokenError::PinRefused { token });
        }
        if (info.user_pin_count_low() || info.user_pin_final_try()) && self.pin.is_unattended() {
            return Err(TokenError::PinTriesLow { token });
        }
        match session.login(UserType::User, Some(self.pin.secret())) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _)) => {
                self.module.note_refusal(serial);
                Err(TokenError::PinRefused { token })
            }
            Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(TokenError::PinLocked { token }),
            Err(cause) => Err(self.fault(cause)),
        }
    }

    /// The one object of a class that the URI names.
    fn object(&self, session: &Session, class: ObjectClass) -> Result<Option<ObjectHandle>, TokenError> {
        let mut template = vec![Attribute::Class(class), Attribute::KeyType(KeyType::EC_EDWARDS)];
        template.extend(
            self.uri
                .object
                .iter()
                .map(|label| Attribute::Label(label.clone().into())),
        );
        template.extend(self.uri.id.iter().map(|id| Attribute::Id(id.clone())));
        let found = session
            .find_objects(&template)
            .map_err(|cause| self.fault(cause))?;
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            several => Err(TokenError::SeveralKeys {
                token: self.name(),
                wanted: self.key_name(),
                found: several.len(),
            }),
        }
    }

    /// The private key, which must be bound to the token.
    pub(super) fn private_key(&self, session: &Session) -> Result<Option<ObjectHandle>, TokenError> {
        let Some(key) = self.object(session, ObjectClass::PRIVATE_KEY)? else {
            return Ok(None);
        };
        let wanted = [AttributeType::Sensitive, AttributeType::Extractable];
        let attributes = session
            .get_attributes(key, &wanted)
            .map_err(|cause| self.fault(cause))?;
        let bound = attributes.contains(&Attribute::Sensitive(true))
            && attributes.contains(&Attribute::Extractable(false));
        if bound {
            Ok(Some(key))
        } else {
            Err(TokenError::Extractable {
                token: self.name(),
                wanted: self.key_name(),
            })
        }
    }

    /// The public half, from the object beside the private key.
    pub(super) fn public_key(&self, session: &Session) -> Result<VerifyingKey, TokenError> {
        let missing = || TokenError::NoPublicKey {
            token: self.name(),
            wanted: self.key_name(),
        };
        let key = self
            .object(session, ObjectClass::PUBLIC_KEY)?
            .ok_or_else(missing)?;
        let attributes = session
            .get_attributes(key, &[AttributeType::EcPoint])
            .map_err(|cause| self.fault(cause))?;
        let point = attributes.into_iter().find_map(|attribute| match attribute {
            Attribute::EcPoint(point) => Some(point),
            _ => None,
        });
        let point = point.ok_or_else(missing)?;
        // Some tokens give the point without the OCTET STRING around it.
        let octets = point.strip_prefix(&POINT_HEADER).unwrap_or(&point);
        let octets = octets.try_into().map_err(|_| missing())?;
        let public = VerifyingKey::from_bytes(octets).map_err(|_| missing())?;
        if public.is_weak() {
            Err(missing())
        } else {
            Ok(public)
        }
    }

    /// Label and id a new key gets; an id is drawn where the URI names none.
    pub(super) fn new_names(&self) -> Result<(Option<String>, Vec<u8>), getrandom::Error> {
        let id = match &self.uri.id {
            Some(id) => id.clone(),
            None => getrandom::u64()?.to_be_bytes().to_vec(),
        };
        Ok((self.uri.object.clone(), id))
    }
}
