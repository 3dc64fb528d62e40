//! Problems as annotations of a GitHub workflow.

use std::path::Path;

use crate::diagnostic::Diagnostic;

/// A workflow command of GitHub's: `::error file=…,line=…,col=…::message`. `folder` is the newsletter's, from where the
/// workflow runs, which is what GitHub names files from.
pub(super) fn annotation(problem: &Diagnostic, folder: &Path) -> String {
    // Text and properties are escaped as GitHub's own toolkit does; properties have two more signs of their own.
    let text = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |value: &str| text(value).replace(':', "%3A").replace(',', "%2C");
    let mut properties = Vec::new();
    if let Some(place) = &problem.place {
        let (line, column) = place.line_and_column();
        properties.push(format!("file={}", property(&folder.join(&place.source.path).to_string_lossy())));
        properties.push(format!("line={line}"));
        properties.push(format!("col={column}"));
    }
    if let Some(rule) = problem.rule {
        properties.push(format!("title={}", property(rule)));
    }
    let kind = problem.severity.word();
    let separator = if properties.is_empty() { "" } else { " " };
    let help = problem.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    format!("::{kind}{separator}{}::{}", properties.join(","), text(&format!("{}{help}", problem.message)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::{Severity, SourceFile};

    #[test]
    fn an_annotation_is_one_line_whatever_stands_in_it() {
        let source = Arc::new(SourceFile::new("issues/a,b:c%.toml", "x\ny"));
        let problem = Diagnostic::error("100% wrong\r\n::error::fake", &source, 2..3).rule("a-rule").help("mend: it");
        assert_eq!(
            annotation(&problem, Path::new("weekly")),
            "::error file=weekly/issues/a%2Cb%3Ac%25.toml,line=2,col=1,title=a-rule::100%25 wrong%0D%0A::error::fake%0Amend: it"
        );
        assert_eq!(annotation(&Diagnostic::new(Severity::Warning, "odd", None), Path::new("")), "::warning::odd");
    }
}
