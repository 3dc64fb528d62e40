//! Tests that a composer writes the same message one after the other, whole and in pieces.

use super::*;
use crate::message::{Composer, MessagePieces};

#[test]
fn a_composer_writes_for_one_after_the_other_what_it_writes_for_one_alone() {
    let key = DkimKey::from_pem(DkimKey::generate(Algorithm::Ed25519).unwrap().as_bytes()).unwrap();
    let signing = MessageKeys { dkim: Some(DkimSigner::new("example.org", "nl2026", key)), ..keys() };
    let frozen = FrozenLetter::freeze(&letter(), &publication(), &stamp()).unwrap();
    for keys in [keys(), signing] {
        let mut composer = Composer::new(&frozen, &keys);
        let (mut message, mut alone) = (vec![b'x'; 9], Vec::new());
        for name in ["Bo", "", "a name that is much longer  than the others", "Bo"] {
            composer.compose(&subscriber(name), &mut message);
            frozen.compose(&subscriber(name), &keys, &mut alone);
            assert_eq!(String::from_utf8_lossy(&message), String::from_utf8_lossy(&alone));
        }
    }
}

/// The bytes of a message, and the literals in it by their numbers.
#[derive(Default)]
struct Pieces {
    literals: Vec<String>,
    bytes: Vec<u8>,
}

impl MessagePieces for Pieces {
    fn literal(&mut self, number: usize) {
        self.bytes.extend_from_slice(self.literals[number].as_bytes());
    }

    fn own(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

#[test]
fn a_message_in_pieces_is_the_message() {
    let key = DkimKey::from_pem(DkimKey::generate(Algorithm::Ed25519).unwrap().as_bytes()).unwrap();
    let signing = MessageKeys { dkim: Some(DkimSigner::new("example.org", "nl2026", key)), ..keys() };
    for (letter, keys) in [(letter(), &keys()), (japanese(4, true), &keys()), (letter(), &signing)] {
        let frozen = FrozenLetter::freeze(&letter, &publication(), &stamp()).unwrap();
        let literals = frozen.literals().map(str::to_owned).collect();
        let mut pieces = Pieces { literals, bytes: Vec::new() };
        let mut composer = Composer::new(&frozen, keys);
        composer.compose_in_pieces(&subscriber("Ada & Bo <x>"), &mut pieces);
        let mut bytes = Vec::new();
        composer.compose(&subscriber("Ada & Bo <x>"), &mut bytes);
        assert_eq!(String::from_utf8(pieces.bytes).unwrap(), String::from_utf8(bytes).unwrap());
    }
}
