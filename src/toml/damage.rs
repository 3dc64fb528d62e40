//! Damages the text of a file at random, for tests of the loaders.

use proptest::prelude::*;

/// Returns texts that differ from `text` in one to five places, where a few bytes are taken out and others put in.
pub(crate) fn damaged(text: &'static str) -> impl Strategy<Value = String> {
    let cut = (0..text.len(), 0_usize..12, "[\\PC\n\"'\\[\\]={}]{0,4}");
    proptest::collection::vec(cut, 1..6).prop_map(move |cuts| {
        let mut text = text.to_owned();
        for (at, length, put) in cuts {
            let start = text.floor_char_boundary(at.min(text.len()));
            let end = text.ceil_char_boundary((start + length).min(text.len()));
            text.replace_range(start..end, &put);
        }
        text
    })
}
