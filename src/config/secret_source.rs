//! Reads the sources of secrets, `{ env = "" }`, `{ file = "" }` or `{ command = [] }`, and masks values that were
//! written instead.

use std::path::Path;

use super::settings::SecretSource;
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::closest;
use crate::toml::Table;

/// The keys whose value is a secret's source.
const KEYS: [&str; 3] = ["password", "secret", "key"];

/// Returns where the key of the unsubscribe tokens is when the configuration does not say.
pub(super) fn default_token_key(root: &Path) -> SecretSource {
    SecretSource::File(root.join(".newsletter/unsubscribe.key"))
}

/// The source of the secret `key`.
///
/// `variable` is the environment variable that messages suggest.
pub(super) fn read(table: &Table<'_>, key: &'static str, variable: &str, root: &Path) -> Option<SecretSource> {
    let example = format!("write `{key} = {{ env = \"{variable}\" }}`, or `{{ file = \"…\" }}`");
    if table.has(key) && !table.is_table(key) {
        table.mark_known(key);
        let span = table.value_span(key).unwrap_or_default();
        table.error(span, Problem::new(format!("`{key}` in plain text in a file that others may read")).help(example));
        return None;
    }
    let source = table.table(key)?;
    let env = source.parsed("env", variable_name).map(SecretSource::Env);
    let file = source.line("file").map(|text| SecretSource::File(root.join(text.value)));
    let command = source.list("command", |word| Ok(word.to_owned()));
    let command = command.and_then(|words| {
        if words.is_empty() {
            let span = source.value_span("command").unwrap_or_default();
            source.error(
                span,
                Problem::new("`command` is empty")
                    .help("write program and arguments: `[\"pass\", \"show\", \"smtp\"]`"),
            );
        }
        (!words.is_empty()).then_some(SecretSource::Command(words))
    });
    source.reject_unknown(|_| None);
    let given = ["env", "file", "command"].iter().filter(|key| source.has(key)).count();
    if given != 1 {
        let problem = Problem::new(format!("`{key}` accepts one of `env`, `file` and `command`"));
        table.error(source.span(), problem.help(example));
        return None;
    }
    env.or(file).or(command)
}

fn variable_name(text: &str) -> Result<String, Problem> {
    if is_variable_name(text) {
        return Ok(text.to_owned());
    }
    // It may be the secret itself, so it is not repeated.
    let problem = Problem::new("not the name of an environment variable");
    Err(problem.help("write the variable's name, not its value: `NEWSLETTER_SMTP_PASSWORD`"))
}

fn is_variable_name(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && text.starts_with(|first: char| !first.is_ascii_digit())
}

/// `text` with every secret in it replaced by as many bytes of `*`, so that no snippet shows it. It looks at letters, not
/// at TOML, because a password may be what keeps a file from being TOML.
pub(super) fn mask_secrets(text: &str) -> String {
    let mut hidden = String::with_capacity(text.len());
    // The quotes that end a secret of several lines, such as a key in PEM form.
    let mut until = None;
    let mut in_secret = false;
    for line in text.split_inclusive('\n') {
        let start = match until {
            Some(quotes) => {
                until = until.filter(|_| !line.contains(quotes));
                0
            }
            None => match secret_in(line, in_secret).or_else(|| password_in_a_url(line)) {
                Some(start) => {
                    let value = &line[start..];
                    let quotes = ["\"\"\"", "'''"].into_iter().find(|quotes| value.starts_with(quotes));
                    until = quotes.filter(|quotes| !value[quotes.len()..].contains(quotes));
                    start
                }
                None => line.len(),
            },
        };
        in_secret = opens_secret(line).unwrap_or(in_secret);
        hidden.push_str(&line[..start]);
        let (secret, end) = line[start..].split_at(line[start..].trim_end().len());
        hidden.push_str(&"*".repeat(secret.len()));
        hidden.push_str(end);
    }
    hidden
}

/// Returns where in `line` a secret starts: after `password =`, or any key of a table `in_secret`, when no source follows.
fn secret_in(line: &str, in_secret: bool) -> Option<usize> {
    line.match_indices('=').find_map(|(at, _)| {
        let value = line[at + 1..].trim_start();
        let outside_a_key = |letter: char| !letter.is_alphanumeric() && !"_-.\"'".contains(letter);
        let name = line[..at].trim_end().rsplit(outside_a_key).next()?.to_lowercase();
        let mut words = name.split(['.', '"', '\'']).filter(|word| !word.is_empty());
        let shown = match words.next_back()? {
            source @ ("env" | "file" | "command") if in_secret || words.any(may_hold_a_secret) => {
                is_source(source, value)
            }
            word if in_secret || may_hold_a_secret(word) || words.any(may_hold_a_secret) => names_a_source(value),
            _ => true,
        };
        (!shown && !value.is_empty()).then(|| line.len() - value.len())
    })
}

/// Returns whether a key of this name holds a secret, or was meant to: `password`, `pasword`, `smtp_pass`.
fn may_hold_a_secret(name: &str) -> bool {
    closest(name, KEYS).is_some() || ["pass", "pwd", "secret", "key"].iter().any(|word| name.contains(word))
}

/// Returns whether `line` opens a table of a secret: `[smtp.password]`. `None` when it opens none.
fn opens_secret(line: &str) -> Option<bool> {
    let path = line.trim_start().strip_prefix('[')?.trim_end().trim_end_matches(']');
    Some(path.rsplit('.').next().is_some_and(|name| may_hold_a_secret(&name.trim().to_lowercase())))
}

/// Returns where in `line` the password of a URL starts: `postgres://user:password@host`. Whatever stands before the last
/// `@` may be part of it.
fn password_in_a_url(line: &str) -> Option<usize> {
    let user = line.find("://")? + "://".len();
    let (user_info, _) = line[user..].rsplit_once('@')?;
    let (name, _) = user_info.split_once(':')?;
    Some(user + name.len() + 1)
}

/// Returns whether `value` begins like a source: `{ file`, `{ command = [` or `{ env = "NAME"`.
fn names_a_source(value: &str) -> bool {
    let Some(inside) = value.strip_prefix('{').map(str::trim_start) else { return false };
    ["env", "file", "command"].into_iter().any(|source| {
        let value = inside.strip_prefix(source).and_then(|rest| rest.trim_start().strip_prefix('='));
        value.is_some_and(|value| is_source(source, value.trim_start()))
    })
}

/// Returns whether `value` fits the source. What stands for the name of a variable and is none, or for a command and is no list, may be
/// the secret.
fn is_source(source: &str, value: &str) -> bool {
    match source {
        "env" => value.trim_start_matches(['"', '\'']).split(['"', '\'']).next().is_some_and(is_variable_name),
        "command" => value.starts_with('['),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_the_file_is_never_shown() {
        let cases = [
            ("password = \"hunter2\"\r\nport = 1\n", "password = *********\r\nport = 1\n"),
            ("password = hünter\n", "password = *******\n"),
            ("smtp = { host = 'a', password='x', port = 1 }", "smtp = { host = 'a', password=***************"),
            ("[unsubscribe]\n\"secret\" = 'x'", "[unsubscribe]\n\"secret\" = ***"),
            ("password = { value = \"x\" }", "password = ***************"),
            ("password = { env = \"X\" }", "password = { env = \"X\" }"),
            ("password = { env = \"hunter2!\" }", "password = ********************"),
            ("key = \"\"\"\nMIIE\n\"\"\"\nport = 1\n", "key = ***\n****\n***\nport = 1\n"),
            ("key = '''MIIE'''\nport = 1\n", "key = **********\nport = 1\n"),
            ("pasword = 'x'\nPassword = 'x'\nsmtp_pass = 'x'", "pasword = ***\nPassword = ***\nsmtp_pass = ***"),
            ("password.value = 'x'\npassword.env = 'X'", "password.value = ***\npassword.env = 'X'"),
            ("[smtp.password]\nvalue = 'x'\n[send]\nwait = '1m'", "[smtp.password]\nvalue = ***\n[send]\nwait = '1m'"),
            ("password = { command = 'x y' }", "password = *******************"),
            ("password = { command = ['x'] }", "password = { command = ['x'] }"),
            ("[smtp.password]\ncommand = ['x']\nfile = 'y'", "[smtp.password]\ncommand = ['x']\nfile = 'y'"),
            ("url = 'https://example.org/?t={token}'", "url = 'https://example.org/?t={token}'"),
            ("url = 'postgres://ada:x@h/d'\n", "url = 'postgres://ada:******\n"),
            ("url = 'postgres://ada:a/b@h/d'\n", "url = 'postgres://ada:********\n"),
            ("url = \"postgres://h/d?password=x\"", "url = \"postgres://h/d?password=**"),
            ("url = \"postgres://ada@h:5432/d\"\n", "url = \"postgres://ada@h:5432/d\"\n"),
            ("host = 'smtps://ada:x@h'\n", "host = 'smtps://ada:****\n"),
            ("# the password is elsewhere\n", "# the password is elsewhere\n"),
        ];
        for (text, shown) in cases {
            assert_eq!(mask_secrets(text), shown);
        }
    }
}
