//! Tests problems of `newsletter.toml`.

use snapbox::{assert_data_eq, str};

use super::config;
use crate::support::Project;

#[test]
fn a_configuration_says_what_is_wrong_with_it() {
    let output = Project::empty()
        .file(
            "newsletter.toml",
            "[newsletter]\nname = \"\"\nfrom = \"Ada ada@example.org\"\nsite = \"letter.example.org\"\n\
             subject = \"{titel}\"\nlanguage = \"english\"\nlist_id = \"a b\"\nsender_id = \"abc\"\n\n\
             [unsubscribe]\n\n[theme]\naccent = \"red\"\n\n[sned]\n",
        )
        .run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: `address` is missing in `[newsletter]`
 --> newsletter.toml:1:1
  |
1 | [newsletter]
  | ^^^^^^^^^^^^
  |
  = help: add `address = "Street, town, country"`

error: `name` is empty
 --> newsletter.toml:2:8
  |
2 | name = ""
  |        ^^

error: `Ada ada@example.org` is not an address: it contains a space or control character
 --> newsletter.toml:3:8
  |
3 | from = "Ada ada@example.org"
  |        ^^^^^^^^^^^^^^^^^^^^^

error: `letter.example.org` is not an http or https URL
 --> newsletter.toml:4:8
  |
4 | site = "letter.example.org"
  |        ^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `https://letter.example.org`?

error: no field `{titel}`
 --> newsletter.toml:5:12
  |
5 | subject = "{titel}"
  |            ^^^^^^^
  |
  = help: did you mean `{title}`?

error: `english` is not a language tag
 --> newsletter.toml:6:12
  |
6 | language = "english"
  |            ^^^^^^^^^
  |
  = help: write `en`, `de-AT` or the like

error: `a b` is not a list identifier
 --> newsletter.toml:7:11
  |
7 | list_id = "a b"
  |           ^^^^^
  |
  = help: write it like a domain: `weekly.example.org`

error: `abc` is not a sender identifier
 --> newsletter.toml:8:13
  |
8 | sender_id = "abc"
  |             ^^^^^
  |
  = help: write 5 to 15 letters, digits or hyphens, and never change them

error: no way to unsubscribe
  --> newsletter.toml:10:1
   |
10 | [unsubscribe]
   | ^^^^^^^^^^^^^
   |
   = help: add `url = "https://…/{token}"` or `mailto = "…"`, preferably both

error: `red` is not a colour
  --> newsletter.toml:13:10
   |
13 | accent = "red"
   |          ^^^^^
   |
   = help: write `#` and six hexadecimal digits: `#0b5c8f`

error: unknown key `sned`
  --> newsletter.toml:15:2
   |
15 | [sned]
   |  ^^^^
   |
   = help: did you mean `send`?

no issues checked: 11 errors

"#]]
    );
    assert_eq!(output.code, 3);
}

#[test]
fn an_empty_configuration_misses_its_tables() {
    let output = Project::empty().file("newsletter.toml", "").run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: `newsletter` is missing
--> newsletter.toml:1:1
 = help: add `[newsletter]`

error: `unsubscribe` is missing
--> newsletter.toml:1:1
 = help: add `[unsubscribe]`

no issues checked: 2 errors

"#]]
    );
}

#[test]
fn a_secret_is_never_written_in_the_configuration_and_never_shown() {
    config(
        "[smtp]\nhost = \"smtp.example.org\"\nuser = \"ada\"\npassword = \"hunter2\"\n",
        str![[r#"
error: `password` in plain text in a file that others may read
  --> newsletter.toml:15:12
   |
15 | password = *********
   |            ^^^^^^^^^
   |
   = help: write `password = { env = "NEWSLETTER_SMTP_PASSWORD" }`, or `{ file = "…" }`

no issues checked: 1 error
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"smtp.example.org\"\nuser = \"ada\"\npassword = hunter2\n",
        str![[r#"
error: invalid TOML: text without quotes
  --> newsletter.toml:15:12
   |
15 | password = *******
   |            ^^^^^^^
   |
   = help: write `key = "text"`

no issues checked: 1 error
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"smtp.example.org\"\nuser = \"ada\"\npassword = { env = \"A\", file = \"b\" }\n",
        str![[r#"
error: `password` accepts one of `env`, `file` and `command`
  --> newsletter.toml:15:12
   |
15 | password = { env = "A", file = "b" }
   |            ^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: write `password = { env = "NEWSLETTER_SMTP_PASSWORD" }`, or `{ file = "…" }`

no issues checked: 1 error
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"smtp.example.org\"\nuser = \"ada\"\npassword = { env = \"not a name\" }\n",
        str![[r#"
error: not the name of an environment variable
  --> newsletter.toml:15:20
   |
15 | password = **********************
   |                    ^^^^^^^^^^^^
   |
   = help: write the variable's name, not its value: `NEWSLETTER_SMTP_PASSWORD`

no issues checked: 1 error
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"smtp.example.org\"\nuser = \"ada\"\npassword = { command = [] }\n",
        str![[r#"
error: `command` is empty
  --> newsletter.toml:15:24
   |
15 | password = { command = [] }
   |                        ^^
   |
   = help: write program and arguments: `["pass", "show", "smtp"]`

no issues checked: 1 error
exit 3

"#]],
    );
}

#[test]
fn other_tables_are_read_with_the_same_care() {
    config(
        "[check]\nlink-scheme = \"no\"\n\n[build]\nfeed_items = -1\nfolder = 1\n\n[preview]\nport = 0\n",
        str![[r#"
error: `no` is not a level
  --> newsletter.toml:13:15
   |
13 | link-scheme = "no"
   |               ^^^^
   |
   = help: write `off`, `warn` or `error`

error: `feed_items` must be from 1 to 1000, not `-1`
  --> newsletter.toml:16:14
   |
16 | feed_items = -1
   |              ^^

error: `folder` must be text in quotes, not a whole number
  --> newsletter.toml:17:10
   |
17 | folder = 1
   |          ^

error: `port` must be from 1 to 65535, not `0`
  --> newsletter.toml:20:8
   |
20 | port = 0
   |        ^

no issues checked: 4 errors
exit 3

"#]],
    );
}

#[test]
fn a_signature_needs_a_key_a_selector_and_a_domain_of_the_sender() {
    config(
        "[dkim]\ndomain = \"example.net\"\nselector = \"nl 2026\"\nkey = \"\"\"\n-----BEGIN PRIVATE KEY-----\nMIIE\n\"\"\"\n",
        str![[r#"
error: a signature of `example.net` does not cover mail from `example.org`
  --> newsletter.toml:13:10
   |
13 | domain = "example.net"
   |          ^^^^^^^^^^^^^
   |
   = help: DMARC requires the same organization: write `domain = "example.org"`, or omit it

error: `nl 2026` is not a selector
  --> newsletter.toml:14:12
   |
14 | selector = "nl 2026"
   |            ^^^^^^^^^
   |
   = help: write letters, digits and hyphens: `nl2026`

error: `key` in plain text in a file that others may read
  --> newsletter.toml:15:7
   |
15 | key = ***
   |       ^^^
   |
   = help: write `key = { env = "NEWSLETTER_DKIM_KEY" }`, or `{ file = "…" }`

no issues checked: 3 errors
exit 3

"#]],
    );
    config(
        "[dkim]\n",
        str![[r#"
error: `selector` is missing in `[dkim]`
  --> newsletter.toml:12:1
   |
12 | [dkim]
   | ^^^^^^
   |
   = help: add `selector = "nl2026"`

error: `key` is missing in `[dkim]`
  --> newsletter.toml:12:1
   |
12 | [dkim]
   | ^^^^^^
   |
   = help: add `key = { file = ".newsletter/dkim-nl2026.pem" }`

no issues checked: 2 errors
exit 3

"#]],
    );
}

#[test]
fn the_newsletter_itself_is_not_published() {
    let holds = "contains the newsletter itself, its subscribers and its ledger";
    let belongs = "belongs to the newsletter itself";
    for (folder, why) in [(".", holds), ("..", holds), ("public/..", holds), ("/", holds), ("issues/web", belongs)] {
        config(
            &format!("\n[build]\nfolder = \"{folder}\"\n"),
            format!(
                "error: `{folder}` {why}\n  \
                 --> newsletter.toml:14:10\n   |\n14 | folder = \"{folder}\"\n   |          {}\n   |\n   \
                 = help: use a separate folder, such as `public`\n\nno issues checked: 1 error\nexit 3\n",
                "^".repeat(folder.len() + 2)
            ),
        );
    }
}

#[test]
fn unused_logo_text_and_invisible_names_are_found() {
    let output = Project::new().config("[theme]\nlogo_alt = \"A kettle\"\n").run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
warning: `logo_alt` without `logo`
  --> newsletter.toml:13:12
   |
13 | logo_alt = "A kettle"
   |            ^^^^^^^^^^
   |
   = help: add `logo = "img/logo.png"`, or delete it

note: there is no `subscribers.csv` here, so the subscriber list was not checked
issue 1: 1 warning

"#]]
    );
    let issue = crate::support::ISSUE.replace("title = \"On clocks\"", "title = \"\\u200b\\u2060 \\ufeff\"");
    let output = Project::new().file("issues/001-first-things.toml", issue).run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: `title` has only invisible characters
  --> issues/001-first-things.toml:13:9
   |
13 | title = "/u200b/u2060 /ufeff"
   |         ^^^^^^^^^^^^^^^^^^^^^

note: there is no `subscribers.csv` here, so the subscriber list was not checked
issue 1: 1 error

"#]]
    );
}

#[test]
fn a_former_name_of_a_setting_is_accepted_with_a_warning_that_names_the_present_one() {
    let project = Project::new().subscribers(["ada"]).config("[smtp]\nhost = \"smtp.example.org\"\nin_flight = 4\n");
    let warning = str![[r#"
warning: `in_flight` is now called `max_in_flight`
  --> newsletter.toml:14:1
   |
14 | in_flight = 4
   | ^^^^^^^^^
   |
   = help: write `max_in_flight`
...
"#]];
    for command in [["check", "1"].as_slice(), &["send", "1", "--dry-run"]] {
        let told = project.run(command).stderr;
        assert_data_eq!(&told, warning.clone());
        assert_eq!(told.matches("warning:").count(), 1, "{told}");
    }
}
