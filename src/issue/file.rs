//! Finds issue files by their names: `42.toml`, `042.toml` and `042-slug.toml` are all issue 42, and `2026-11-28-slug.toml`
//! is an issue without a number.

use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Problems, Severity, suggestion};
use crate::model::IssueNumber;

/// The folder of the issues, below the newsletter's.
pub const ISSUES_FOLDER: &str = "issues";

/// Returns the folder of the pictures of issues in the newsletter at `root`.
pub(crate) fn pictures_folder(root: &Path) -> PathBuf {
    root.join(ISSUES_FOLDER).join("img")
}

/// An issue file by its name alone: `issues/042-slug.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueFile {
    /// The number or the date in its name.
    pub number: IssueNumber,
    /// The slug in its name, or empty.
    pub slug: String,
    /// The file, absolute.
    pub path: PathBuf,
}

impl IssueFile {
    /// The issue file at `path`; `None` when its name is not that of an issue.
    pub fn at(path: &Path) -> Option<Self> {
        let stem = path.file_name()?.to_str()?.strip_suffix(".toml")?;
        let (number, _, slug) = IssueNumber::split_slug(stem)?;
        Some(Self { number, slug: slug.to_owned(), path: path.to_owned() })
    }

    /// Its name without the folder: `042-slug.toml`.
    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// The slug of a title: its letters and digits in lower-case ASCII, hyphens between words. Empty when it has none.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for letter in title.chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') && letter != '\'' && letter != '’' {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// The issues of the newsletter in `root`, by number.
///
/// Errors when two files have one number, or the folder cannot be read.
pub fn issue_files(root: &Path) -> Result<Vec<IssueFile>, Problems> {
    let mut files: Vec<IssueFile> = scan(root)?.iter().filter_map(|path| IssueFile::at(path)).collect();
    files.sort_by(|one, other| (one.number, &one.path).cmp(&(other.number, &other.path)));
    let twice: Vec<Diagnostic> = files
        .chunk_by(|one, other| one.number == other.number)
        .filter(|same| same.len() > 1)
        .map(|same| {
            let names: Vec<String> = same.iter().map(|file| format!("`{ISSUES_FOLDER}/{}`", file.name())).collect();
            let message = format!("{} are all issue {}", names.join(" and "), same[0].number);
            let message = if names.len() == 2 { message.replace(" are all ", " are both ") } else { message };
            Diagnostic::new(Severity::Error, message, None).help("rename one of them, or start its name with `_`")
        })
        .collect();
    if twice.is_empty() { Ok(files) } else { Err(Problems(twice)) }
}

/// Returns a warning for every file in the folder of the issues that is passed over, and for every folder in it with TOML
/// files. Names that start with `_` or `.` are private; `042.sent` is the marker of a delivery.
///
/// Errors when the folder cannot be read.
pub fn stray_files(root: &Path) -> Result<Vec<Diagnostic>, Problems> {
    let mut paths = scan(root)?;
    paths.sort();
    let stray = paths.iter().filter(|path| IssueFile::at(path).is_none() && !is_marker(path)).map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            let message = format!("the TOML files in `{ISSUES_FOLDER}/{name}/` are not read");
            let help = format!("move issues to `{ISSUES_FOLDER}/`; folders whose names start with `_` are ignored");
            return Diagnostic::new(Severity::Warning, message, None).help(help);
        }
        let message = format!("`{ISSUES_FOLDER}/{name}` is not a valid issue file name");
        let help = "issues are named `042.toml` or `042-a-few-words.toml`, and `2026-11-28.toml` without a number; names that \
                    start with `_` are ignored";
        Diagnostic::new(Severity::Warning, message, None).help(help)
    });
    Ok(stray.collect())
}

fn is_marker(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "sent")
}

/// Returns whether an author may take the files in the folder at `path` for issues.
fn has_toml_files(path: &Path) -> bool {
    let mut entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.any(|entry| entry.path().extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")))
}

/// The files in the folder of the issues but for those left alone, and its folders with TOML files. No folder has no files.
fn scan(root: &Path) -> Result<Vec<PathBuf>, Problems> {
    let unreadable = |error: std::io::Error| {
        let message = format!("the folder `{ISSUES_FOLDER}` cannot be read: {error}");
        Problems(vec![Diagnostic::new(Severity::Error, message, None)])
    };
    let entries = match fs::read_dir(root.join(ISSUES_FOLDER)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        let left_alone = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"_") || name.as_encoded_bytes().starts_with(b"."));
        // What is named like an issue and is none, a pipe or a folder, is found out when it is read.
        if !left_alone && (!path.is_dir() || IssueFile::at(&path).is_some() || has_toml_files(&path)) {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// The issue that `word` names: a number (`42`, `042`), a date (`2026-11-28`), a slug, a file (seen from `directory`),
/// `latest` for the highest number, `next` for the highest number that is not `sent`.
///
/// Errors with what there is instead.
pub fn find_issue<'f>(
    files: &'f [IssueFile],
    word: &str,
    directory: &Path,
    sent: impl Fn(IssueNumber) -> bool,
) -> Result<&'f IssueFile, Problems> {
    let Some(latest) = files.last() else {
        return Err(not_found("there are no issues yet".to_owned(), "`newsletter new` creates one".to_owned()));
    };
    if word == "latest" {
        return Ok(latest);
    }
    if word == "next" {
        return files.iter().rev().find(|file| !sent(file.number)).ok_or_else(|| {
            not_found("every issue has been sent".to_owned(), "`newsletter new` creates the next one".to_owned())
        });
    }
    if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()) || word.parse::<IssueNumber>().is_ok() {
        return by_number(files, word, latest);
    }
    let path = directory.join(word).canonicalize().ok();
    let is_meant = |file: &&IssueFile| {
        let name = file.name();
        let same_file = || path.as_ref().is_some_and(|path| file.path.canonicalize().is_ok_and(|own| own == *path));
        (!file.slug.is_empty() && file.slug == word)
            || name == word
            || name.strip_suffix(".toml") == Some(word)
            || same_file()
    };
    let found: Vec<&IssueFile> = files.iter().filter(is_meant).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let slugs = files.iter().map(|file| file.slug.as_str()).filter(|slug| !slug.is_empty());
            let help = suggestion::did_you_mean(word, slugs)
                .unwrap_or_else(|| format!("the newest is {}; `newsletter list` shows all", latest.number));
            Err(not_found(format!("no issue {}", suggestion::quote(word)), help))
        }
        several => {
            let numbers: Vec<String> = several.iter().map(|file| file.number.to_string()).collect();
            let message = format!("`{word}` may be issue {}", numbers.join(" or "));
            Err(not_found(message, "use its number".to_owned()))
        }
    }
}

fn by_number<'f>(files: &'f [IssueFile], word: &str, latest: &IssueFile) -> Result<&'f IssueFile, Problems> {
    let number: Option<IssueNumber> = word.parse().ok();
    if let Some(file) = files.iter().find(|file| Some(file.number) == number) {
        return Ok(file);
    }
    let without_zeros = Some(word.trim_start_matches('0')).filter(|digits| !digits.is_empty()).unwrap_or("0");
    let wanted = number.map_or(without_zeros.to_owned(), |number| number.to_string());
    let help = match number {
        Some(number) if number > latest.number && number.date().is_some() == latest.number.date().is_some() => {
            format!("the newest is {}; `newsletter new {number}` creates it", latest.number)
        }
        _ => format!("the newest is {}; `newsletter list` shows all", latest.number),
    };
    Err(not_found(format!("no issue `{wanted}`"), help))
}

fn not_found(message: String, help: String) -> Problems {
    Problems(vec![Diagnostic::new(Severity::Error, message, None).help(help)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_says_which_issue_it_is() {
        let read = |name: &str| IssueFile::at(Path::new(name)).map(|file| (file.number.0, file.slug));
        let cases = [
            ("issues/42.toml", Some((42, ""))),
            ("042.toml", Some((42, ""))),
            ("042-a-slug-2.toml", Some((42, "a-slug-2"))),
            ("2026-11-28.toml", Some((20_261_128, ""))),
            ("2026-11-28-a-slug.toml", Some((20_261_128, "a-slug"))),
            ("20261128-a-slug.toml", Some((20_261_128, "a-slug"))),
            ("2026-13-28.toml", Some((2026, "13-28"))),
            ("2026-11-28-.toml", None),
            ("2026-11-28a.toml", None),
            ("4294967295.toml", Some((u32::MAX, ""))),
            ("4294967296.toml", None),
            ("0.toml", None),
            ("042-.toml", None),
            ("042-Slug.toml", None),
            ("042_slug.toml", None),
            ("042.TOML", None),
            ("042.toml~", None),
            ("-1.toml", None),
            ("+1.toml", None),
            (".toml", None),
            ("notes.toml", None),
        ];
        for (name, read_as) in cases {
            assert_eq!(read(name), read_as.map(|(number, slug)| (number, slug.to_owned())), "{name}");
        }
    }

    #[test]
    fn a_slug_is_made_of_the_words_of_a_title() {
        let cases = [
            ("Polonius is (nearly) here", "polonius-is-nearly-here"),
            ("It's 2 o’clock -- again!", "its-2-oclock-again"),
            ("Über 李薇", "ber"),
            ("", ""),
        ];
        for (title, words) in cases {
            assert_eq!(slug(title), words);
        }
    }

    fn files() -> Vec<IssueFile> {
        let names = ["007.toml", "040-clocks.toml", "041-locks.toml", "042-clocks.toml"];
        names.iter().map(|name| IssueFile::at(&Path::new("/letter/issues").join(name)).unwrap()).collect()
    }

    #[test]
    fn an_issue_is_found_by_number_slug_name_latest_and_next() {
        let cases = [
            ("42", 42),
            ("0042", 42),
            ("locks", 41),
            ("041-locks", 41),
            ("041-locks.toml", 41),
            ("latest", 42),
            ("next", 41),
        ];
        let files = files();
        for (word, number) in cases {
            let found = find_issue(&files, word, Path::new("/"), |sent| sent.0 == 42).unwrap();
            assert_eq!(found.number.0, number, "{word}");
        }
    }

    #[test]
    fn what_names_no_issue_says_what_there_is() {
        let cases = [
            ("43", "no issue `43`", "the newest is 42; `newsletter new 43` creates it"),
            ("0041000", "no issue `41000`", "the newest is 42; `newsletter new 41000` creates it"),
            ("1", "no issue `1`", "the newest is 42; `newsletter list` shows all"),
            ("0", "no issue `0`", "the newest is 42; `newsletter list` shows all"),
            ("99999999999", "no issue `99999999999`", "the newest is 42; `newsletter list` shows all"),
            ("lock", "no issue `lock`", "did you mean `locks`?"),
            ("", "no issue ``", "the newest is 42; `newsletter list` shows all"),
            ("clocks", "`clocks` may be issue 40 or 42", "use its number"),
            ("next", "every issue has been sent", "`newsletter new` creates the next one"),
        ];
        let files = files();
        for (word, message, help) in cases {
            let problems = find_issue(&files, word, Path::new("/"), |_| true).unwrap_err();
            let problem = &problems.0[0];
            assert_eq!((problem.message.as_str(), problem.help.as_deref()), (message, Some(help)));
        }
        assert_eq!(find_issue(&[], "1", Path::new("/"), |_| true).unwrap_err().to_string(), "there are no issues yet");
    }
}
