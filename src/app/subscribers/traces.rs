//! Finds the files of a newsletter that name an address, in any spelling.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::config::{CourierSettings, LedgerSettings, MailboxSettings, Newsletter};
use crate::model::EmailAddress;

/// The number of bytes read at once.
const BLOCK: usize = 1 << 20;

/// A file that names somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MentioningFile {
    /// From the newsletter's folder, where it is below it.
    pub(crate) path: PathBuf,
    /// The line, of a list.
    pub(crate) line: Option<usize>,
}

/// `subscribers.csv:17`.
impl fmt::Display for MentioningFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.path.display())?;
        self.line.map_or(Ok(()), |line| write!(formatter, ":{line}"))
    }
}

/// The files of a newsletter, as far as they name somebody.
#[derive(Debug, Default)]
pub(crate) struct Traces {
    /// The files that do.
    pub(crate) named_in: Vec<MentioningFile>,
    /// Repositories and compressed files, which are not searched.
    pub(crate) not_searched: Vec<PathBuf>,
}

/// How compressed files begin: gzip, zip (spreadsheets as well), xz, zstd, bzip2, 7z.
const COMPRESSED: [&[u8]; 6] =
    [b"\x1f\x8b", b"PK\x03\x04", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"BZh", b"7z\xbc\xaf\x27\x1c"];

/// What a search of a file found.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    /// Somebody is named after so many lines.
    After(usize),
    /// The file is compressed.
    Compressed,
}

/// Returns the files below the newsletter's folder, and those it uses elsewhere, that name `address`. The files of the
/// ledger that is in use are left out: what they have is the program's own.
///
/// Errors when a folder or a file cannot be read.
pub(crate) fn find(newsletter: &Newsletter, address: &EmailAddress) -> io::Result<Traces> {
    let settings = &newsletter.settings;
    let mut places = vec![newsletter.root.clone()];
    places.extend(settings.subscribers.clone());
    if let Some(MailboxSettings::Maildir(path)) = &settings.mailbox {
        places.push(path.clone());
    }
    let mut own = Vec::new();
    if let LedgerSettings::File(path) = &settings.ledger {
        places.extend(path.parent().map(Path::to_path_buf));
        own = ["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", path.display()))).to_vec();
    }
    if let CourierSettings::Outbox(folder) = &settings.courier {
        places.push(folder.clone());
    }
    let (mut files, mut repositories) = (BTreeSet::new(), BTreeSet::new());
    for place in places {
        collect(&place, &mut files, &mut repositories)?;
    }
    let spellings = spellings(address);
    let shown = |path: &Path| path.strip_prefix(&newsletter.root).unwrap_or(path).to_path_buf();
    let mut traces =
        Traces { not_searched: repositories.iter().map(|path| shown(path)).collect(), ..Traces::default() };
    for path in files.into_iter().filter(|path| !own.contains(path)) {
        match search(&path, &spellings)? {
            Found::Nothing => {}
            Found::After(lines) => {
                let is_list = path.extension().is_some_and(|extension| extension == "csv");
                let line = is_list.then_some(lines + 1);
                traces.named_in.push(MentioningFile { path: shown(&path), line });
            }
            Found::Compressed => traces.not_searched.push(shown(&path)),
        }
    }
    Ok(traces)
}

/// Collects the files and git repositories below `place`. Links lead to files that are named elsewhere, or are not the
/// newsletter's.
fn collect(place: &Path, files: &mut BTreeSet<PathBuf>, repositories: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    let kind = match fs::symlink_metadata(place) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if kind.is_file() {
        files.insert(place.to_path_buf());
    } else if kind.is_dir() && place.file_name().is_some_and(|name| name == ".git") {
        repositories.insert(place.to_path_buf());
    } else if kind.is_dir() {
        for entry in fs::read_dir(place)? {
            collect(&entry?.path(), files, repositories)?;
        }
    }
    Ok(())
}

/// Returns the spellings of `address`, in small letters: with its domain in A-labels and as people write it, and as in a
/// `mailto:` link.
fn spellings(address: &EmailAddress) -> Vec<String> {
    let local = address.local().to_ascii_lowercase();
    let (written, _) = idna::domain_to_unicode(address.domain());
    let mut all = vec![address.key(), folded(&format!("{local}@{written}")), address.in_mailto().to_ascii_lowercase()];
    all.sort();
    all.dedup();
    all
}

/// Returns `text` so that all spellings of it are one.
fn folded(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

/// Searches the file at `path` for the first of `spellings`.
fn search(path: &Path, spellings: &[String]) -> io::Result<Found> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(error),
    };
    let longest = spellings.iter().map(String::len).max().unwrap_or(0) * 4;
    let mut block = Vec::new();
    let mut lines = 0;
    let mut is_wide = false;
    let mut is_first = true;
    loop {
        let kept = block.len();
        let read = file.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
        if is_first {
            is_wide = block.starts_with(b"\xFF\xFE") || block.starts_with(b"\xFE\xFF");
            is_first = false;
            if COMPRESSED.iter().any(|start| block.starts_with(start)) {
                return Ok(Found::Compressed);
            }
        }
        if let Some(at) = position(&block, spellings, is_wide) {
            return Ok(Found::After(lines + line_ends(&block[..at])));
        }
        if read == 0 || block.len() == kept {
            return Ok(Found::Nothing);
        }
        // The end may be the beginning of the address; an even number of bytes keeps wide letters whole.
        let done = block.len().saturating_sub(longest) & !1;
        lines += line_ends(&block[..done]);
        block.drain(..done);
    }
}

fn line_ends(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

/// Returns where `block` has one of `spellings`; in wide letters, only about where.
fn position(block: &[u8], spellings: &[String], is_wide: bool) -> Option<usize> {
    if is_wide {
        let narrow: Vec<u8> = block.iter().copied().filter(|byte| *byte != 0).collect();
        return found(&narrow, spellings).map(|at| (at * 2).min(block.len()));
    }
    if let Some(at) = found(block, spellings) {
        return Some(at);
    }
    if block.is_ascii() || spellings.iter().all(|spelling| spelling.is_ascii()) {
        return None;
    }
    let text = folded(&String::from_utf8_lossy(block));
    let at = spellings.iter().find_map(|spelling| text.find(spelling.as_str()))?;
    let line_ends = text[..at].matches('\n').count();
    // The same line of the block.
    Some(block.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(line_ends).map_or(block.len(), |(at, _)| at))
}

fn found(bytes: &[u8], spellings: &[String]) -> Option<usize> {
    let at_signs = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'@').map(|(at, _)| at);
    at_signs.into_iter().find_map(|at| {
        spellings.iter().find_map(|spelling| {
            let before = spelling.find('@')?;
            let start = at.checked_sub(before)?;
            let candidate = bytes.get(start..start + spelling.len())?;
            candidate.eq_ignore_ascii_case(spelling.as_bytes()).then_some(start)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &[u8], address: &str) -> Option<usize> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, text).unwrap();
        let address = EmailAddress::parse(address).unwrap();
        match search(&path, &spellings(&address)).unwrap() {
            Found::After(before) => Some(before + 1),
            Found::Nothing | Found::Compressed => None,
        }
    }

    #[test]
    fn an_address_is_found_in_every_spelling() {
        let ada = "ada@example.org";
        assert_eq!(line(b"email\nbo@example.org\nADA@Example.org,Ada\n", ada), Some(3));
        assert_eq!(line(b"email\nnobody@example.org\n", ada), None);
        let wide: Vec<u8> = "\u{feff}email\nada@example.org\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(line(&wide, ada).is_some());
        let mina = "mina@münchen.example";
        for written in ["mina@xn--mnchen-3ya.example", "Mina@MÜNCHEN.example", "mina@mu\u{308}nchen.example"] {
            assert_eq!(line(format!("email\n{written}\n").as_bytes(), mina), Some(2), "{written}");
        }
        assert_eq!(line(b"mailto:o%25k@example.org", "o%k@example.org"), Some(1));
    }

    #[test]
    fn an_address_between_two_blocks_is_found() {
        for before in BLOCK - 20..BLOCK + 3 {
            let mut text = vec![b'\n'; before];
            text.extend(b"ada@example.org");
            assert_eq!(line(&text, "ada@example.org"), Some(before + 1));
        }
    }
}
