//! Builds the URL that opens a place in an editor. Editors register a URL scheme with the desktop for this.

use std::fmt::Write;
use std::path::Path;

use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::quote;

/// Schemes that browsers handle themselves: such an address would run, load or save something and open no editor.
const BROWSER_SCHEMES: &[&str] =
    &["about", "blob", "chrome", "data", "file", "filesystem", "ftp", "http", "https", "javascript", "view-source"];

/// The pattern of addresses that open a place in an editor: `vscode://file/{path}:{line}:{column}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditorAddress(String);

impl EditorAddress {
    /// The pattern `text`.
    ///
    /// Errors when it is no address, one that browsers open themselves, or does not say where the path goes.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let example = "write for example `vscode://file/{path}:{line}:{column}`";
        let is_of_scheme = |scheme: &str| {
            scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        };
        let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        let Some(scheme) = scheme.filter(|scheme| is_of_scheme(scheme)) else {
            return Err(Problem::new(format!("{} is not a URL", quote(text))).help(example));
        };
        if BROWSER_SCHEMES.contains(&scheme.as_str()) {
            return Err(Problem::new(format!("{} does not open an editor", quote(&format!("{scheme}:")))).help(example));
        }
        if !text.contains("{path}") {
            let problem = Problem::new("an editor address without `{path}`");
            return Err(problem.help("add `{path}`, and `{line}` and `{column}` if the editor supports them"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The address that opens `file`, absolute, at `line` and `column`, both from 1.
    pub fn address(&self, file: &Path, line: usize, column: usize) -> String {
        // Some editors want a slash before the path, which an absolute path brings along: one is enough.
        let pattern = self.0.replace("/{path}", "{path}");
        let address = pattern.replace("{line}", &line.to_string()).replace("{column}", &column.to_string());
        address.replace("{path}", &encoded(&file.to_string_lossy()))
    }
}

/// A path as it stands in an address (RFC 3986): unreserved characters and slashes as they are.
fn encoded(path: &str) -> String {
    let mut written = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            let _ = write!(written, "%{byte:02X}");
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_put_into_the_pattern() {
        let cases = [
            ("vscode://file/{path}:{line}:{column}", "vscode://file/letters/my%20issues/042.toml:7:3"),
            ("vscode://file{path}", "vscode://file/letters/my%20issues/042.toml"),
            ("idea://open?file={path}&line={line}", "idea://open?file=/letters/my%20issues/042.toml&line=7"),
            (
                "txmt://open?url=file:///{path}&line={line}",
                "txmt://open?url=file:///letters/my%20issues/042.toml&line=7",
            ),
            ("zed://file/{path}", "zed://file/letters/my%20issues/042.toml"),
        ];
        for (pattern, address) in cases {
            let pattern = EditorAddress::parse(pattern).unwrap();
            assert_eq!(pattern.address(Path::new("/letters/my issues/042.toml"), 7, 3), address);
        }
        // A file's name cannot add to the pattern, nor leave its place in it.
        let pattern = EditorAddress::parse("vscode://file/{path}:{line}").unwrap();
        assert_eq!(
            pattern.address(Path::new("/a{line}?#%\"<é.toml"), 1, 1),
            "vscode://file/a%7Bline%7D%3F%23%25%22%3C%C3%A9.toml:1"
        );
    }

    #[test]
    fn what_opens_no_editor_is_refused() {
        let example = "write for example `vscode://file/{path}:{line}:{column}`";
        let cases = [
            ("vim {path}", "`vim {path}` is not a URL", example),
            ("", "`` is not a URL", example),
            ("9p://{path}", "`9p://{path}` is not a URL", example),
            ("JavaScript:alert('{path}')", "`javascript:` does not open an editor", example),
            ("https://example.org/{path}", "`https:` does not open an editor", example),
            (
                "vscode://file/42.toml",
                "an editor address without `{path}`",
                "add `{path}`, and `{line}` and `{column}` if the editor supports them",
            ),
        ];
        for (pattern, message, help) in cases {
            let problem = EditorAddress::parse(pattern).unwrap_err();
            assert_eq!(problem, Problem::new(message).help(help), "{pattern}");
        }
    }
}
