//! A key made in a token: sensitive, not extractable, for signatures alone.

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::Attribute;
use cryptoki::session::Session;

use super::token::{Access, Token};
use super::{Pin, Pkcs11Uri, TokenError, TokenKey};
use crate::keys::KeyError;

/// CKA_EC_PARAMS of Ed25519 by its name, PrintableString `edwards25519` (PKCS #11 v3.0 §2.3.5).
const BY_NAME: [u8; 14] = *b"\x13\x0cedwards25519";
/// The same by its object identifier, id-Ed25519 1.3.101.112 (RFC 8410 §3).
const BY_IDENTIFIER: [u8; 5] = [0x06, 0x03, 0x2b, 0x65, 0x70];

impl TokenKey {
    /// Makes a key pair in the token.
    ///
    /// # Errors
    /// [`TokenError::Exists`] when a key of that name is there; else what the token says.
    pub fn create(uri: &Pkcs11Uri, pin: Pin) -> Result<Self, KeyError> {
        let token = Token::new(uri, pin.clone())?;
        let inside = token.module().enter();
        let session = token.open(Access::ReadWrite)?;
        if token.private_key(&session)?.is_some() {
            return Err(TokenError::Exists {
                token: token.name(),
                wanted: token.key_name(),
            }
            .into());
        }
        let (label, id) = token.new_names().map_err(KeyError::Random)?;
        // Tokens know the curve by one of its two names, and say so in many ways.
        let made = match generate(&session, label.as_deref(), &id, &BY_IDENTIFIER) {
            Err(Error::Pkcs11(
                RvError::AttributeValueInvalid
                | RvError::CurveNotSupported
                | RvError::DomainParamsInvalid
                | RvError::FunctionFailed
                | RvError::GeneralError
                | RvError::MechanismParamInvalid
                | RvError::TemplateInconsistent,
                _,
            )) => generate(&session, label.as_deref(), &id, &BY_NAME),
            made => made,
        };
        made.map_err(|cause| token.fault(cause))?;
        drop(session);
        drop(inside);
        Ok(Self::open(uri, pin)?)
    }
}

fn generate(session: &Session, label: Option<&str>, id: &[u8], curve: &[u8]) -> Result<(), Error> {
    let mut public = vec![
        Attribute::Token(true),
        Attribute::Verify(true),
        Attribute::EcParams(curve.to_vec()),
        Attribute::Id(id.to_vec()),
    ];
    let mut private = vec![
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
        Attribute::Id(id.to_vec()),
    ];
    for template in [&mut public, &mut private] {
        template.extend(label.map(|label| Attribute::Label(label.into())));
    }
    session.generate_key_pair(&Mechanism::EccEdwardsKeyPairGen, &public, &private)?;
    Ok(())
}
