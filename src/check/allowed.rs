//! Leaves out the findings that an issue allows with `allow`, and reports names in it that no rule has.

use std::sync::Arc;

use super::levels::name_problem;
use super::renamed::current_name;
use super::rules::rules;
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

/// Returns an error for every unknown name in `allow`, and a warning for every name that is no longer a rule's.
pub(super) fn name_problems(loaded: &LoadedIssue) -> Vec<Diagnostic> {
    let of_links = loaded.places.links.iter().flat_map(|link| &link.allow);
    let allowed = loaded.places.allow.iter().chain(of_links);
    let unknown = allowed.filter(|allowed| !rules().any(|rule| rule.name == allowed.name));
    unknown.map(|allowed| name_problem(&allowed.name, &loaded.source, allowed.place.clone())).collect()
}
