//! Every kind of bad input, as `newsletter check` reports it.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

mod config;
mod file;
mod issue;
mod lead;
mod link;
mod section;
mod smtp;
mod traps;

use snapbox::{IntoData, assert_data_eq};

use crate::support::Project;

/// The smallest issue there can be.
const SMALL: &str = "number = 1\ntitle = \"T\"\ndate = 2026-11-20\n";

/// These tests are about reading files: how bare an issue may be is for rules to say.
const BARE: &str = "[check]\npreheader = 'off'\ncontent-empty-item = 'off'\ncontent-item-count = 'off'\n";

/// What check says of this file as issue 1.
#[track_caller]
fn issue(text: impl AsRef<[u8]>, said: impl IntoData) {
    let output = Project::new().config(BARE).file("issues/001-first-things.toml", text).run(["check", "1"]);
    assert_data_eq!(format!("{}{}exit {}\n", output.stdout, output.stderr, output.code), said.raw());
}

/// What check says of the smallest issue with `more` below it.
#[track_caller]
fn small(more: &str, said: impl IntoData) {
    issue(format!("{SMALL}{more}"), said);
}

/// What check says of a link with `more` lines.
#[track_caller]
fn link(more: &str, said: impl IntoData) {
    small(
        &format!("[[section]]\ntitle = \"S\"\n[[section.link]]\nurl = \"https://example.org\"\ntitle = \"L\"\n{more}"),
        said,
    );
}

/// What check says of a link to `url`.
#[track_caller]
fn link_to(url: &str, said: impl IntoData) {
    small(&format!("[[section]]\ntitle = \"S\"\n[[section.link]]\ntitle = \"L\"\nurl = \"{url}\"\n"), said);
}

/// What check says of the test configuration with `more` below it.
#[track_caller]
fn config(more: &str, said: impl IntoData) {
    let output = Project::new().config(more).run(["check"]);
    assert_data_eq!(format!("{}{}exit {}\n", output.stdout, output.stderr, output.code), said.raw());
}
