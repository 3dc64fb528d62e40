//! Leaves out the findings that an issue allows with `allow`.

use std::sync::Arc;

use super::renamed::current_name;
use crate::diagnostic::Diagnostic;
use crate::issue::{AllowedRule, LoadedIssue};

/// Returns whether `loaded` allows `finding`: as an issue, or in the link that it is about.
pub(super) fn is_allowed(finding: &Diagnostic, loaded: &LoadedIssue) -> bool {
    let Some(rule) = finding.rule else { return false };
    let place = finding.place.as_ref().filter(|place| Arc::ptr_eq(&place.source, &loaded.source));
    let in_link = place.is_some_and(|place| {
        let mut links = loaded.places.links.iter().filter(|link| link.extent.contains(&place.span.start));
        links.any(|link| allows(&link.allow, rule))
    });
    in_link || allows(&loaded.places.allow, rule)
}

/// Returns whether `rule` is among `allowed`, by its name or an earlier one.
pub(super) fn allows(allowed: &[AllowedRule], rule: &str) -> bool {
    allowed.iter().any(|allowed| current_name(&allowed.name).unwrap_or(&allowed.name) == rule)
}
