//! Checks the pictures in `issues/img/`: a safe name, a file, a format that every mail client shows; and measures them.

use std::io::{BufReader, Read, Seek};
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::{closest, quote};
use crate::fs::regular_file;
use crate::pictures::{PictureKind, shown_size};

/// The folder of the pictures, as issue files name it.
const FOLDER: &str = "img/";

/// How many bytes tell the kind of a picture.
const SIGNATURE: u64 = 32;

/// Returns width and height, in pixels and as shown, of the picture with a name below `issues/img/`.
pub type Measure<'a> = &'a dyn Fn(&str) -> Result<(u32, u32), MeasureError>;

/// Why a picture has no size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeasureError {
    /// There is no such file; but perhaps one of this name, which is spelled almost alike.
    Missing(Option<String>),
    /// Its content is not that of a PNG, JPEG or GIF file, or ends too early.
    NotAPicture,
    /// The content is of this kind, which its name does not say.
    Misnamed(&'static str),
    /// It cannot be read.
    Unreadable(String),
}

/// The name below `issues/img/` of the picture an issue calls `path`.
pub(crate) fn name(path: &str) -> Result<&str, Problem> {
    let example = "put it in `issues/img/` and write `image = \"img/name.png\"`";
    let name = path.strip_prefix("./").unwrap_or(path).strip_prefix(FOLDER);
    let Some(name) = name else { return Err(Problem::new(format!("{} is not in `img/`", quote(path))).help(example)) };
    let plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':']);
    if !name.split('/').all(plain) {
        return Err(Problem::new(format!("{} is not a plain path", quote(path))).help(example));
    }
    if PictureKind::of_name(name).is_none() {
        let problem = Problem::new(format!("{} is not a PNG, JPEG or GIF file", quote(path)));
        return Err(problem.help("mail clients show `.png`, `.jpg` and `.gif`; convert it to one of them"));
    }
    Ok(name)
}

/// The words for what went wrong with the picture called `path`.
pub(crate) fn problem(written: &str, error: &MeasureError) -> Problem {
    let path = quote(written);
    match error {
        MeasureError::Missing(None) => Problem::new(format!("no file {path}")).help("paths are relative to `issues/`"),
        MeasureError::Missing(Some(spelled)) => {
            let spelled = format!("{FOLDER}{spelled}");
            Problem::new(format!("no file {path}")).help(difference(written, &spelled))
        }
        MeasureError::NotAPicture => Problem::new(format!("{path} is not a PNG, JPEG or GIF picture"))
            .help("its name says so but its content does not; export it again"),
        MeasureError::Misnamed(kind) => {
            Problem::new(format!("{path} is a {kind} picture by content")).help("rename it to match its content")
        }
        MeasureError::Unreadable(reason) => Problem::new(format!("cannot read {path}: {reason}")),
    }
}

/// Says how the path `written` differs from that of the file that was probably meant.
fn difference(written: &str, spelled: &str) -> String {
    let meant = format!("did you mean {}?", quote(spelled));
    let written = written.strip_prefix("./").unwrap_or(written);
    if written.nfc().eq(spelled.nfc()) {
        let form = if spelled.nfc().eq(spelled.chars()) { "as one character (NFC)" } else { "as two characters (NFD)" };
        format!("the name of the file looks the same but has its accented letters {form}; rename it, or copy its name")
    } else if written.to_lowercase().nfc().eq(spelled.to_lowercase().nfc()) {
        format!("{meant} File names are case-sensitive")
    } else {
        meant
    }
}

/// Finds the file in the folder `images` whose name differs from `name` by case, Unicode form or a typing error.
fn similar(images: &Path, name: &str) -> Option<String> {
    let folded = |text: &str| text.to_lowercase().nfc().collect::<String>();
    let mut found = String::new();
    for part in name.split('/') {
        let entries = std::fs::read_dir(images.join(&found)).ok()?;
        let names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        let same = names.iter().find(|own| *own == part);
        let almost = || names.iter().find(|own| folded(own) == folded(part));
        let typing_error = || names.iter().find(|own| closest(part, [own.as_str()]).is_some());
        let part = same.or_else(almost).or_else(typing_error)?;
        if !found.is_empty() {
            found.push('/');
        }
        found.push_str(part);
    }
    (found != name && images.join(&found).is_file()).then_some(found)
}

/// Measures the picture `name` in the folder `images`.
pub(crate) fn measure(images: &Path, name: &str) -> Result<(u32, u32), MeasureError> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
            MeasureError::Missing(similar(images, name))
        }
        _ => MeasureError::Unreadable(error.to_string()),
    };
    let path = images.join(name);
    if path.is_dir() {
        return Err(MeasureError::Missing(None));
    }
    let mut signature = Vec::new();
    let mut file = regular_file::open(&path).map_err(unreadable)?;
    file.by_ref().take(SIGNATURE).read_to_end(&mut signature).map_err(unreadable)?;
    let kind = PictureKind::of_content(&signature).ok_or(MeasureError::NotAPicture)?;
    if PictureKind::of_name(name) != Some(kind) {
        return Err(MeasureError::Misnamed(kind.name()));
    }
    file.rewind().map_err(unreadable)?;
    match shown_size(BufReader::new(file)) {
        Ok((width, height)) if width > 0 && height > 0 => Ok((width, height)),
        _ => Err(MeasureError::NotAPicture),
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
            ("folder.png", Err(MeasureError::Missing(None))),
            ("none.png", Err(MeasureError::Missing(None))),
            ("a.gif/b.png", Err(MeasureError::Missing(None))),
        ];
        for (name, size) in cases {
            assert_eq!(measure(folder.path(), name), size, "{name}");
        }
    }

    #[test]
    fn a_name_that_is_spelled_almost_alike_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("Sommer")).unwrap();
        for name in ["Sommer/Foto.JPG", "u\u{308}ben.png", "\u{e4}pfel.png", "kettles.png"] {
            std::fs::write(folder.path().join(name), b"GIF89a\x03\x00\x02\x00\x00\x00\x00").unwrap();
        }
        let cases = [
            ("img/sommer/foto.jpg", "did you mean `img/Sommer/Foto.JPG`? File names are case-sensitive"),
            (
                "img/\u{fc}ben.png",
                "the name of the file looks the same but has its accented letters as two characters (NFD); rename it, or \
                 copy its name",
            ),
            (
                "./img/a\u{308}pfel.png",
                "the name of the file looks the same but has its accented letters as one character (NFC); rename it, or \
                 copy its name",
            ),
            ("img/ketles.png", "did you mean `img/kettles.png`?"),
            ("img/other.png", "paths are relative to `issues/`"),
        ];
        for (path, expected) in cases {
            let error = measure(folder.path(), name(path).unwrap()).unwrap_err();
            assert_eq!(problem(path, &error).help.as_deref(), Some(expected), "{path}");
        }
    }
}
