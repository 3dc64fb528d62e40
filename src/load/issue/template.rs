//! A new issue from a template: the template's own text with a few values set, comments and order kept.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeTable;

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::load::Problems;

/// `template` with each of `values` (a top-level key, its value as TOML) in the place of its own, or above everything else.
///
/// Errors when the template is not TOML.
pub fn fill_template(template: &Arc<SourceFile>, values: &[(&str, toml::Value)]) -> Result<String, Problems> {
    let document = DeTable::parse(&template.text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        Problems(vec![Diagnostic::error(format!("not TOML: {}", error.message()), template, span)])
    })?;
    let mut added = String::new();
    let mut replaced: Vec<(Range<usize>, String)> = Vec::new();
    for (key, value) in values {
        match document.get_ref().get(*key).map(Spanned::span) {
            Some(span) => replaced.push((span, value.to_string())),
            None => added.extend([key, " = ", &value.to_string(), "\n"]),
        }
    }
    // From the end, so that what is still to be replaced stays where it was.
    replaced.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut filled = template.text.clone();
    for (span, value) in replaced {
        filled.replace_range(span, &value);
    }
    Ok(added + &filled)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn source(text: &str) -> Arc<SourceFile> {
        Arc::new(SourceFile { path: PathBuf::from("issues/_template.toml"), text: text.to_owned() })
    }

    #[test]
    fn values_are_set_and_everything_else_stays() {
        let template = source("# mine\ntitle  = 'x' # the title\nnumber = 0\n\n[[section]]\ntitle = 'Reading'\n");
        let values = [
            ("number", toml::Value::Integer(43)),
            ("title", toml::Value::String("Say \"hi\"".to_owned())),
            ("draft", toml::Value::Boolean(true)),
        ];
        assert_eq!(
            fill_template(&template, &values).unwrap(),
            "draft = true\n# mine\ntitle  = 'Say \"hi\"' # the title\nnumber = 43\n\n[[section]]\ntitle = 'Reading'\n"
        );
    }

    #[test]
    fn a_template_that_is_not_toml_is_a_problem_with_a_place() {
        let problems = fill_template(&source("title = \n"), &[]).unwrap_err();
        assert_eq!(problems.0[0].place.as_ref().unwrap().line_and_column(), (1, 9));
    }
}
