//! The browser preview: a loopback server that shows exactly the bytes a reader will get.
