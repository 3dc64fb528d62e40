//! Names the ref of a claim.

use crate::model::IssueNumber;

/// The ref of `issue`: `refs/newsletter/042`, or `refs/newsletter/2026-11-28`.
pub fn reference(issue: IssueNumber) -> String {
    format!("refs/newsletter/{}", issue.file_stem())
}

/// The issue of the ref `name`.
pub(super) fn issue_of(name: &str) -> Option<IssueNumber> {
    let number = name.strip_prefix("refs/newsletter/")?.parse().ok()?;
    (reference(number) == name).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_and_its_issue_belong_together() {
        let dated = 20_261_128;
        let cases = [
            (1, "refs/newsletter/001"),
            (42, "refs/newsletter/042"),
            (1234, "refs/newsletter/1234"),
            (dated, "refs/newsletter/2026-11-28"),
        ];
        for (number, name) in cases {
            assert_eq!(reference(IssueNumber(number)), name);
            assert_eq!(issue_of(name), Some(IssueNumber(number)));
        }
        for other in ["refs/newsletter/1", "refs/newsletter/", "refs/newsletter/+01", "refs/heads/001", "001"] {
            assert_eq!(issue_of(other), None, "{other}");
        }
    }
}
