//! Keys in tokens: made there, found by URI, lost and found again; PINs given with care.

use cryptoki::context::Pkcs11;
use touchstone_issuer::{
    keys::{KeyError, Pin, PinFrom, TokenError, TokenKey},
};

use crate::token::with_token;

#[test]
fn a_key_is_made_in_the_token_found_again_and_bound_to_it() {
    with_token("hsm::a_key_is_made_in_the_token_found_again_and_bound_to_it", async |token| {
        let uri = token.uri("issuing-1");
        let pin = Pin::read(&uri, &token.folder, PinFrom::Uri).unwrap();
        let made = TokenKey::create(&uri, pin.clone()).unwrap();
        let found = TokenKey::open(&uri, pin.clone()).unwrap();
        assert_eq!(made.verifying_key(), found.verifying_key());
        let again = TokenKey::create(&uri, pin.clone()).err().unwrap();
        assert!(matches!(again, KeyError::Token(TokenError::Exists { .. })), "{again}");
        let none = TokenKey::open(&token.uri("issuing-2"), pin).err().unwrap();
        assert!(matches!(none, TokenError::NoKey { .. }), "{none}");
        let context = Pkcs11::new(&token.module).unwrap();
        println!("{:?}", context.get_slots_with_token());
    });
}
