//! The names that rules had in earlier versions. `[check]` and `--explain` still accept them, with a warning.

/// Old names with the names that took their place.
const RENAMED: [(&str, &str); 49] = [
    ("a11y-capitals", "text-capitals"),
    ("a11y-contrast", "contrast"),
    ("a11y-contrast-dark", "contrast-dark"),
    ("a11y-img-alt-words", "image-alt-words"),
    ("a11y-justify", "text-justified"),
    ("a11y-link-style", "link-underline"),
    ("a11y-link-text", "link-text"),
    ("a11y-link-vague", "link-text-vague"),
    ("a11y-title-subject", "title-subject"),
    ("addr-confusable", "domain-mixed-scripts"),
    ("bidi-ctl", "direction-override"),
    ("css-hidden-filler", "hidden-filler"),
    ("dkim-align", "dkim-alignment"),
    ("env-sender-align", "envelope-alignment"),
    ("hdr-encoded-word", "header-encoded-word"),
    ("hdr-from-display", "from-name"),
    ("hdr-from-freemail", "from-freemail"),
    ("hdr-line-len", "header-line-length"),
    ("hdr-list-unsub-https", "unsubscribe-one-click"),
    ("hdr-list-unsub-mailto", "unsubscribe-mailto"),
    ("hdr-reply-to", "reply-to"),
    ("hdr-size", "header-size"),
    ("hdr-subject-caps", "subject-capitals"),
    ("hdr-subject-emoji", "subject-emoji"),
    ("hdr-subject-empty", "subject-empty"),
    ("hdr-subject-fake-reply", "subject-fake-reply"),
    ("hdr-subject-length", "subject-length"),
    ("hdr-subject-limit", "subject-limit"),
    ("hdr-subject-punct", "subject-punctuation"),
    ("hdr-unsub-align", "unsubscribe-domain"),
    ("hdr-unsub-token", "unsubscribe-placeholder"),
    ("html-forbidden", "css-import"),
    ("img-format", "image-format"),
    ("img-heavy", "image-heavy"),
    ("img-height", "image-height"),
    ("img-only", "image-only"),
    ("img-src", "image-source"),
    ("img-tracking", "image-tracking"),
    ("img-weight", "image-weight"),
    ("legal-why", "legal-reason"),
    ("link-dup", "link-duplicate"),
    ("link-tracking-params", "link-tracking-parameters"),
    ("link-unsub-body", "unsubscribe-link"),
    ("link-unsub-last", "unsubscribe-position"),
    ("link-unwell", "link-unreachable"),
    ("link-valid", "link-length"),
    ("list-dup", "list-duplicate"),
    ("text-ctl", "control-characters"),
    ("text-html-leak", "markup-left"),
];

/// Returns the current name of the rule once called `name`.
pub(super) fn current_name(name: &str) -> Option<&'static str> {
    RENAMED.iter().find(|(old, _)| *old == name).map(|(_, new)| *new)
}

/// Returns the earlier names of the rule called `name`.
pub(super) fn earlier_names(name: &str) -> impl Iterator<Item = &'static str> {
    RENAMED.iter().filter(move |(_, new)| *new == name).map(|(old, _)| *old)
}
