//! Rules about pictures.

pub(super) mod dims;
pub(super) mod format;
pub(super) mod heavy;
pub(super) mod height;
pub(super) mod only;
pub(super) mod src;
pub(super) mod tracking;
pub(super) mod weight;
