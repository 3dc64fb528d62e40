//! The ornament, byte for byte, for three newsletters.

use std::path::Path;

use newsletter::model::Colour;
use newsletter::ornament::{Face, band, card, cover, thumbnail};

const BYTES: Face = Face { name: "Distributed Bytes", accent: Colour { red: 0xb7, green: 0x41, blue: 0x0e } };
const NEEDLES: Face = Face { name: "Pine Needles", accent: Colour { red: 0x1f, green: 0x6f, blue: 0x54 } };
/// A bright accent, a name in another script, and a date for a number.
const SUN: Face = Face { name: "Солнце", accent: Colour { red: 0xff, green: 0xd4, blue: 0x00 } };

/// Compares with a stored picture. Bytes say nothing to a reader, so a failure shows none.
fn assert_stored(drawn: &[u8], name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ornament").join(name);
    if std::env::var_os("SNAPSHOTS").is_some_and(|action| action == "overwrite") {
        std::fs::write(&path, drawn).unwrap();
    }
    let stored = std::fs::read(&path).unwrap_or_default();
    assert!(stored == drawn, "{name} is drawn differently; SNAPSHOTS=overwrite replaces it: look at both");
}

#[test]
fn a_band_is_the_same_on_every_machine() {
    assert_stored(&band(BYTES, 42), "bytes-band-42.png");
    assert_stored(&band(NEEDLES, 41), "needles-band-41.png");
    assert_stored(&band(SUN, 20_261_129), "sun-band-20261129.png");
}

#[test]
fn a_thumbnail_is_the_same_on_every_machine() {
    let link = "https://example.org/on-clocks";
    assert_stored(&thumbnail(BYTES, 42, link), "bytes-thumbnail.png");
    assert_stored(&thumbnail(NEEDLES, 41, link), "needles-thumbnail.png");
    assert_stored(&thumbnail(SUN, 20_261_129, link), "sun-thumbnail.png");
}

#[test]
fn a_cover_is_the_same_on_every_machine() {
    assert_stored(&cover(BYTES, 42), "bytes-cover-42.png");
    assert_stored(&cover(NEEDLES, 41), "needles-cover-41.png");
    assert_stored(&cover(SUN, 20_261_129), "sun-cover-20261129.png");
}

#[test]
fn a_card_is_the_same_on_every_machine() {
    assert_stored(&card(BYTES, 42), "bytes-card-42.png");
    assert_stored(&card(NEEDLES, 41), "needles-card-41.png");
    assert_stored(&card(SUN, 20_261_129), "sun-card-20261129.png");
}
