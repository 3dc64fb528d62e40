//! Draws the pictures of the ornament for the archive, and only those that are not there yet: drawing one takes some
//! milliseconds, reading it does not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;

use crate::archive::ArchiveFile;
use crate::fs::regular_file;
use crate::model::{OrnamentKind, OrnamentPicture, Publication};
use crate::ornament::{Face, band, card, cover};
use crate::parallel::on_all_cores;

/// Lists the pictures of the last build: what each was drawn from, and the digest of the file.
const LIST: &str = ".newsletter-ornaments";

/// Returns `pictures` as files of the archive in `folder`, and their list. A picture whose file is what the last build made of
/// the same name, colour and number is read and not drawn.
pub(super) fn ornaments(
    pictures: &BTreeSet<OrnamentPicture>,
    publication: &Publication,
    folder: &Path,
) -> Vec<ArchiveFile> {
    if pictures.is_empty() {
        return Vec::new();
    }
    let known = known(folder);
    let file = |picture: &OrnamentPicture| {
        let path = picture.path();
        let is_current = |line: &&(String, String)| line.0 == source(*picture, publication);
        let unchanged = known.get(&path).filter(is_current).and_then(|(_, digest)| read(&folder.join(&path), digest));
        let bytes = unchanged.unwrap_or_else(|| draw(*picture, publication));
        ArchiveFile { path, bytes }
    };
    let all: Vec<OrnamentPicture> = pictures.iter().copied().collect();
    let mut files = on_all_cores(&all, file);
    let lines = all.iter().zip(&files);
    let lines =
        lines.map(|(picture, file)| format!("{} {} {}\n", source(*picture, publication), hash(&file.bytes), file.path));
    let list = lines.collect::<String>().into_bytes();
    files.push(ArchiveFile { path: LIST.to_owned(), bytes: list });
    files
}

/// Returns what the files of the last build were drawn from, and their digests, by path.
fn known(folder: &Path) -> BTreeMap<String, (String, String)> {
    let list = regular_file::read_to_string(&folder.join(LIST), regular_file::MAX_TEXT).unwrap_or_default();
    let lines = list.lines().filter_map(|line| {
        let (source, rest) = line.split_once(' ')?;
        let (digest, path) = rest.split_once(' ')?;
        Some((path.to_owned(), (source.to_owned(), digest.to_owned())))
    });
    lines.collect()
}

/// Returns the file at `path` if it has this digest: a power cut may have left half of it.
fn read(path: &Path, digest: &str) -> Option<Vec<u8>> {
    let bytes = regular_file::read(path, regular_file::MAX_PICTURE).ok()?;
    (hash(&bytes) == digest).then_some(bytes)
}

/// Returns a digest of all that a picture is drawn from, and of the program that draws it.
fn source(picture: OrnamentPicture, publication: &Publication) -> String {
    let Publication { name, theme, .. } = publication;
    hash(format!("{} {:?} {} {name}", env!("CARGO_PKG_VERSION"), theme.flag, picture.path()).as_bytes())
}

fn hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(&digest(&SHA256, bytes).as_ref()[..16])
}

/// Draws `picture`.
pub(crate) fn draw(picture: OrnamentPicture, publication: &Publication) -> Vec<u8> {
    let face = Face { name: &publication.name, accent: publication.theme.flag };
    let draw = match picture.kind {
        OrnamentKind::Band => band,
        OrnamentKind::Cover => cover,
        OrnamentKind::Card => card,
    };
    draw(face, picture.number.0)
}
