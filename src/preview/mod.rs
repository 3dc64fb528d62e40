//! The browser preview: a loopback server that shows exactly the bytes a reader will get.

mod colour;
mod door;
mod frame;
mod headers;
mod inbox;
mod markup;
mod route;
mod view;
