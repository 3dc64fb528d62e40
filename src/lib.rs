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
//! | `schema` | what tables of TOML files hold, for documents and editors |
//! | `toml` | TOML files read value by value, every problem with its place |
//! | [`issue`] | issue files to the model |
//! | [`config`] | `newsletter.toml` and the secrets it names |
//! | [`subscribers`] | the subscriber list |
//! | [`readers`] | what readers say, and what it changes |
//! | [`templates`] | how letters and web pages look |
//! | [`ornament`] | pictures drawn from a newsletter's name, its accent and an issue's number |
//! | [`letter`] | an issue rendered once: subject, HTML, text, with slots |
//! | [`message`] | a letter and a subscriber to the finished bytes |
//! | `public_suffix` | the part of a host name that its owner registered |
//! | `html` | reads HTML, style sheets and colours |
//! | [`clients`] | a letter as a mail client would show it |
//! | [`check`] | what is wrong with an issue before it is sent |
//! | [`inbox`] | `links.md`, the links that wait for an issue |
//! | [`page`] | what a web page says of itself, and spellings of its address |
//! | [`smtp`] | the SMTP client; knows nothing of newsletters |
//! | [`certificate`] | what is wrong with a server's certificate |
//! | [`imap`] | the IMAP client; knows nothing of newsletters |
//! | [`returned`] | what a message in the newsletter's mailbox reports, and about whom |
//! | [`mailbox`] | where returned mail lies, and when an address is given up |
//! | [`ledger`] | what is known about every delivery, durable before it matters |
//! | [`claim`] | which run may send an issue, recorded in the git repository |
//! | [`delivery`] | limits, couriers, and the engine that carries a plan out |
//! | [`doctor`] | what keeps mail from arriving: records, keys, servers |
//! | [`preview`] | the browser preview |
//! | [`serve`] | the web server for readers |
//! | [`archive`] | web pages and feeds |
//! | [`pictures`] | the newsletter's own pictures: size, content, the copy that is published |
//! | `parallel` | work spread over threads |
//! | `format` | numbers, sizes and durations as people read them |
//! | `app` | the use cases: prepare, send, test mail, check, status; prints nothing |
//! | `http` | HTTP connections, and their limits |
//! | `fs` | files: written completely or not at all, and read without harm |
//! | [`feeds`] | feeds of other sites, and what is new in them |
//! | [`fetch`] | web pages, fetched without reaching this network |
//! | `fuzzing` | what is fuzzed, and nothing in any other build |
//! | [`cli`] | one file a subcommand; the only place that prints and prompts |

mod app;
pub mod archive;
pub mod certificate;
pub mod check;
pub mod claim;
pub mod cli;
pub mod clients;
pub mod config;
pub mod delivery;
pub mod diagnostic;
pub mod doctor;
pub mod feeds;
pub mod fetch;
mod format;
mod fs;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod html;
mod http;
pub mod imap;
pub mod inbox;
pub mod issue;
pub mod ledger;
pub mod letter;
pub mod mailbox;
pub mod message;
pub mod model;
pub mod ornament;
pub mod page;
mod parallel;
pub mod pictures;
pub mod preview;
mod public_suffix;
pub mod readers;
pub mod returned;
mod schema;
pub mod secret;
pub mod serve;
pub mod smtp;
pub mod subscribers;
mod toml;

// The templates stand in a top-level folder, markup and CSS side by side, because they are what people
// who restyle a newsletter look for first. This is the only `#[path]` in the project.
#[path = "../templates/mod.rs"]
pub mod templates;
