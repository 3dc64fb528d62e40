//! The browser preview: a loopback server that shows exactly the bytes a reader will get.

mod colour;
mod door;
mod folder;
mod frame;
mod inbox;
mod markup;
mod route;
mod view;
mod watch;
