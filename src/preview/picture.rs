//! Streams a picture of a letter to a page, unless it is too large for any letter.

use std::io::Read;
use std::path::Path;

use axum::body::{Body, Bytes};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::fs::regular_file;

/// The size of the largest picture to serve, in bytes.
pub(super) const MAX_SIZE: u64 = 10 << 20;

/// The bytes in memory at a time.
const CHUNK: usize = 64 * 1024;

/// The reason why a picture is not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PictureError {
    /// The file does not exist or cannot be read.
    Missing,
    /// It is larger than [`MAX_SIZE`].
    TooLarge,
}

/// The media type of a picture, from the extension of its file.
pub(super) fn content_type(path: &Path) -> Option<&'static str> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "png" => Some("image/png"),
        "jpg" | "jpeg" => Some("image/jpeg"),
        "gif" => Some("image/gif"),
        _ => None,
    }
}

/// The picture at `path`, read while it is sent.
pub(super) fn body(path: &Path) -> Result<Body, PictureError> {
    let file = regular_file::open(path).map_err(|_| PictureError::Missing)?;
    if file.metadata().map_err(|_| PictureError::Missing)?.len() > MAX_SIZE {
        return Err(PictureError::TooLarge);
    }
    let (sender, receiver) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || {
        // The file may grow while it is read.
        let mut file = file.take(MAX_SIZE);
        loop {
            let mut chunk = vec![0; CHUNK];
            let read = match file.read(&mut chunk) {
                Ok(0) => return,
                Ok(count) => {
                    chunk.truncate(count);
                    Ok(Bytes::from(chunk))
                }
                Err(error) => Err(error),
            };
            let failed = read.is_err();
            // The browser has closed the connection, or reading failed.
            if sender.blocking_send(read).is_err() || failed {
                return;
            }
        }
    });
    Ok(Body::from_stream(ReceiverStream::new(receiver)))
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn only_picture_files_of_a_sensible_size_are_served() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name| folder.path().join(name);
        let sized = |name, size| File::create(path(name)).unwrap().set_len(size).unwrap();
        sized("large.png", MAX_SIZE + 1);
        let refused = |name| body(&path(name)).err();
        assert_eq!(refused("large.png"), Some(PictureError::TooLarge));
        assert_eq!(refused("missing.png"), Some(PictureError::Missing));
        assert_eq!(body(folder.path()).err(), Some(PictureError::Missing));
        let fifo = path("pipe.png");
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        assert_eq!(body(&fifo).err(), Some(PictureError::Missing));
        assert_eq!(
            ["a.PNG", "a.jpeg", "a.jpg", "a.gif"].map(|name| content_type(Path::new(name)).is_some()),
            [true; 4]
        );
        assert_eq!(["a.svg", "a", ".png"].map(|name| content_type(Path::new(name))), [None; 3]);
    }
}
