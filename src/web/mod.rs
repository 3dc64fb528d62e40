//! Whether pages answer: the door to the web of `check --online`, and the TLS both doors share.
//!
//! | module | what it knows |
//! |---|---|
//! | [`answer`] | what became of asking for a page, and what that means |
//! | [`address`] | which addresses are nobody's to ask |
//! | [`names`] | from the name of a host to its addresses, checked |
//! | `request` | one question to one server |
//! | [`visit`] | a page, along its redirects |
//! | [`round`] | many pages, politely |
//! | [`memory`] | what earlier rounds were told |
//!
//! Every question goes to an address that was looked at: a name is looked up once, each of its addresses has to be public,
//! and the connection is made to one of those, at every hop. No cookies, no proxy, nothing of a page is read.

pub mod address;
pub mod answer;
pub mod memory;
pub mod names;
mod request;
pub mod round;
mod tls;
pub mod visit;

pub use answer::{Answer, Ending, Hop, Standing};
pub use memory::Memory;
pub use names::{Reach, Resolve, SystemNames};
pub use round::{Round, Told};
pub use tls::trusted;
pub use visit::Visitor;
