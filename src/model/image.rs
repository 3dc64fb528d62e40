//! Describes a picture.

/// A picture of a link or in a text, measured when it was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Its absolute https URL, which is where readers' clients fetch it.
    pub url: String,
    /// The file's name in `issues/img`, when it is the newsletter's own; the archive copies it, the preview serves it.
    pub file: Option<String>,
    /// A description in words. Empty when it is decoration.
    pub alt: String,
    /// Width and height in pixels, when the file is at hand or the author wrote them.
    pub size: Option<(u32, u32)>,
}
