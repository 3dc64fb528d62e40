//! Knows sites of source code and packages on which one page has several addresses.

use super::parts::Page;

/// Returns the key of a page of one of these sites.
pub(super) fn key(page: &Page) -> Option<String> {
    if !page.port.is_empty() {
        return None;
    }
    match page.host.as_str() {
        "github.com" => Some(github(page)),
        "gist.github.com" => match page.segments()[..] {
            [id] | [_, id] if id.len() >= 20 => Some(format!("gist.github.com/{}", id.trim_end_matches(".git"))),
            _ => None,
        },
        "gitlab.com" => Some(repository(page, &["-"], &["tree"])),
        "codeberg.org" | "gitea.com" => Some(repository(page, &[], &["src", "branch"])),
        "bitbucket.org" => Some(repository(page, &[], &["src"])),
        "crates.io" => match page.segments()[..] {
            ["crates", name] => Some(format!("crates.io/crates/{}", crate_name(name))),
            ["crates", name, version] => Some(format!("crates.io/crates/{}/{version}", crate_name(name))),
            _ => None,
        },
        "docs.rs" => match page.segments()[..] {
            [name] | [name, "latest"] | ["crate", name] | ["crate", name, "latest"] => {
                Some(format!("docs.rs/{}", crate_name(name)))
            }
            [name, "latest", root] if crate_name(name) == crate_name(root) => {
                Some(format!("docs.rs/{}", crate_name(name)))
            }
            _ => None,
        },
        "pypi.org" => match page.segments()[..] {
            ["project" | "pypi", name] => Some(format!("pypi.org/project/{}", python_name(name))),
            ["project" | "pypi", name, version] => Some(format!("pypi.org/project/{}/{version}", python_name(name))),
            _ => None,
        },
        _ => None,
    }
}

/// GitHub does not tell names with capitals from those without, and shows a repository's default branch at its front page.
fn github(page: &Page) -> String {
    let mut page = page.clone();
    page.query.retain(|(name, value)| !(name == "tab" && value == "readme-ov-file"));
    if let [owner, name, ..] = page.path.as_mut_slice() {
        owner.make_ascii_lowercase();
        name.make_ascii_lowercase();
    } else if let [owner] = page.path.as_mut_slice() {
        owner.make_ascii_lowercase();
    }
    repository(&page, &[], &["tree"])
}

/// Returns the key of a page of a repository: without `.git`, and without a default branch behind `marks` and `tree`.
fn repository(page: &Page, marks: &[&str], tree: &[&str]) -> String {
    let mut page = page.clone();
    let folder: Vec<&str> = marks.iter().chain(tree).copied().collect();
    if let Some((branch, before)) = page.path.split_last()
        && ["main", "master", "HEAD"].contains(&branch.as_str())
        && before.len() >= folder.len() + 2
        && before[before.len() - folder.len()..].iter().zip(&folder).all(|(own, mark)| own == mark)
        && (before.len() == folder.len() + 2 || !marks.is_empty())
    {
        page.path.truncate(page.path.len() - folder.len() - 1);
    }
    let is_front_page = page.path.len() == 2;
    if let Some(name) = page.path.last_mut().filter(|_| is_front_page)
        && let Some(stem) = name.strip_suffix(".git")
    {
        *name = stem.to_owned();
    }
    page.key()
}

/// crates.io knows a crate by its name in lower case, and takes `_` for `-`.
fn crate_name(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

/// The normalized form of names at `PyPI` (PEP 503).
fn python_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase().replace(['_', '.'], "-");
    lower.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}
