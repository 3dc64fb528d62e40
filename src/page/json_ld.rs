//! Reads JSON-LD of schema.org: the objects of a page, of which only a few types matter.

use serde_json::{Map, Value};

use super::markup::{Markup, single_spaces};

/// The types that are the page itself.
const PAGES: [&str; 16] = [
    "Article",
    "NewsArticle",
    "BlogPosting",
    "TechArticle",
    "ScholarlyArticle",
    "Report",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "BackgroundNewsArticle",
    "ReviewNewsArticle",
    "SocialMediaPosting",
    "LiveBlogPosting",
    "Review",
    "VideoObject",
    "PodcastEpisode",
];

/// The most objects that are looked at.
const MOST_OBJECTS: usize = 2000;

/// The objects of a page.
#[derive(Debug, Default)]
pub(super) struct JsonLd {
    objects: Vec<Map<String, Value>>,
}

impl JsonLd {
    pub(super) fn of(markup: &Markup) -> Self {
        let mut found = Self::default();
        let is_json = |kind: &str| kind.trim().to_ascii_lowercase().starts_with("application/ld+json");
        for (_, script) in markup.named(&["script"]) {
            if script.attribute("type").is_some_and(is_json) {
                let text: String = markup.texts[script.texts.clone()].iter().map(|text| &*text.content).collect();
                if let Some(value) = parsed(&text) {
                    found.collect(&value);
                }
            }
        }
        found
    }

    fn collect(&mut self, value: &Value) {
        if self.objects.len() >= MOST_OBJECTS {
            return;
        }
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.collect(value)),
            Value::Object(object) => {
                self.objects.push(object.clone());
                for key in ["@graph", "mainEntity", "mainEntityOfPage", "video"] {
                    if let Some(inner) = object.get(key) {
                        self.collect(inner);
                    }
                }
            }
            _ => {}
        }
    }

    /// Returns the objects that can be the page itself, in order.
    pub(super) fn pages(&self) -> impl Iterator<Item = &Map<String, Value>> {
        self.objects.iter().filter(|object| has_type(object, &PAGES))
    }

    /// Returns the object that is the page itself: the first of such a type.
    pub(super) fn page(&self) -> Option<&Map<String, Value>> {
        self.pages().next()
    }

    /// Returns whether an object has one of `types`.
    pub(super) fn has(&self, types: &[&str]) -> bool {
        self.objects.iter().any(|object| has_type(object, types))
    }

    /// Returns the names of the site and of its publisher.
    pub(super) fn site_names(&self) -> Vec<String> {
        let sites = self
            .objects
            .iter()
            .filter(|object| has_type(object, &["WebSite", "Organization", "NewsMediaOrganization"]));
        let own = sites.filter_map(|site| text(site.get("name")?));
        let publishers = self.objects.iter().filter_map(|object| text(object.get("publisher")?.get("name")?));
        own.chain(publishers).collect()
    }

    /// Resolves a reference to another object of the page.
    fn resolved<'a>(&'a self, value: &'a Map<String, Value>) -> &'a Map<String, Value> {
        let Some(id) = value.get("@id").and_then(Value::as_str).filter(|_| !value.contains_key("name")) else {
            return value;
        };
        self.objects
            .iter()
            .find(|other| other.get("@id").and_then(Value::as_str) == Some(id) && other.contains_key("name"))
            .unwrap_or(value)
    }

    /// Returns the names of the persons in a value: a string, an object, or a list of them.
    pub(super) fn persons(&self, value: &Value) -> Vec<String> {
        match value {
            Value::Array(values) => values.iter().flat_map(|value| self.persons(value)).collect(),
            Value::Object(object) => {
                let object = self.resolved(object);
                let is_organization = has_type(object, &["Organization", "NewsMediaOrganization", "Corporation"]);
                object.get("name").filter(|_| !is_organization).map(|name| self.persons(name)).unwrap_or_default()
            }
            Value::String(name) => vec![single_spaces(&unescaped(name))],
            _ => Vec::new(),
        }
    }
}

/// Parses JSON as sites write it: with line ends inside strings, in a comment, with a semicolon.
fn parsed(text: &str) -> Option<Value> {
    let text = text.trim().trim_start_matches("<!--").trim_end_matches("-->");
    let text = text.trim().trim_start_matches("//<![CDATA[").trim_start_matches("<![CDATA[");
    let text = text.trim().trim_end_matches("//]]>").trim_end_matches("]]>").trim().trim_end_matches(';');
    let repaired = || serde_json::from_str(&text.replace(['\n', '\r', '\t'], " ")).ok();
    serde_json::from_str(text).ok().or_else(repaired)
}

fn has_type(object: &Map<String, Value>, types: &[&str]) -> bool {
    let is_one =
        |value: &Value| value.as_str().is_some_and(|own| types.contains(&own.rsplit(['/', ':']).next().unwrap_or(own)));
    match object.get("@type") {
        Some(Value::Array(values)) => values.iter().any(is_one),
        Some(value) => is_one(value),
        None => false,
    }
}

/// Returns a value that is text, with single spaces.
pub(super) fn text(value: &Value) -> Option<String> {
    let text = single_spaces(&unescaped(value.as_str()?));
    (!text.is_empty()).then_some(text)
}

/// Decodes the character references that sites write into JSON, where they mean nothing.
fn unescaped(text: &str) -> String {
    super::text::without_references(text)
}
