//! Tests the web server for readers: what it answers, what that changes, and that nothing it answered is lost.

mod kill;
mod letters;
mod limits;
mod pages;
mod sign_up;
mod topics;
mod unit;
mod unsubscribe;
mod world;
