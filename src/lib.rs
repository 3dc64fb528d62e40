//! A newsletter that lives in a git repository: written as one TOML file of curated links an issue,
//! seen in a browser as the reader will get it, delivered to every subscriber once, and published.
//!
//! The library exists so that the binary and its tests share everything; it makes no promise of a stable API.
//!
//! | module | what it knows |
//! |---|---|
//! | [`model`] | plain values: issue, prose, publication, subscriber, address |
//! | [`diagnostic`] | a problem with a place in a file |
//! | [`secret`] | a value that is never shown |
//! | [`load`] | files and environment to model, or diagnostics |
//! | [`templates`] | how letters and web pages look |
//! | [`letter`] | an issue rendered once: subject, HTML, text, with slots |
//! | [`message`] | a letter and a subscriber to the finished bytes |
//! | `markup` | HTML, style sheets and colours as letters write them |
//! | [`simulate`] | a letter as a mail client would show it |
//! | [`check`] | what is wrong with an issue before it is sent |
//! | [`smtp`] | the SMTP client; knows nothing of newsletters |
//! | [`delivery`] | plan, ledger, couriers, the run |
//! | [`doctor`] | what keeps mail from arriving: records, keys, servers |
//! | [`preview`] | the browser preview |
//! | [`archive`] | web pages and feeds |
//! | [`web`] | whether pages answer |
//! | `fuzzing` | what is fuzzed, and nothing in any other build |
//! | [`cli`] | one file a subcommand; the only place that prints, prompts and reads the clock |

pub mod archive;
pub mod check;
pub mod cli;
pub mod delivery;
pub mod diagnostic;
pub mod doctor;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod letter;
pub mod load;
mod markup;
pub mod message;
pub mod model;
pub mod preview;
pub mod secret;
pub mod simulate;
pub mod smtp;
pub mod web;

// The templates stand in a top-level folder, markup and CSS side by side, because they are what people
// who restyle a newsletter look for first. This is the only `#[path]` in the project.
#[path = "../templates/mod.rs"]
pub mod templates;
