//! How a place in a file is opened in an editor: by an address of a scheme the editor has registered with the desktop.

use std::fmt::Write;
use std::path::Path;

use super::suggestion::quote;
use super::toml_file::Fault;

/// What browsers do something with themselves: an address of these would run, load or save something and open no editor.
const OF_BROWSERS: &[&str] =
    &["about", "blob", "chrome", "data", "file", "filesystem", "ftp", "http", "https", "javascript", "view-source"];

/// The pattern of addresses that open a place in an editor: `vscode://file/{path}:{line}:{column}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditorAddress(String);

impl EditorAddress {
    /// The pattern `text`.
    ///
    /// Errors when it is no address, one that browsers open themselves, or does not say where the path goes.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let example = "write for example `vscode://file/{path}:{line}:{column}`";
        let is_of_scheme = |scheme: &str| {
            scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        };
        let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        let Some(scheme) = scheme.filter(|scheme| is_of_scheme(scheme)) else {
            return Err(Fault::new(format!("{} is not an address", quote(text))).help(example));
        };
        if OF_BROWSERS.contains(&scheme.as_str()) {
            return Err(Fault::new(format!("{} opens no editor", quote(&format!("{scheme}:")))).help(example));
        }
        if !text.contains("{path}") {
            let fault = Fault::new("the address of an editor without `{path}`");
            return Err(fault.help("say where the file goes, and `{line}` and `{column}` if the editor takes them"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The address that opens `file`, absolute, at `line` and `column`, both from 1.
    pub fn of(&self, file: &Path, line: usize, column: usize) -> String {
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
            assert_eq!(pattern.of(Path::new("/letters/my issues/042.toml"), 7, 3), address);
        }
        // A file's name cannot add to the pattern, nor leave its place in it.
        let pattern = EditorAddress::parse("vscode://file/{path}:{line}").unwrap();
        assert_eq!(
            pattern.of(Path::new("/a{line}?#%\"<é.toml"), 1, 1),
            "vscode://file/a%7Bline%7D%3F%23%25%22%3C%C3%A9.toml:1"
        );
    }

    #[test]
    fn what_opens_no_editor_is_refused() {
        let example = "write for example `vscode://file/{path}:{line}:{column}`";
        let cases = [
            ("vim {path}", "`vim {path}` is not an address", example),
            ("", "`` is not an address", example),
            ("9p://{path}", "`9p://{path}` is not an address", example),
            ("JavaScript:alert('{path}')", "`javascript:` opens no editor", example),
            ("https://example.org/{path}", "`https:` opens no editor", example),
            (
                "vscode://file/42.toml",
                "the address of an editor without `{path}`",
                "say where the file goes, and `{line}` and `{column}` if the editor takes them",
            ),
        ];
        for (pattern, message, help) in cases {
            let fault = EditorAddress::parse(pattern).unwrap_err();
            assert_eq!(fault, Fault::new(message).help(help), "{pattern}");
        }
    }
}
