//! A newsletter, its preview, and a Chromium that looks at it.

mod browser;
mod preview;

pub use browser::Browser;
pub use preview::{ISSUE, Preview};

/// What Debian and `./check` bring, in the words of every failure that misses it.
const HOW_TO_GET: &str = "run ./check, which installs what the browser tests need";
