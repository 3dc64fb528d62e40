//! Lists the properties of every message that no author, configuration, style sheet or subscriber can break. Earlier
//! versions had a rule for each. Now `tests/it/message_invariants.rs` tests the renderer for them, and `[check]` still
//! accepts the names of the rules.

/// A property of every message.
pub struct Guarantee {
    /// The rule that looked for violations in earlier versions.
    pub former_rule: &'static str,
    /// The property, in a sentence.
    pub what: &'static str,
    /// The authority behind it.
    pub source: &'static str,
}

const fn guarantee(former_rule: &'static str, what: &'static str, source: &'static str) -> Guarantee {
    Guarantee { former_rule, what, source }
}

/// Returns the guarantee that took the place of the rule `former_rule`.
pub(super) fn guarantee_of(former_rule: &str) -> Option<&'static Guarantee> {
    GUARANTEES.iter().find(|guarantee| guarantee.former_rule == former_rule)
}

/// Every guarantee, in the order of `docs/rules.md`.
pub const GUARANTEES: &[Guarantee] = &[
    guarantee("hdr-from-single", "There is one `From`, with one valid address.", "RFC 5322, 3.6.2"),
    guarantee("hdr-to", "`To` names the one reader who gets the message.", "SpamAssassin MISSING_HEADERS"),
    guarantee("hdr-date", "`Date` is the time at which the delivery was planned.", "RFC 5322, 3.6.1"),
    guarantee(
        "hdr-msgid",
        "Every reader's message has a Message-ID of its own, in the form `<left@right>`.",
        "RFC 5322, 3.6.4; Gmail's SMTP errors",
    ),
    guarantee("hdr-msgid-domain", "The Message-ID ends in the sender's domain.", "RFC 5322, 3.6.4"),
    guarantee("hdr-dup", "No header occurs twice.", "RFC 5322, 3.6"),
    guarantee("hdr-ctl", "No header contains a control character.", "RFC 5322, 2.2"),
    guarantee("addr-idn", "Headers are ASCII; the domains in them are A-labels.", "RFC 5321, 2.3.5"),
    guarantee(
        "hdr-line-fold",
        "Headers but `DKIM-Signature` are folded at 78 columns wherever they can be.",
        "RFC 5322, 2.1.1",
    ),
    guarantee("hdr-list-id", "`List-Id` is there and well-formed: `<label.domain>`.", "RFC 2919, 2"),
    guarantee(
        "hdr-list-unsub",
        "`List-Unsubscribe` is there, with at most one https URL, which is different for every reader and contains no \
         address.",
        "RFC 2369, 2; RFC 8058, 3.1 and 6",
    ),
    guarantee(
        "hdr-list-unsub-post",
        "`List-Unsubscribe-Post` is `List-Unsubscribe=One-Click`, and is present if and only if there is an https URL.",
        "RFC 8058, 3.1",
    ),
    guarantee("hdr-list-syntax", "Every URL in a `List-` header is between `<` and `>`.", "RFC 2369, 2"),
    guarantee(
        "hdr-feedback-id",
        "`Feedback-ID` has four fields, the last of 5 to 15 characters, and is the same for every reader.",
        "Gmail's feedback loop",
    ),
    guarantee("hdr-auto-submitted", "The message does not call itself automatic.", "RFC 3834, 5"),
    guarantee(
        "dkim-coverage",
        "A DKIM signature covers `From`, `List-Unsubscribe` and `List-Unsubscribe-Post`.",
        "RFC 8058, 4; RFC 6376, 5.4",
    ),
    guarantee(
        "mime-alternative",
        "The message is `multipart/alternative`: one text part, then one HTML part.",
        "RFC 2046, 5.1.4",
    ),
    guarantee("mime-charset", "Both parts say `charset=utf-8`.", "Gmail's clipping of other character sets"),
    guarantee("mime-cte", "Both parts are ASCII, encoded as quoted-printable or base64.", "RFC 6376, 5.3"),
    guarantee(
        "mime-base64",
        "No part is sent as base64 that is shorter as quoted-printable.",
        "SpamAssassin MIME_BASE64_TEXT",
    ),
    guarantee("mime-line", "No line of the body is longer than 998 bytes.", "RFC 5322, 2.1.1"),
    guarantee("mime-line-qp", "No line of an encoded part is longer than 76 characters.", "RFC 2045, 6.7"),
    guarantee("mime-bare-lf", "Every line ends in CRLF; neither CR nor LF occurs alone.", "RFC 5321, 2.3.8"),
    guarantee("mime-boundary", "The boundary is valid, and no line of a part starts with it.", "RFC 2046, 5.1.1"),
    guarantee("text-present", "The text part says what the HTML part says.", "SpamAssassin MPART_ALT_DIFF"),
    guarantee("text-links", "Every link of the issue is in the text part, undivided.", "RFC 3986, appendix C"),
    guarantee("html-doctype", "The HTML starts with `<!DOCTYPE html>`.", "caniemail: html-doctype"),
    guarantee("html-wellformed", "Tags pair up, and tables contain text in cells only.", "WHATWG HTML"),
    guarantee("html-head", "The head says that the letter is UTF-8.", "WHATWG HTML, 4.2.5.4"),
    guarantee("html-head-meta", "The head has `viewport` and `color-scheme`.", "caniemail: html-meta-color-scheme"),
    guarantee(
        "html-comment-form",
        "Conditional comments have one of the two forms that clients leave alone.",
        "github.com/mjmlio/mjml, 2835",
    ),
    guarantee(
        "html-dup-id",
        "No `id` occurs twice, and no link leads to a missing one.",
        "caniemail: html-anchor-links",
    ),
    guarantee(
        "html-semantic-only",
        "No layout depends on `main`, `nav`, `section`, `article`, `aside`, `header` or `footer`.",
        "caniemail: html-semantics",
    ),
    guarantee(
        "css-not-inlined",
        "Every rule outside an at-rule that matches an element is in its `style` attribute.",
        "caniemail: html-style",
    ),
    guarantee("a11y-lang", "The language is on `html` and on the element around the letter.", "BCP 47"),
    guarantee("a11y-dir", "The direction of the text is on the element around the letter.", "Email Markup Consortium"),
    guarantee("a11y-title", "The HTML has a title.", "WCAG 2.2, 2.4.2"),
    guarantee("a11y-table-role", "Every table is for layout, and says so.", "Email Markup Consortium"),
    guarantee("a11y-img-alt", "Every picture has an alternative text.", "WCAG 2.2, 1.1.1"),
    guarantee("a11y-headings", "No heading is empty, and no level is skipped.", "WCAG 2.2, 1.3.1"),
    guarantee("a11y-heading-one", "There is one heading of the first level.", "Email Markup Consortium"),
    guarantee("a11y-vml", "There are no drawings for Outlook.", "Email Markup Consortium"),
    guarantee("link-scheme", "Every link is https, http or mailto.", "caniemail: html-mailto-links"),
    guarantee("link-web-version", "There is a link to the letter on the web.", "github.com/hteumeuleu/email-bugs, 41"),
    guarantee(
        "img-dims",
        "Every picture has a width of at most 600 pixels, and no height that a client could stretch it to.",
        "caniemail: css-width, html-width",
    ),
];
