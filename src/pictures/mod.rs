//! Reads the newsletter's own pictures: their size as it is shown, what is wrong with a file, and the copy that is
//! published. Everything is a function of bytes; the files are opened elsewhere.

mod decode;
mod examination;
mod jpeg;
mod kind;
mod orientation;
mod pinned;
mod published_copy;
#[cfg(test)]
mod tests;

pub use examination::{Examination, PictureFlaw, TransparentArt, examine};
pub(crate) use kind::PictureKind;
pub(crate) use orientation::shown_size;
pub(crate) use pinned::{PinnedPicture, pin};
pub use published_copy::{UprightError, upright};
