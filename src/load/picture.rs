//! Pictures of a newsletter's own, in `issues/img/`: named safely, there, of a kind every mail client shows, measured.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use imagesize::ImageType;

use super::suggestion::quote;
use super::toml_file::Fault;

/// The folder of the pictures, as issue files name it.
const FOLDER: &str = "img/";

/// How many bytes tell the kind of a picture.
const SIGNATURE: u64 = 32;

/// Answers width and height, in pixels, of the picture with a name below `issues/img/`.
pub type Measure<'a> = &'a dyn Fn(&str) -> Result<(u32, u32), MeasureError>;

/// Why a picture has no size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeasureError {
    /// There is no such file.
    Missing,
    /// Its content is not that of a PNG, JPEG or GIF file, or ends too early.
    NotAPicture,
    /// The content is of this kind, which its name does not say.
    Misnamed(&'static str),
    /// It cannot be read.
    Unreadable(String),
}

/// The name below `issues/img/` of the picture an issue calls `path`.
pub(super) fn name(path: &str) -> Result<&str, Fault> {
    let example = "put it into `issues/img/` and write `image = \"img/name.png\"`";
    let name = path.strip_prefix("./").unwrap_or(path).strip_prefix(FOLDER);
    let Some(name) = name else { return Err(Fault::new(format!("{} is not in `img/`", quote(path))).help(example)) };
    let plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':']);
    if !name.split('/').all(plain) {
        return Err(Fault::new(format!("{} is not a plain path", quote(path))).help(example));
    }
    if kind_of_name(name).is_none() {
        let fault = Fault::new(format!("{} is not a PNG, JPEG or GIF file", quote(path)));
        return Err(fault.help("mail clients show `.png`, `.jpg` and `.gif`; convert it to one of them"));
    }
    Ok(name)
}

/// The words for what went wrong with the picture called `path`.
pub(super) fn fault(path: &str, error: &MeasureError) -> Fault {
    let path = quote(path);
    match error {
        MeasureError::Missing => Fault::new(format!("no file {path}")).help("the path starts at `issues/`"),
        MeasureError::NotAPicture => Fault::new(format!("{path} is not a PNG, JPEG or GIF picture"))
            .help("its name says so, its content does not; export it again"),
        MeasureError::Misnamed(kind) => {
            Fault::new(format!("{path} is a {kind} picture by its content")).help("give it the ending of its kind")
        }
        MeasureError::Unreadable(reason) => Fault::new(format!("{path} cannot be read: {reason}")),
    }
}

/// Measures the picture `name` in the folder `images`.
pub(super) fn measure(images: &Path, name: &str) -> Result<(u32, u32), MeasureError> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => MeasureError::Missing,
        _ => MeasureError::Unreadable(error.to_string()),
    };
    let path = images.join(name);
    if path.is_dir() {
        return Err(MeasureError::Missing);
    }
    let mut signature = Vec::new();
    File::open(&path).and_then(|file| file.take(SIGNATURE).read_to_end(&mut signature)).map_err(unreadable)?;
    let kind = imagesize::image_type(&signature).ok().and_then(kind_of_content).ok_or(MeasureError::NotAPicture)?;
    if kind_of_name(name) != Some(kind) {
        return Err(MeasureError::Misnamed(kind));
    }
    let file = File::open(&path).map_err(unreadable)?;
    let size = imagesize::reader_size(BufReader::new(file)).map_err(|_| MeasureError::NotAPicture)?;
    let pixels = |length: usize| u32::try_from(length).ok().filter(|&length| length > 0);
    match (pixels(size.width), pixels(size.height)) {
        (Some(width), Some(height)) => Ok((width, height)),
        _ => Err(MeasureError::NotAPicture),
    }
}

fn kind_of_name(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    match ending.to_ascii_lowercase().as_str() {
        "png" => Some("PNG"),
        "jpg" | "jpeg" => Some("JPEG"),
        "gif" => Some("GIF"),
        _ => None,
    }
}

fn kind_of_content(kind: ImageType) -> Option<&'static str> {
    match kind {
        ImageType::Png => Some("PNG"),
        ImageType::Jpeg => Some("JPEG"),
        ImageType::Gif => Some("GIF"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_named_by_a_plain_path_below_its_folder() {
        assert_eq!(name("img/a.png"), Ok("a.png"));
        assert_eq!(name("./img/2026/a b.JPEG"), Ok("2026/a b.JPEG"));
        let cases = [
            ("a.png", "`a.png` is not in `img/`"),
            ("/img/a.png", "`/img/a.png` is not in `img/`"),
            ("../img/a.png", "`../img/a.png` is not in `img/`"),
            ("img/../../a.png", "`img/../../a.png` is not a plain path"),
            ("img//a.png", "`img//a.png` is not a plain path"),
            ("img/.a.png", "`img/.a.png` is not a plain path"),
            ("img/c:\\a.png", "`img/c:\\a.png` is not a plain path"),
            ("img/", "`img/` is not a plain path"),
            ("img/a.webp", "`img/a.webp` is not a PNG, JPEG or GIF file"),
            ("img/png", "`img/png` is not a PNG, JPEG or GIF file"),
        ];
        for (path, message) in cases {
            assert_eq!(name(path).unwrap_err().message, message);
        }
    }

    #[test]
    fn a_picture_is_measured_by_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let gif = b"GIF89a\x03\x00\x02\x00\x00\x00\x00";
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        write("a.gif", gif);
        write("a.png", gif);
        write("text.png", b"hello");
        write("empty.gif", b"");
        write("flat.gif", b"GIF89a\x00\x00\x02\x00\x00\x00\x00");
        std::fs::create_dir(folder.path().join("folder.png")).unwrap();
        let cases = [
            ("a.gif", Ok((3, 2))),
            ("a.png", Err(MeasureError::Misnamed("GIF"))),
            ("text.png", Err(MeasureError::NotAPicture)),
            ("empty.gif", Err(MeasureError::NotAPicture)),
            ("flat.gif", Err(MeasureError::NotAPicture)),
            ("folder.png", Err(MeasureError::Missing)),
            ("none.png", Err(MeasureError::Missing)),
            ("a.gif/b.png", Err(MeasureError::Missing)),
        ];
        for (name, size) in cases {
            assert_eq!(measure(folder.path(), name), size, "{name}");
        }
    }
}
