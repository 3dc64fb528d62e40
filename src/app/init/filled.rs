//! Writes the settings and the first issue of a new newsletter: the examples beside an answer follow from it.

use toml::Value;

use super::answers::{Answers, EXAMPLE_SITE};
use crate::config::STARTER_CONFIG;
use crate::diagnostic::Problems;
use crate::model::Publication;

/// The beginning of the starter settings, which says what in them is an example.
const PREAMBLE: &str = "\
# The addresses at `letter.example`, the name, the postal address and the first issue are examples. Until you replace
# them all, `newsletter send` mails no one; it only writes to the outbox.
";

/// The same where name, sender and site are the curator's own.
const OWN_PREAMBLE: &str = "\
# The postal address, the first issue and the readers in `subscribers.csv` are examples. `newsletter send` mails no one
# while `courier` is \"outbox\"; it only writes to the outbox.
";

impl Answers {
    /// The settings of the new newsletter.
    ///
    /// Errors with what is wrong with an answer.
    pub(super) fn settings(&self) -> Result<String, Problems> {
        let publication = self.config()?.publication;
        let (preamble, tables) = STARTER_CONFIG.split_at(STARTER_CONFIG.find("\n[newsletter]").unwrap_or_default());
        let is_own = self.name.is_some() && self.from.is_some() && self.site.is_some();
        let preamble = if is_own { preamble.replace(PREAMBLE, OWN_PREAMBLE) } else { preamble.to_owned() };
        // An answer may contain an example, as `ada@letter.example.org` does, so the answers come last.
        Ok(preamble + &self.with_values(&replaced_at_once(tables, &self.instead_of_examples(&publication))))
    }

    /// The examples beside the answers, each with what follows from the answers.
    fn instead_of_examples(&self, publication: &Publication) -> Vec<(String, String)> {
        let mut instead = Vec::new();
        let mut add = |example: &str, own: String| instead.push((example.to_owned(), own));
        if self.site.is_some() {
            let site = &publication.site;
            // There is no such page yet, and a link that leads nowhere must not be mailed.
            let page = format!("url    = \"{EXAMPLE_SITE}unsubscribe/{{token}}\"");
            add(&page, format!("#url    = \"{site}unsubscribe/{{token}}\""));
            add(EXAMPLE_SITE, site.clone());
            let host = url::Url::parse(site).ok().and_then(|url| url.host_str().map(str::to_owned));
            add("www.letter.example", host.unwrap_or_else(|| "www.letter.example".to_owned()));
        }
        if self.name.is_some() || self.from.is_some() {
            add("\"my-newsletter.letter.example\"", format!("\"{}\"", publication.list_id));
            add("\"my-newsletter\"", format!("\"{}\"", publication.sender_id));
        }
        if self.name.is_some() {
            let name = Value::String(publication.name.clone());
            add("logo_alt = \"My Newsletter\"", format!("logo_alt = {name}"));
        }
        if self.from.is_some() {
            let address = &publication.from.address;
            let quoted = Value::String(address.to_string());
            add("\"you@letter.example\"", quoted.to_string());
            add("mailto = \"unsubscribe@letter.example\"", format!("mailto = {quoted}"));
            add("letter.example", address.domain().to_owned());
        }
        instead
    }

    /// The first issue: the links of the sample lead to pages of the newsletter's own site once it has one, since those of
    /// an example lead nowhere.
    pub(super) fn first_issue(&self, sample: &str) -> Result<String, Problems> {
        if self.site.is_none() {
            return Ok(sample.to_owned());
        }
        let site = self.config()?.publication.site;
        let hosts = ["https://example.org/", "https://example.com/", "https://example.net/"];
        Ok(replaced_at_once(sample, &hosts.map(|host| (host.to_owned(), site.clone()))))
    }
}

/// Returns `text` with the first of each pair replaced by the second, the longest where several begin. What was put in is
/// not looked at again.
fn replaced_at_once(text: &str, pairs: &[(String, String)]) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let longest = pairs.iter().filter(|(old, _)| rest.starts_with(old.as_str())).max_by_key(|(old, _)| old.len());
        let length = if let Some((old, new)) = longest {
            replaced.push_str(new);
            old.len()
        } else {
            replaced.push(next);
            next.len_utf8()
        };
        rest = &rest[length..];
    }
    replaced
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use proptest::option;
    use proptest::prelude::*;

    use super::super::answers::Question;
    use super::*;
    use crate::config::{CONFIG_FILE, Config, parse_config};
    use crate::diagnostic::SourceFile;

    fn parsed(settings: &str) -> Config {
        parse_config(&Arc::new(SourceFile::new(CONFIG_FILE, settings)), Path::new("/")).unwrap()
    }

    #[test]
    fn without_answers_the_settings_are_the_starters() {
        assert_eq!(Answers::default().settings().unwrap(), STARTER_CONFIG);
        let config = Answers::default().config().unwrap().publication;
        let from = format!("{} <{}>", config.from.name.unwrap(), config.from.address);
        assert_eq!([config.name.as_str(), &from, &config.site], Question::ALL.map(Question::example)[..3]);
        assert!(STARTER_CONFIG.contains(PREAMBLE));
        assert!(STARTER_CONFIG.contains(&format!("#accent   = \"{}\"", Question::Accent.example())));
    }

    #[test]
    fn answers_are_in_the_settings_and_the_examples_beside_them_follow() {
        let answers = Answers {
            name: Some("Kettles \"and\" Tea".to_owned()),
            from: Some("Mina Berg <mina@kettle.dev>".to_owned()),
            site: Some("https://letters.kettle.dev".to_owned()),
            accent: Some("#B7410E".to_owned()),
        };
        let settings = answers.settings().unwrap();
        assert!(!settings.contains("letter.example"), "{settings}");
        for line in [
            "name        = 'Kettles \"and\" Tea'",
            "from = \"Mina Berg <mina@kettle.dev>\"",
            "site = \"https://letters.kettle.dev\"",
            "accent   = \"#B7410E\"",
            "#logo_alt = 'Kettles \"and\" Tea'",
            "#url    = \"https://letters.kettle.dev/unsubscribe/{token}\"",
            "mailto = \"mina@kettle.dev\"",
            "test_to = [\"mina@kettle.dev\"]",
            "address = \"My Newsletter, Example Street 1, 12345 Example\"",
            "#list_id   = \"kettles-and-tea.kettle.dev\"",
        ] {
            assert!(settings.lines().any(|other| other == line), "{line}\n{settings}");
        }
        assert_eq!(parsed(&settings).publication.name, "Kettles \"and\" Tea");
    }

    /// Names, senders and sites that are close to the examples, or are written with care.
    fn any_answers() -> impl Strategy<Value = Answers> {
        const NAMES: &str = "My Newsletter|my-newsletter|Notes|Letter\\.Example|[A-Za-z0-9'\"&#é ]{0,12}[A-Za-z]";
        const LOCALS: &str = "you|unsubscribe|www|[a-z][a-z0-9'+_-]{0,8}";
        const DOMAINS: &str =
            "(www\\.|a-|my-newsletter\\.)?(letter\\.example|example|[a-z][a-z0-9]{0,8})(\\.org|\\.com|\\.example)";
        const PATHS: &str = "(/|/www\\.letter\\.example/?|/[a-z]{1,5}/?)?";
        let sender = (NAMES, LOCALS, DOMAINS).prop_map(|(name, local, domain)| match name.as_str() {
            "Notes" => format!("{local}@{domain}"),
            name => format!("\"{}\" <{local}@{domain}>", name.replace('"', "\\\"")),
        });
        let site = (DOMAINS, PATHS).prop_map(|(host, path)| format!("https://{host}{path}"));
        (option::of(NAMES), option::of(sender), option::of(site)).prop_map(|(name, from, site)| Answers {
            name,
            from,
            site,
            accent: None,
        })
    }

    proptest! {
        #[test]
        fn every_answer_is_in_the_settings_exactly_as_it_was_given(answers in any_answers()) {
            let meant = answers.config().unwrap().publication;
            let settings = answers.settings().unwrap();
            let written = parsed(&settings);
            let publication = written.publication;
            let address = meant.from.address.to_string();
            prop_assert_eq!(publication.name, meant.name);
            prop_assert_eq!(publication.from, meant.from, "{}", settings);
            if answers.site.is_some() {
                prop_assert_eq!(publication.site, meant.site, "{}", settings);
            }
            prop_assert_eq!(publication.list_id, meant.list_id);
            if answers.from.is_some() {
                let mailto = publication.unsubscribe.mailto.map(|address| address.plain().to_string());
                prop_assert_eq!(mailto.as_ref(), Some(&address), "{}", settings);
                let tests: Vec<_> = written.settings.send.test_to.iter().map(ToString::to_string).collect();
                prop_assert_eq!(tests, [address]);
            }
            for (question, line) in [(Question::From, "from = "), (Question::Site, "site = ")] {
                if let Some(answer) = answers.of(question) {
                    let line = format!("{line}{}", Value::String(answer.to_owned()));
                    prop_assert!(settings.lines().any(|other| other == line), "{line}\n{settings}");
                }
            }
        }
    }

    #[test]
    fn an_answer_that_contains_an_example_is_not_replaced_again() {
        let answers = Answers {
            name: Some("Notes".to_owned()),
            from: Some("Your Name <you@letter.example.com>".to_owned()),
            site: Some("https://www.letter.example.org/".to_owned()),
            accent: None,
        };
        let settings = answers.settings().unwrap();
        let with_examples: Vec<&str> = settings.lines().filter(|line| line.contains("letter.example")).collect();
        assert_eq!(
            with_examples,
            [
                "from = \"Your Name <you@letter.example.com>\"",
                "#reply_to        = \"reply@letter.example.com\"",
                "#envelope_sender = \"bounces@letter.example.com\"",
                "site = \"https://www.letter.example.org/\"",
                "#subscribe = \"mailto:subscribe@letter.example.com?subject=subscribe\"",
                "#reason = \"because you subscribed at www.letter.example.org\"",
                "#list_id   = \"notes.letter.example.com\"",
                "#logo     = \"https://www.letter.example.org/logo.png\"",
                "#base_url = \"https://www.letter.example.org/img/\"",
                "#url    = \"https://www.letter.example.org/unsubscribe/{token}\"",
                "mailto = \"you@letter.example.com\"",
                "test_to = [\"you@letter.example.com\"]",
                "#host = \"smtp.letter.example.com\"",
                "#user = \"you@letter.example.com\"",
                "#hello = \"mail.letter.example.com\"",
                "#domain   = \"letter.example.com\"",
                "# url      = \"postgres://weekly@db.letter.example.com/weekly\"",
            ]
        );
    }
}
