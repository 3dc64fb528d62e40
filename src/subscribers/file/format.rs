//! Recognizes files that are not CSV: spreadsheets, archives, web pages.

/// A file that is no list, with what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::subscribers) enum OtherFile {
    /// Lists may be in it.
    Packed(&'static str),
    /// Anything else.
    Document(&'static str),
}

/// Returns the kind of file that begins with `start`, if it is not text.
pub(in crate::subscribers) fn other_than_text(start: &[u8]) -> Option<OtherFile> {
    let packed = match start {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => "a ZIP archive",
        [0x1F, 0x8B, ..] => "a gzip archive",
        [b'7', b'z', 0xBC, 0xAF, ..] | [b'R', b'a', b'r', b'!', ..] => "an archive",
        _ => return document(start).map(OtherFile::Document),
    };
    // Spreadsheets are archives too.
    Some(document(start).map_or(OtherFile::Packed(packed), OtherFile::Document))
}

fn document(start: &[u8]) -> Option<&'static str> {
    let holds = |name: &str| start.windows(name.len()).any(|window| window == name.as_bytes());
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    let begins = |word: &str| text.get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word.as_bytes()));
    Some(match start {
        [b'P', b'K', 3, 4, ..] if holds("opendocument.spreadsheet") => "an OpenDocument spreadsheet (.ods)",
        [b'P', b'K', 3, 4, ..] if holds("Index/") || holds(".iwa") => "an Apple Numbers document (.numbers)",
        [b'P', b'K', 3, 4, ..] if holds("xl/") || holds("[Content_Types].xml") => "an Excel workbook (.xlsx)",
        [0xD0, 0xCF, 0x11, 0xE0, ..] => "an old Excel workbook (.xls)",
        [b'%', b'P', b'D', b'F', ..] => "a PDF document",
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => "a SQLite database",
        [b'{', b'\\', b'r', b't', b'f', ..] => "a rich text document (.rtf)",
        _ if begins("<!doctype html") || begins("<html") || begins("<table") => "a web page (HTML)",
        _ if begins("<?xml") => "an XML document",
        _ if begins("{") || begins("[{") || begins("[\"") || begins("[\n") => "JSON",
        _ if begins("BEGIN:VCARD") => "a vCard file (.vcf)",
        _ => return None,
    })
}
