//! What a declaration, an at-rule or an element is called at caniemail.

use crate::check::css::Declaration;
use crate::check::document::Element;

/// Longhands caniemail knows by their shorthand.
const SHORTHANDS: [&str; 6] = ["margin-", "padding-", "border-", "list-style-", "outline-", "background-"];

/// Units with a feature of their own.
const UNITS: [&str; 8] = ["rem", "vw", "vh", "vmin", "vmax", "ch", "ex", "em"];

/// Functions with a feature of their own, and its name.
const FUNCTIONS: [(&str, &str); 10] = [
    ("calc(", "css-unit-calc"),
    ("clamp(", "css-function-clamp"),
    ("min(", "css-function-min"),
    ("max(", "css-function-max"),
    ("light-dark(", "css-function-light-dark"),
    ("var(", "css-variables"),
    ("linear-gradient(", "css-linear-gradient"),
    ("radial-gradient(", "css-radial-gradient"),
    ("conic-gradient(", "css-conic-gradient"),
    ("oklch(", "css-modern-color"),
];

/// Elements with a feature of their own, and its name.
const ELEMENTS: [(&[&str], &str); 18] = [
    (&["abbr"], "html-abbr"),
    (&["address"], "html-address"),
    (&["bdi"], "html-bdi"),
    (&["blockquote"], "html-blockquote"),
    (&["code"], "html-code"),
    (&["del"], "html-del"),
    (&["h1", "h2", "h3", "h4", "h5", "h6"], "html-h1-h6"),
    (&["hr"], "html-hr"),
    (&["ul", "ol", "dl"], "html-lists"),
    (&["main", "nav", "section", "article", "aside", "header", "footer", "details"], "html-semantics"),
    (&["marquee"], "html-marquee"),
    (&["map"], "html-image-maps"),
    (&["meter"], "html-meter"),
    (&["picture"], "html-picture"),
    (&["progress"], "html-progress"),
    (&["pre"], "html-pre"),
    (&["ruby"], "html-ruby"),
    (&["wbr"], "html-wbr"),
];

/// Attributes with a feature of their own.
const ATTRIBUTES: [&str; 9] =
    ["align", "aria-label", "background", "dir", "lang", "loading", "role", "srcset", "valign"];

/// The features a declaration needs.
pub(in crate::check) fn of_declaration(declaration: &Declaration<'_>) -> Vec<String> {
    let property = declaration.property.as_str();
    let value = declaration.value.to_ascii_lowercase();
    let mut features = vec![format!("css-{property}")];
    if let Some(shorthand) = SHORTHANDS.iter().find(|shorthand| property.starts_with(*shorthand)) {
        features.push(format!("css-{}", shorthand.trim_end_matches('-')));
    }
    match (property, value.as_str()) {
        ("display", "flex" | "inline-flex") => features.push("css-display-flex".to_owned()),
        ("display", "grid" | "inline-grid") => features.push("css-display-grid".to_owned()),
        ("top" | "right" | "bottom" | "left", _) => features.push("css-left-right-top-bottom".to_owned()),
        ("column-gap" | "row-gap", _) => features.push("css-gap".to_owned()),
        _ => {}
    }
    features
        .extend(FUNCTIONS.iter().filter(|(call, _)| value.contains(call)).map(|(_, feature)| (*feature).to_owned()));
    let words = value.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.');
    let units = words.filter_map(|word| {
        let unit = word.trim_start_matches(|digit: char| digit.is_ascii_digit() || digit == '.');
        (unit.len() < word.len() && UNITS.contains(&unit)).then(|| format!("css-unit-{unit}"))
    });
    features.extend(units);
    features
}

/// The features an at-rule needs.
pub(in crate::check) fn of_at_rule(prelude: &str) -> Vec<String> {
    let prelude = prelude.to_ascii_lowercase();
    let name =
        prelude.trim_start_matches('@').split(|letter: char| !letter.is_ascii_alphabetic() && letter != '-').next();
    let name = name.unwrap_or_default();
    let mut features = vec![format!("css-at-{name}")];
    if name == "media" {
        let asked = ["hover", "orientation", "prefers-color-scheme", "prefers-reduced-motion", "device-pixel-ratio"];
        features
            .extend(asked.iter().filter(|feature| prelude.contains(*feature)).map(|one| format!("css-at-media-{one}")));
    }
    features
}

/// The features an element needs, its style apart.
pub(in crate::check) fn of_element(element: &Element<'_>) -> Vec<String> {
    let own = ELEMENTS.iter().filter(|(names, _)| element.is(names)).map(|(_, feature)| (*feature).to_owned());
    let attributes = ATTRIBUTES.iter().filter(|name| element.attribute(name).is_some());
    own.chain(attributes.map(|name| format!("html-{name}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::css;

    #[test]
    fn features_are_called_as_caniemail_calls_them() {
        let of = |style: &str| css::declarations(style).iter().flat_map(of_declaration).collect::<Vec<_>>().join(" ");
        assert_eq!(of("margin-left: calc(1rem + 2px)"), "css-margin-left css-margin css-unit-calc css-unit-rem");
        assert_eq!(of("display:flex"), "css-display css-display-flex");
        assert_eq!(of("color:#1e2227"), "css-color");
        assert_eq!(
            of_at_rule("@media (prefers-color-scheme: dark)").join(" "),
            "css-at-media css-at-media-prefers-color-scheme"
        );
    }
}
