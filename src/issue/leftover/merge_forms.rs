//! Lists the forms of merge fields and statements of template languages, by their brackets.
//!
//! Where the brackets alone mean a template, any content is a leftover; elsewhere the word inside decides.

use super::field_words::{FieldWord, field_word};
use super::form::{Form, Judge, LeftoverKind, Match, TextForm};
use crate::diagnostic::Severity;
use Severity::{Error, Warning};

/// Letters, digits and `_`, as `\w` and repeated up to many times: all but ASCII is taken for letters, because a copy of
/// Unicode's table for each repetition takes a hundred times as long to compile. Quotation marks that are brackets here,
/// and what takes the place of code and emphasis, are not in it.
macro_rules! word {
    () => {
        r"0-9A-Za-z_\x{80}-\x{aa}\x{ac}-\x{ba}\x{bc}-\x{fff8}\x{fffd}-\x{10ffff}"
    };
}

/// Forms with their services. In this order: the longer brackets of two come first.
pub(super) const MERGE_FORMS: &[Form] = &[
    // AMPscript of Salesforce Marketing Cloud: %%[…]%%, %%=v(@x)=%%; Acoustic and Ghost: %%name%%.
    field(r"%%[\[={(]?\s?[A-Za-z_@.][^%\n]{0,200}?%%", Judge::Always(Error)),
    // Mailchimp, Mandrill: *|FNAME|*, *|IF:FNAME|*. Escaped by converters to Markdown: \*|FNAME|\*.
    field(r"\*\|[^|*\n]{1,200}\|\\?\*", Judge::Always(Error)),
    field(r"\*\|[A-Z][A-Z0-9_:]+", Judge::Always(Error)),
    field(r"\|[A-Z][A-Z0-9_]+\|\*", Judge::Always(Error)),
    field(r"\*\|.{0,3}", Judge::Always(Error)),
    // Braze: {{${first_name}}}. Handlebars, Liquid, Jinja, Go, and most services.
    field(r"\$?\{\{\{?[^{}\n]{0,200}\{[^{}\n]{0,100}\}[^{}\n]{0,100}\}\}\}?", Judge::Always(Error)),
    field(r"\$?\{\{\{?[^{}\n]{1,200}\}\}\}?", Judge::Always(Error)),
    field(r"\{\{\s*[#/>^.$&!~-]?[A-Za-z_.$][\w.]*\}?", Judge::Always(Error)),
    field(r"[A-Za-z_]\w*\s*\}\}", Judge::Asked(closes_field)),
    template(r"\{%[^%\n]{0,300}%\}", Judge::Always(Error)),
    template(r"\{%[-+]?\s*[A-Za-z]+", Judge::Always(Error)),
    template(r"[-+\w\s]%\}", Judge::Always(Warning)),
    template(r"\{#[^#{}\n]{1,200}#\}", Judge::Always(Warning)),
    template(
        r"\{[#/:@]\s?(if|else|each|unless|with|for|foreach|end|endif|endfor|include|html|unsubscribe)\b[^}\n]{0,100}\}",
        Judge::Always(Warning),
    ),
    // ERB, EJS, Underscore.
    template(r"<%[^\n]{0,300}?%>", Judge::Always(Error)),
    template(r"<%[=#-]?\s*[A-Za-z@]\w*", Judge::Always(Error)),
    template(r"<\?(php|=|xml)?[^\n]{0,300}?(\?>|$)", Judge::Always(Error)),
    // Template Toolkit, Sympa, Emma: [% user.email %].
    template(r"\[%[^\]\n]{0,200}%\]", Judge::Always(Error)),
    // Zoho: $[FNAME]$.
    field(r"\$\[[^\]\n]{1,100}\]\$?", Judge::Asked(zoho)),
    // This program's own, misspelt: {subscriber name}, {subscribers.name|x}. The right ones are slots by now.
    Form {
        pattern: r"(?i)[{<\[]\s*subscribers?\b[^{}<>\[\]\n]{0,80}[}>\]]",
        kind: LeftoverKind::SubscriberField,
        judge: Judge::Asked(subscriber_field),
    },
    // Mailjet, Constant Contact, GetResponse: [[name]], [[data:name:"x"]]; wikis: [[Page]].
    field(r"\[\[[^\[\]\n]{1,200}\]\]", Judge::Asked(field_in_double_brackets)),
    Form {
        pattern: r"\[\[[^\[\]\n]{1,200}\]\]",
        kind: LeftoverKind::Foreign,
        judge: Judge::Asked(page_in_double_brackets),
    },
    // MailPoet, Benchmark: [subscriber:firstname | default:reader]; Sendy, Campaign Monitor: [Name,fallback=x].
    field(concat!(r"\[[A-Za-z][", word!(), r" .-]{0,40},\s*fallback\s*=[^\]\n]{0,100}\]"), Judge::Always(Error)),
    field(
        r"\[(subscriber|link|contact_attribute|data|var|newsletter|date|user)\s?(:|->)\s?[a-z][^\]\n]{0,100}\]",
        Judge::Always(Error),
    ),
    field(concat!(r"\[[A-Za-z][", word!(), r" .:-]{1,40}\]"), Judge::Asked(square_brackets)),
    // GitHub Actions, shells, JavaScript: ${name}; Ruby: #{name}.
    field(concat!(r"[$#@]\{\s*[A-Za-z_][", word!(), r".:\[\]|,' -]{0,80}\}"), Judge::Graded(template_brace)),
    // MailerLite: {$name}; AWeber: {!firstname_fix}.
    field(r"\{[$!]\s?[A-Za-z_][^{}\n]{0,80}\}", Judge::Graded(template_brace)),
    // Mautic: {contactfield=firstname}, {pagelink=1}.
    field(
        r"\{(contactfield|leadfield|ownerfield|pagelink|assetlink|focus|dynamiccontent)=[^{}\n]{1,100}\}",
        Judge::Always(Error),
    ),
    field(concat!(r"\{\s?[A-Za-z][", word!(), r" .:-]{0,40}\s?(\}|[|,][^{}\n]{0,80}\})"), Judge::Asked(brace)),
    // Python, Mailman: %(user_name)s.
    field(r"%\([A-Za-z_]\w*\)[sd]", Judge::Graded(parenthesis)),
    // ActiveCampaign, SendGrid, Mailgun: %FIRSTNAME%, %recipient.name%, %IF …%.
    template(r"%/?(IF|ELSE|ELSEIF|ENDIF)\b[^%\n]{0,100}%", Judge::Always(Error)),
    field(r"%[A-Za-z][A-Za-z0-9_.:-]*%", Judge::Asked(percent)),
    // Listserv: &*NAME;
    field(r"&\*[A-Z]+;", Judge::Always(Error)),
    // Word, spreadsheets: «FirstName», <<First Name>>, <First Name>.
    field(concat!(r"(«|<<)\s?[A-Za-z][", word!(), r" .-]{1,30}\s?(»|>>)"), Judge::Asked(guillemets)),
    field(concat!(r"<[A-Za-z][", word!(), r" .-]{1,30}>"), Judge::Asked(angle_brackets)),
    // Dotdigital: @FIRSTNAME@; Moosend: #recipient:name#; SendGrid: -NAME-; a Mailchimp field whose stars were emphasis.
    field(concat!(r"(@@?|##?|\^|\$)[A-Za-z][", word!(), r".:-]{1,40}(@@?|##?|\^|\$)"), Judge::Asked(symmetrical)),
    field(concat!(r"[-|~][A-Za-z][", word!(), r".:]{1,40}[-|~]"), Judge::Asked(symmetrical)),
    field(r"\$[A-Za-z]\w+", Judge::Asked(dollar)),
];

const fn field(pattern: &'static str, judge: Judge) -> Form {
    Form { pattern, kind: LeftoverKind::Field, judge }
}

const fn template(pattern: &'static str, judge: Judge) -> Form {
    Form { pattern, kind: LeftoverKind::Template, judge }
}

/// Returns the word inside the brackets of `piece`, without a fallback.
fn word(piece: &str) -> &str {
    let is_mark = |character: char| !character.is_alphanumeric() && character != '_';
    let inside = piece.trim_matches(is_mark);
    inside.split(['|', ',', '=', '(', '\'', '"']).next().unwrap_or_default().trim_end_matches(is_mark)
}

/// Returns whether `word` is written as programs write constants.
fn is_upper(word: &str) -> bool {
    word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase)
}

/// A closing bracket whose opening one was lost.
fn closes_field(one: &Match<'_>) -> Option<Severity> {
    field_word(word(one.piece())).map(|_| Error)
}

fn zoho(one: &Match<'_>) -> Option<Severity> {
    (one.piece().ends_with('$') || field_word(word(one.piece())).is_some()).then_some(Error)
}

fn subscriber_field(one: &Match<'_>) -> Option<Severity> {
    let piece = one.piece();
    let is_word_alone = piece.len() <= "{subscribers}".len() && !piece.contains(['.', ':', '|', ' ']);
    match piece.chars().next() {
        Some('{') => Some(Error),
        // `[subscriber]`, `<subscribers>`: left to the other forms.
        _ if is_word_alone || one.form == TextForm::Url => None,
        _ => piece.contains(['.', ':', '|']).then_some(Error),
    }
}

fn field_in_double_brackets(one: &Match<'_>) -> Option<Severity> {
    let inside = one.piece().trim_matches(['[', ']']).trim();
    let is_field = field_word(word(inside)).is_some() || inside.contains(':') && !inside.contains("//");
    (is_apart_from_index(one) && is_field).then_some(Error)
}

fn page_in_double_brackets(one: &Match<'_>) -> Option<Severity> {
    is_apart_from_index(one).then_some(Warning)
}

/// Returns whether double brackets are neither the index of R, `a[[1]]`, nor a citation, `[[1]]`.
fn is_apart_from_index(one: &Match<'_>) -> bool {
    !one.before().is_some_and(char::is_alphanumeric) && one.piece().contains(char::is_alphabetic)
}

fn square_brackets(one: &Match<'_>) -> Option<Severity> {
    if one.before().is_some_and(|before| before.is_alphanumeric() || "[])\"'_$.".contains(before)) {
        return None;
    }
    // In a line `[name](…)` is a link that did not take effect; `?filter[name]=` is a query.
    if one.after().is_some_and(|after| "([]".contains(after)) {
        return None;
    }
    let word = word(one.piece());
    match field_word(word)? {
        FieldWord::Clear => Some(Error),
        FieldWord::Ordinary if is_upper(word) => Some(Error),
        FieldWord::Ordinary => Some(Warning),
    }
}

fn template_brace(one: &Match<'_>) -> Severity {
    if field_word(word(one.piece())).is_some() { Error } else { Warning }
}

fn brace(one: &Match<'_>) -> Option<Severity> {
    let piece = one.piece();
    // LaTeX (`\textbf{name}`), types (`struct {name}`) are code, reported by other forms if at all.
    if one.before().is_some_and(|before| before.is_alphanumeric() || "\\_^".contains(before)) {
        return None;
    }
    let word = word(piece);
    let name = word.to_lowercase();
    if matches!(name.as_str(), "newsletter" | "number" | "title" | "date") && piece.len() == word.len() + 2 {
        // `subject` fills them.
        return None;
    }
    if one.form == TextForm::Subject && piece.len() == word.len() + 2 && !word.contains(' ') {
        // The loader of issues reports unknown fields of a subject.
        return None;
    }
    match (field_word(word), piece.contains('|')) {
        (Some(_), _) => Some(Error),
        // `{city|your town}`, but not the set `{x | x > 0}`.
        (None, true) if word.len() > 2 && !piece.contains(" |") => Some(Warning),
        (None, _) if one.form == TextForm::Url && piece.len() == word.len() + 2 => Some(Warning),
        _ => None,
    }
}

fn parenthesis(one: &Match<'_>) -> Severity {
    let word = word(one.piece().trim_end_matches(['s', 'd']));
    if field_word(word).is_some() { Error } else { Warning }
}

/// Variables of Windows, which stand in paths.
const WINDOWS: [&str; 18] = [
    "allusersprofile",
    "appdata",
    "cd",
    "comspec",
    "date",
    "errorlevel",
    "homedrive",
    "homepath",
    "localappdata",
    "os",
    "path",
    "programdata",
    "programfiles",
    "systemdrive",
    "systemroot",
    "temp",
    "tmp",
    "windir",
];

fn percent(one: &Match<'_>) -> Option<Severity> {
    let word = one.piece().trim_matches('%');
    // `50%off%`, and `%20name%20`.
    if one.before().is_some_and(|before| before.is_alphanumeric() || before == '%') {
        return None;
    }
    if one.after().is_some_and(|after| after.is_ascii_hexdigit()) || WINDOWS.contains(&word.to_lowercase().as_str()) {
        return None;
    }
    // In a URL `%ab%` may begin two encoded bytes.
    let is_encoded = one.form == TextForm::Url && word.len() == 2;
    if field_word(word).is_some() { Some(Error) } else { (!is_encoded).then_some(Warning) }
}

fn guillemets(one: &Match<'_>) -> Option<Severity> {
    let is_angled = one.piece().starts_with("<<");
    let word = word(one.piece());
    match field_word(word)? {
        FieldWord::Clear if is_angled => Some(Error),
        // French and Russian quote with these.
        FieldWord::Clear => (!word.contains(' ') && word.contains(['_'])
            || word.chars().skip(1).any(char::is_uppercase))
        .then_some(Error),
        FieldWord::Ordinary => is_angled.then_some(Warning),
    }
}

fn angle_brackets(one: &Match<'_>) -> Option<Severity> {
    // `<email>` is how programs describe their arguments, and `Vec<Token>` is a type.
    let word = word(one.piece());
    (one.is_apart() && field_word(word) == Some(FieldWord::Clear)).then_some(Warning)
}

fn symmetrical(one: &Match<'_>) -> Option<Severity> {
    let piece = one.piece();
    let mark = |character: &char| !character.is_alphanumeric();
    let opening: String = piece.chars().take_while(mark).collect();
    let closing: String = piece.chars().rev().take_while(mark).collect();
    let word = piece.trim_matches(|character| mark(&character));
    let is_joined =
        |neighbour: Option<char>| neighbour.is_some_and(|one| one.is_alphanumeric() || opening.contains(one));
    if opening != closing || is_joined(one.before()) || is_joined(one.after()) || one.form == TextForm::Url {
        return None;
    }
    match field_word(word)? {
        _ if is_upper(word) => Some(Error),
        // `-name-` and `|name|` may be an option or a column.
        FieldWord::Clear if !"-|~".contains(opening.as_str()) => Some(Error),
        FieldWord::Clear => Some(Warning),
        FieldWord::Ordinary => None,
    }
}

fn dollar(one: &Match<'_>) -> Option<Severity> {
    let is_joined = one.before().is_some_and(|before| before.is_alphanumeric() || before == '$');
    (!is_joined && field_word(word(one.piece())) == Some(FieldWord::Clear)).then_some(Warning)
}
