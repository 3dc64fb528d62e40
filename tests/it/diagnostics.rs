//! Every kind of bad input, as `newsletter check` reports it.

use snapbox::{IntoData, assert_data_eq, str};

use crate::support::Project;

/// The smallest issue there can be.
const SMALL: &str = "number = 1\ntitle = \"T\"\ndate = 2026-11-20\n";

/// What check says of this file as issue 1.
#[track_caller]
fn issue(text: impl AsRef<[u8]>, said: impl IntoData) {
    let output = Project::new().file("issues/001-first-things.toml", text).run(["check", "1"]);
    assert_data_eq!(format!("{}{}exit {}\n", output.stdout, output.stderr, output.code), said.raw());
}

/// What check says of the smallest issue with `more` below it.
#[track_caller]
fn small(more: &str, said: impl IntoData) {
    issue(format!("{SMALL}{more}"), said);
}

/// What check says of a link with `more` lines.
#[track_caller]
fn link(more: &str, said: impl IntoData) {
    small(
        &format!("[[section]]\ntitle = \"S\"\n[[section.link]]\nurl = \"https://example.org\"\ntitle = \"L\"\n{more}"),
        said,
    );
}

/// What check says of a link to `url`.
#[track_caller]
fn link_to(url: &str, said: impl IntoData) {
    small(&format!("[[section]]\ntitle = \"S\"\n[[section.link]]\ntitle = \"L\"\nurl = \"{url}\"\n"), said);
}

/// What check says of the test configuration with `more` below it.
#[track_caller]
fn config(more: &str, said: impl IntoData) {
    let output = Project::new().config(more).run(["check"]);
    assert_data_eq!(format!("{}{}exit {}\n", output.stdout, output.stderr, output.code), said.raw());
}

#[test]
fn a_good_newsletter_has_no_problems() {
    let output = Project::new().subscribers(["ada@example.org"]).run(["check"]);
    assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (0, "", "issue 1: no problems\n"));
}

#[test]
fn every_problem_of_a_file_is_reported_at_once_in_its_order() {
    issue(
        "titel = \"T\"\nnumber = \"1\"\n\n[[section]]\n[[section.link]]\nurl = \"htps://example.org/a\"\ntitle = \"\"\n",
        str![[r#"
error: `date` is missing
 --> issues/001-first-things.toml:1:1
  |
1 | titel = "T"
  | ^
  |
  = help: add `date = 2026-11-24`

error: unknown key `titel`
 --> issues/001-first-things.toml:1:1
  |
1 | titel = "T"
  | ^^^^^
  |
  = help: did you mean `title`?

error: `number` takes a whole number, not text
 --> issues/001-first-things.toml:2:10
  |
2 | number = "1"
  |          ^^^

error: `title` is missing in `[[section]]`
 --> issues/001-first-things.toml:4:1
  |
4 | [[section]]
  | ^^^^^^^^^^^
  |
  = help: add `title = "…"`

error: `htps://example.org/a` is not an http or https URL
 --> issues/001-first-things.toml:6:7
  |
6 | url = "htps://example.org/a"
  |       ^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `https://example.org/a`?

error: `title` is empty
 --> issues/001-first-things.toml:7:9
  |
7 | title = ""
  |         ^^

issue 1: 6 errors
exit 3

"#]],
    );
}

#[test]
fn an_empty_file_misses_everything() {
    issue(
        "",
        str![[r#"
error: `number` is missing
--> issues/001-first-things.toml:1:1
 = help: add `number = 1`

error: `title` is missing
--> issues/001-first-things.toml:1:1
 = help: add `title = "…"`

error: `date` is missing
--> issues/001-first-things.toml:1:1
 = help: add `date = 2026-11-24`

issue 1: 3 errors
exit 3

"#]],
    );
}

#[test]
fn syntax_errors_stand_beside_wrong_values() {
    issue(
        "number = 1\ntitle = Hello\ndate = 2026-02-30\ndate = 2026-02-28\ndraft = \"no\"\n\nintro = \"\"\"\nnever closed\n",
        str![[r#"
error: not TOML: text without quotes
 --> issues/001-first-things.toml:2:9
  |
2 | title = Hello
  |         ^^^^^
  |
  = help: write `key = "text"`

error: not TOML: invalid date, expected day between 01 and 28
 --> issues/001-first-things.toml:3:8
  |
3 | date = 2026-02-30
  |        ^^^^^^^^^^

error: not TOML: `date` stands twice
 --> issues/001-first-things.toml:4:1
  |
4 | date = 2026-02-28
  | ^^^^
  |
  = help: delete or rename one of the two

error: `draft` takes `true` or `false`, not text
 --> issues/001-first-things.toml:5:9
  |
5 | draft = "no"
  |         ^^^^

error: not TOML: a text that never ends
 --> issues/001-first-things.toml:7:9
  |
7 | intro = """
  |         ^^^
  |
  = help: close it with `"""` on a line of its own

issue 1: 5 errors
exit 3

"#]],
    );
}

#[test]
fn a_file_that_is_not_utf_8_is_shown_where_it_is_not() {
    issue(
        b"number = 1\ntitle = \"M\xFCller\"\n",
        str![[r#"
error: byte 0xFC is not UTF-8
 --> issues/001-first-things.toml:2:11
  |
2 | title = "M�ller"
  |           ^
  |
  = help: save the file as UTF-8

issue 1: 1 error
exit 3

"#]],
    );
}

#[test]
fn crlf_and_a_byte_order_mark_are_fine() {
    let text =
        format!("\u{feff}{SMALL}intro = '''\nHello {{subscriber.name|friend}},\n\nbye\n'''\n").replace('\n', "\r\n");
    issue(
        text,
        str![[r#"
issue 1: no problems
exit 0

"#]],
    );
}

#[test]
fn dates_are_days() {
    issue(
        "number = 1\ntitle = \"T\"\ndate = \"2026-02-30\"\n",
        str![[r#"
error: `"2026-02-30"` is not a day
 --> issues/001-first-things.toml:3:8
  |
3 | date = "2026-02-30"
  |        ^^^^^^^^^^^^
  |
  = help: write year, month and day: `2026-11-24`

issue 1: 1 error
exit 3

"#]],
    );
    issue(
        "number = 1\ntitle = \"T\"\ndate = 2026-11-20T10:00:00Z\n",
        str![[r#"
error: `2026-11-20T10:00:00Z` is not a day
 --> issues/001-first-things.toml:3:8
  |
3 | date = 2026-11-20T10:00:00Z
  |        ^^^^^^^^^^^^^^^^^^^^
  |
  = help: write year, month and day: `2026-11-24`

issue 1: 1 error
exit 3

"#]],
    );
    issue(
        "number = 1\ntitle = \"T\"\ndate = 20\n",
        str![[r#"
error: `date` takes a day such as `2026-11-24`, not a whole number
 --> issues/001-first-things.toml:3:8
  |
3 | date = 20
  |        ^^

issue 1: 1 error
exit 3

"#]],
    );
    issue(
        "number = 1\ntitle = \"T\"\ndate = \"2026-11-20\"\n",
        str![[r#"
issue 1: no problems
exit 0

"#]],
    );
}

#[test]
fn the_number_agrees_with_the_name_of_the_file() {
    issue(
        "number = 2\ntitle = \"T\"\ndate = 2026-11-20\n",
        str![[r#"
error: `number` is 2, but the file's name says 1
 --> issues/001-first-things.toml:1:10
  |
1 | number = 2
  |          ^
  |
  = help: write `number = 1`, or rename the file

issue 1: 1 error
exit 3

"#]],
    );
    issue(
        "number = 0\ntitle = \"T\"\ndate = 2026-11-20\n",
        str![[r#"
error: `number` is 1 or more, not `0`
 --> issues/001-first-things.toml:1:10
  |
1 | number = 0
  |          ^

issue 1: 1 error
exit 3

"#]],
    );
    issue(
        "number = 01\ntitle = \"T\"\ndate = 2026-11-20\n",
        str![[r#"
error: not TOML: a number with a leading zero
 --> issues/001-first-things.toml:1:10
  |
1 | number = 01
  |          ^
  |
  = help: write `7`, not `007`

issue 1: 1 error
exit 3

"#]],
    );
}

#[test]
fn two_files_cannot_have_one_number() {
    let output = Project::new().file("issues/1.toml", SMALL).file("issues/01-more.toml", SMALL).run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: `issues/001-first-things.toml` and `issues/01-more.toml` and `issues/1.toml` are all issue 1
help: rename one of them, or start its name with `_`

no issue checked: 1 error

"#]]
    );
}

#[test]
fn stray_files_are_warned_of_and_private_ones_are_not() {
    let output = Project::new()
        .file("issues/notes.txt", "")
        .file("issues/2-Second.toml", "")
        .file("issues/_template.toml", "")
        .file("issues/.hidden", "")
        .file("issues/img/a.png", "")
        .run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
warning: `issues/2-Second.toml` is not the name of an issue
help: issues are named `042.toml` or `042-a-few-words.toml`; a name that starts with `_` is left alone

warning: `issues/notes.txt` is not the name of an issue
help: issues are named `042.toml` or `042-a-few-words.toml`; a name that starts with `_` is left alone

issue 1: 2 warnings

"#]]
    );
    assert_eq!(output.code, 0);
}

#[test]
fn control_characters_and_their_like_are_refused_in_every_text() {
    small(
        "preheader = \"a\\u0007b\"\nintro = \"x\\u202Ey\\uE000\"\n",
        str![[r#"
error: control character U+0007 in `preheader`
 --> issues/001-first-things.toml:4:15
  |
4 | preheader = "a\u0007b"
  |               ^^^^^^
  |
  = help: delete it

error: text direction override U+202E in `intro`
 --> issues/001-first-things.toml:5:11
  |
5 | intro = "x\u202Ey\uE000"
  |           ^^^^^^
  |
  = help: delete it

error: private-use character U+E000 in `intro`
 --> issues/001-first-things.toml:5:18
  |
5 | intro = "x\u202Ey\uE000"
  |                  ^^^^^^
  |
  = help: delete it

issue 1: 3 errors
exit 3

"#]],
    );
    small(
        "preheader = \"a\u{7}b\"\n",
        str![[r#"
error: control character U+0007
 --> issues/001-first-things.toml:4:15
  |
4 | preheader = "a␇b"
  |               ^
  |
  = help: delete it

issue 1: 1 error
exit 3

"#]],
    );
    small(
        "preheader = \"a\\nb\"\n",
        str![[r#"
error: `preheader` has more than one line
 --> issues/001-first-things.toml:4:15
  |
4 | preheader = "a\nb"
  |               ^^
  |
  = help: write it in one line

issue 1: 1 error
exit 3

"#]],
    );
}

#[test]
fn a_key_below_the_last_link_is_told_where_it_belongs() {
    link(
        "outro = \"Bye\"\n",
        str![[r#"
error: unknown key `outro`
 --> issues/001-first-things.toml:9:1
  |
9 | outro = "Bye"
  | ^^^^^
  |
  = help: `outro` belongs above the first `[[section]]`, or write `[outro]` and `text` below it

issue 1: 1 error
exit 3

"#]],
    );
    link(
        "preheader = \"x\"\n",
        str![[r#"
error: unknown key `preheader`
 --> issues/001-first-things.toml:9:1
  |
9 | preheader = "x"
  | ^^^^^^^^^
  |
  = help: `preheader` belongs above the first `[[section]]`

issue 1: 1 error
exit 3

"#]],
    );
}

#[test]
fn links_are_http_or_https() {
    link_to(
        "javascript:alert(1)",
        str![[r#"
error: `javascript:alert(1)` is not an http or https URL
 --> issues/001-first-things.toml:8:7
  |
8 | url = "javascript:alert(1)"
  |       ^^^^^^^^^^^^^^^^^^^^^
  |
  = help: a letter links to `https://…` and `http://…`

issue 1: 1 error
exit 3

"#]],
    );
    link_to(
        "www.example.org/a",
        str![[r#"
error: `www.example.org/a` is not an http or https URL
 --> issues/001-first-things.toml:8:7
  |
8 | url = "www.example.org/a"
  |       ^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `https://www.example.org/a`?

issue 1: 1 error
exit 3

"#]],
    );
    link_to(
        "https://example.org/a b",
        str![[r#"
error: a space in a URL
 --> issues/001-first-things.toml:8:7
  |
8 | url = "https://example.org/a b"
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: delete it, or write a space as `%20`

issue 1: 1 error
exit 3

"#]],
    );
    link_to(
        "https://ada:secret@example.org/",
        str![[r#"
error: a user name or password in a URL
 --> issues/001-first-things.toml:8:7
  |
8 | url = "https://ada:secret@example.org/"
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: take out what stands before the `@`

issue 1: 1 error
exit 3

"#]],
    );
}

#[test]
fn the_keys_of_a_link_have_their_kinds() {
    link(
        "kind = \"vidoe\"\nreading_time = 0\ntags = [\"a\", 1, \"\"]\nsponsored = \"yes\"\nauthor = 5\nblurb = \"x\"\nfoo = 1\n",
        str![[r#"
error: `vidoe` is not a kind of link
 --> issues/001-first-things.toml:9:8
  |
9 | kind = "vidoe"
  |        ^^^^^^^
  |
  = help: did you mean `video`?

error: `reading_time` is 1 to 1440, not `0`
  --> issues/001-first-things.toml:10:16
   |
10 | reading_time = 0
   |                ^

error: an item of `tags` takes text in quotes, not a whole number
  --> issues/001-first-things.toml:11:14
   |
11 | tags = ["a", 1, ""]
   |              ^

error: an item of `tags` is empty
  --> issues/001-first-things.toml:11:17
   |
11 | tags = ["a", 1, ""]
   |                 ^^

error: `sponsored` takes `true` or `false`, not text
  --> issues/001-first-things.toml:12:13
   |
12 | sponsored = "yes"
   |             ^^^^^

error: `author` takes text in quotes, not a whole number
  --> issues/001-first-things.toml:13:10
   |
13 | author = 5
   |          ^

error: unknown key `blurb`
  --> issues/001-first-things.toml:14:1
   |
14 | blurb = "x"
   | ^^^^^
   |
   = help: the words about a link are its `description`

error: unknown key `foo`
  --> issues/001-first-things.toml:15:1
   |
15 | foo = 1
   | ^^^
   |
   = help: `[[section.link]]` takes `url`, `title`, `kind`, `author`, `source`, `reading_time`, `tags`, `sponsored`, `image`, `alt` and `description`

issue 1: 8 errors
exit 3

"#]],
    );
}

#[test]
fn a_picture_is_there_described_and_of_a_kind_mail_shows() {
    link(
        "image = \"img/none.png\"\n",
        str![[r#"
error: `image` has no `alt`
 --> issues/001-first-things.toml:9:9
  |
9 | image = "img/none.png"
  |         ^^^^^^^^^^^^^^
  |
  = help: describe the picture: `alt = "…"`, or `alt = ""` if it is decoration

error: no file `img/none.png`
 --> issues/001-first-things.toml:9:9
  |
9 | image = "img/none.png"
  |         ^^^^^^^^^^^^^^
  |
  = help: the path starts at `issues/`

issue 1: 2 errors
exit 3

"#]],
    );
    link(
        "image = \"../secret.png\"\nalt = \"\"\n",
        str![[r#"
error: `../secret.png` is not in `img/`
 --> issues/001-first-things.toml:9:9
  |
9 | image = "../secret.png"
  |         ^^^^^^^^^^^^^^^
  |
  = help: put it into `issues/img/` and write `image = "img/name.png"`

issue 1: 1 error
exit 3

"#]],
    );
    link(
        "image = \"img/a.webp\"\nalt = \"\"\n",
        str![[r#"
error: `img/a.webp` is not a PNG, JPEG or GIF file
 --> issues/001-first-things.toml:9:9
  |
9 | image = "img/a.webp"
  |         ^^^^^^^^^^^^
  |
  = help: mail clients show `.png`, `.jpg` and `.gif`; convert it to one of them

issue 1: 1 error
exit 3

"#]],
    );
    link(
        "image = \"http://example.org/a.png\"\nalt = \"A\"\n",
        str![[r#"
error: `http://example.org/a.png` is not an https URL
 --> issues/001-first-things.toml:9:9
  |
9 | image = "http://example.org/a.png"
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write `https://example.org/a.png`, if the server speaks it

issue 1: 1 error
exit 3

"#]],
    );
    link(
        "alt = \"A\"\n",
        str![[r#"
warning: `alt` without an `image`
 --> issues/001-first-things.toml:9:7
  |
9 | alt = "A"
  |       ^^^
  |
  = help: delete it, or add the `image` it describes

issue 1: 1 warning
exit 0

"#]],
    );
}

#[test]
fn sections_and_links_are_lists_of_tables() {
    small(
        "section = 5\n",
        str![[r#"
error: `section` takes a list of tables, not a whole number
 --> issues/001-first-things.toml:4:11
  |
4 | section = 5
  |           ^
  |
  = help: write `[[section]]` above each

issue 1: 1 error
exit 3

"#]],
    );
    small(
        "[section]\ntitle = \"S\"\n",
        str![[r#"
error: `section` takes a list of tables, not a table
 --> issues/001-first-things.toml:4:1
  |
4 | [section]
  | ^^^^^^^^^
  |
  = help: write `[[section]]` above each

issue 1: 1 error
exit 3

"#]],
    );
    small(
        "[[section]]\ntitle = \"S\"\nlink = [\"https://example.org\"]\n",
        str![[r#"
error: `link` takes a list of tables, not text
 --> issues/001-first-things.toml:6:9
  |
6 | link = ["https://example.org"]
  |         ^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write `[[section.link]]` above each

issue 1: 1 error
exit 3

"#]],
    );
    small(
        "[outro]\n",
        str![[r#"
error: `text` is missing in `[outro]`
 --> issues/001-first-things.toml:4:1
  |
4 | [outro]
  | ^^^^^^^
  |
  = help: add `text = "…"`

issue 1: 1 error
exit 3

"#]],
    );
}

#[test]
fn prose_has_no_pictures_and_no_strange_links() {
    small(
        "intro = '''\nSee [this](javascript:alert(1)),\n![that](a.png) and [us](/about).\n'''\n",
        str![[r#"
error: `javascript:alert(1)` is not an http or https URL
 --> issues/001-first-things.toml:5:5
  |
5 | See [this](javascript:alert(1)),
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: a letter links to `https://…` and `http://…`

error: a picture in prose
 --> issues/001-first-things.toml:6:1
  |
6 | ![that](a.png) and [us](/about).
  | ^^^^^^^^^^^^^^
  |
  = help: put it in a link's `image`, with an `alt`

error: `/about` is not an http or https URL
 --> issues/001-first-things.toml:6:20
  |
6 | ![that](a.png) and [us](/about).
  |                    ^^^^^^^^^^^^
  |
  = help: write the whole address: `https://…`

issue 1: 3 errors
exit 3

"#]],
    );
}

#[test]
fn slots_are_written_right_and_only_where_they_are_filled() {
    small(
        "intro = 'Hi {subscriber.name}, {subscriber.} {subscriber.x'\n",
        str![[r#"
error: `{subscriber.name}` says nothing for subscribers without a name
 --> issues/001-first-things.toml:4:13
  |
4 | intro = 'Hi {subscriber.name}, {subscriber.} {subscriber.x'
  |             ^^^^^^^^^^^^^^^^^
  |
  = help: add the words for them: `{subscriber.name|friend}`

error: `{subscriber.}` names no column
 --> issues/001-first-things.toml:4:32
  |
4 | intro = 'Hi {subscriber.name}, {subscriber.} {subscriber.x'
  |                                ^^^^^^^^^^^^^
  |
  = help: write `{subscriber.name|friend}`

error: `{subscriber.` is not closed
 --> issues/001-first-things.toml:4:46
  |
4 | intro = 'Hi {subscriber.name}, {subscriber.} {subscriber.x'
  |                                              ^^^^^^^^^^^^^
  |
  = help: write `{subscriber.name|friend}`

issue 1: 3 errors
exit 3

"#]],
    );
    small(
        "preheader = 'Hi {subscriber.name|you}'\n",
        str![[r#"
error: `preheader` is the same for every subscriber
 --> issues/001-first-things.toml:4:17
  |
4 | preheader = 'Hi {subscriber.name|you}'
  |                 ^^^^^^^^^^^^
  |
  = help: `{subscriber.…}` stands in `subject`, `intro`, `text`, `description` and `outro`

issue 1: 1 error
exit 3

"#]],
    );
    small(
        "subject = '{newsleter} for {subscriber.name}, {everyone}'\n",
        str![[r#"
error: no field `{newsleter}`
 --> issues/001-first-things.toml:4:12
  |
4 | subject = '{newsleter} for {subscriber.name}, {everyone}'
  |            ^^^^^^^^^^^
  |
  = help: did you mean `{newsletter}`?

error: `{subscriber.name}` says nothing for subscribers without a name
 --> issues/001-first-things.toml:4:28
  |
4 | subject = '{newsleter} for {subscriber.name}, {everyone}'
  |                            ^^^^^^^^^^^^^^^^^
  |
  = help: add the words for them: `{subscriber.name|friend}`

warning: `{everyone}` is not a field and stays as it is
 --> issues/001-first-things.toml:4:47
  |
4 | subject = '{newsleter} for {subscriber.name}, {everyone}'
  |                                               ^^^^^^^^^^
  |
  = help: the fields are `newsletter`, `number`, `title` and `date`

issue 1: 2 errors, 1 warning
exit 3

"#]],
    );
}

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

error: `Ada ada@example.org` is not an address: a space or control character
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
   = help: add `url = "https://…/{token}"` or `mailto = "…"`, better both

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

no issue checked: 11 errors

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

no issue checked: 2 errors

"#]]
    );
}

#[test]
fn a_secret_is_never_written_in_the_configuration_and_never_shown() {
    config(
        "[smtp]\nhost = \"smtp.example.org\"\nuser = \"ada\"\npassword = \"hunter2\"\n",
        str![[r#"
error: a plain `password` in a file that is shared
  --> newsletter.toml:15:12
   |
15 | password = *********
   |            ^^^^^^^^^
   |
   = help: write `password = { env = "NEWSLETTER_SMTP_PASSWORD" }`, or `{ file = "…" }`

no issue checked: 1 error
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"smtp.example.org\"\nuser = \"ada\"\npassword = hunter2\n",
        str![[r#"
error: not TOML: text without quotes
  --> newsletter.toml:15:12
   |
15 | password = *******
   |            ^^^^^^^
   |
   = help: write `key = "text"`

no issue checked: 1 error
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"smtp.example.org\"\nuser = \"ada\"\npassword = { env = \"A\", file = \"b\" }\n",
        str![[r#"
error: `password` takes one of `env`, `file` and `command`
  --> newsletter.toml:15:12
   |
15 | password = { env = "A", file = "b" }
   |            ^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: write `password = { env = "NEWSLETTER_SMTP_PASSWORD" }`, or `{ file = "…" }`

no issue checked: 1 error
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"smtp.example.org\"\nuser = \"ada\"\npassword = { env = \"not a name\" }\n",
        str![[r#"
error: `not a name` is not the name of an environment variable
  --> newsletter.toml:15:20
   |
15 | password = { env = "not a name" }
   |                    ^^^^^^^^^^^^
   |
   = help: write the variable's name, not its value: `NEWSLETTER_SMTP_PASSWORD`

no issue checked: 1 error
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

no issue checked: 1 error
exit 3

"#]],
    );
}

#[test]
fn a_mail_server_is_protected_and_complete() {
    config(
        "[smtp]\nhost = \"smtp.example.org\"\ntls = \"none\"\n",
        str![[r#"
error: `tls = "none"` to `smtp.example.org`, which is not this machine
  --> newsletter.toml:13:8
   |
13 | host = "smtp.example.org"
   |        ^^^^^^^^^^^^^^^^^^
   |
   = help: write `tls = "starttls"` or `tls = "implicit"`: passwords and letters do not travel in the open

no issue checked: 1 error
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = 2525\n",
        str![[r#"
issue 1: no problems
exit 0

"#]],
    );
    config(
        "[smtp]\nhost = \"192.0.2.1\"\n",
        str![[r#"
error: `192.0.2.1` is an address; certificates are for names
  --> newsletter.toml:13:8
   |
13 | host = "192.0.2.1"
   |        ^^^^^^^^^^^
   |
   = help: write the server's name, or `tls = "none"` if it is this machine

no issue checked: 1 error
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"smtp.example.org\"\nuser = \"ada\"\n",
        str![[r#"
error: `user` without `password`
  --> newsletter.toml:14:8
   |
14 | user = "ada"
   |        ^^^^^
   |
   = help: add `password = { env = "NEWSLETTER_SMTP_PASSWORD" }`

no issue checked: 1 error
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"smtp.example.org\"\npassword = { env = \"A\" }\nmechanism = \"cram\"\n",
        str![[r#"
error: `password` without `user`
  --> newsletter.toml:14:12
   |
14 | password = { env = "A" }
   |            ^^^^^^^^^^^^^
   |
   = help: add `user = "…"`

error: `mechanism` without `user`
  --> newsletter.toml:15:13
   |
15 | mechanism = "cram"
   |             ^^^^^^
   |
   = help: add `user = "…"`

error: `cram` is not a way to log in
  --> newsletter.toml:15:13
   |
15 | mechanism = "cram"
   |             ^^^^^^
   |
   = help: there are `plain`, `login` and `xoauth2`

no issue checked: 3 errors
exit 3

"#]],
    );
    config(
        "[smtp]\nport = 70000\nconnections = 65\nrate = \"fast\"\nper_connection = 0\ntls = \"tls\"\n",
        str![[r#"
error: `host` is missing in `[smtp]`
  --> newsletter.toml:12:1
   |
12 | [smtp]
   | ^^^^^^
   |
   = help: add `host = "smtp.example.org"`

error: `port` is 1 to 65535, not `70000`
  --> newsletter.toml:13:8
   |
13 | port = 70000
   |        ^^^^^

error: `connections` is 1 to 64, not `65`
  --> newsletter.toml:14:15
   |
14 | connections = 65
   |               ^^

error: `fast` is not a rate
  --> newsletter.toml:15:8
   |
15 | rate = "fast"
   |        ^^^^^^
   |
   = help: write how many in a second, minute, hour or day: `10/s`, `30/m`, `500/h`, `2000/d`

error: `per_connection` is 1 or more, not `0`
  --> newsletter.toml:16:18
   |
16 | per_connection = 0
   |                  ^

error: `tls` is not a way to protect a connection
  --> newsletter.toml:17:7
   |
17 | tls = "tls"
   |       ^^^^^
   |
   = help: write `implicit` (port 465), `starttls` (port 587) or `none` (only to this machine)

no issue checked: 6 errors
exit 3

"#]],
    );
    config(
        "[send]\ncourier = \"smtp\"\n",
        str![[r#"
error: `courier` is `smtp`, but there is no `[smtp]`
  --> newsletter.toml:13:11
   |
13 | courier = "smtp"
   |           ^^^^^^
   |
   = help: add `[smtp]` with the `host`, `port` and `user` of your mail server

no issue checked: 1 error
exit 3

"#]],
    );
    config(
        "[send]\ncourier = \"pigeon\"\nretry = [\"5s\", \"soon\"]\ntest_to = [\"ada\"]\nwait = \"1\"\n",
        str![[r#"
error: `pigeon` is not a courier
  --> newsletter.toml:13:11
   |
13 | courier = "pigeon"
   |           ^^^^^^^^
   |
   = help: there are `outbox`, `smtp` and `sendmail`

error: `soon` is not a span of time
  --> newsletter.toml:14:16
   |
14 | retry = ["5s", "soon"]
   |                ^^^^^^
   |
   = help: write a number and `s`, `m`, `h` or `d`: `30s`, `5m`, `48h`; at most `31d`

error: `ada` is not an address: no `@`
  --> newsletter.toml:15:12
   |
15 | test_to = ["ada"]
   |            ^^^^^

error: `1` is not a span of time
  --> newsletter.toml:16:8
   |
16 | wait = "1"
   |        ^^^
   |
   = help: write a number and `s`, `m`, `h` or `d`: `30s`, `5m`, `48h`; at most `31d`

no issue checked: 4 errors
exit 3

"#]],
    );
}

#[test]
fn other_tables_are_read_with_the_same_care() {
    config(
        "[check]\nlink-scheme = \"no\"\n\n[feed]\nitems = -1\n\n[preview]\nport = 0\n\n[build]\nfolder = 1\n",
        str![[r#"
error: `no` is not a level
  --> newsletter.toml:13:15
   |
13 | link-scheme = "no"
   |               ^^^^
   |
   = help: there are `off`, `warn` and `error`

error: `items` is 1 to 1000, not `-1`
  --> newsletter.toml:16:9
   |
16 | items = -1
   |         ^^

error: `port` is 1 to 65535, not `0`
  --> newsletter.toml:19:8
   |
19 | port = 0
   |        ^

error: `folder` takes text in quotes, not a whole number
  --> newsletter.toml:22:10
   |
22 | folder = 1
   |          ^

no issue checked: 4 errors
exit 3

"#]],
    );
}

#[test]
fn check_answers_in_json_and_as_annotations() {
    let project = Project::new().file("issues/001-first-things.toml", "number = 1\ntitle = \"T\"\ndate = 5\n");
    let output = project.run(["check", "--json", "1"]);
    assert_data_eq!(
        output.stdout,
        str![[r#"
{
  "checked": [
    1
  ],
  "errors": 1,
  "problems": [
    {
      "column": 8,
      "file": "issues/001-first-things.toml",
      "help": null,
      "line": 3,
      "message": "`date` takes a day such as `2026-11-24`, not a whole number",
      "rule": null,
      "severity": "error"
    }
  ],
  "warnings": 0
}

"#]]
    );
    assert_eq!((output.code, output.stderr.as_str()), (3, ""));
    let output = project.run(["check", "--github"]);
    assert_data_eq!(
        output.stdout,
        str![[r#"
::error file=issues/001-first-things.toml,line=3,col=8::`date` takes a day such as `2026-11-24`, not a whole number

"#]]
    );
    assert_eq!((output.code, output.stderr.as_str()), (3, "issue 1: 1 error\n"));
}

#[test]
fn an_issue_that_is_not_there_says_what_is() {
    let output = Project::new().run(["check", "2"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: no issue `2`
help: the newest is 1; `newsletter new 2` makes it

no issue checked: 1 error

"#]]
    );
    let output = Project::empty().run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: no `newsletter.toml` in `.` or a folder above it
help: `newsletter init` makes a new newsletter

no issue checked: 1 error

"#]]
    );
    assert_eq!(output.code, 3);
}

#[test]
fn bad_rows_of_the_list_are_problems_of_the_newsletter() {
    let output = Project::new().subscribers(["ada@example.org", "nobody"]).run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: `nobody` is not an address: no `@`
 --> subscribers.csv:3:1
  |
3 | nobody
  | ^^^^^^

issue 1: 1 error

"#]]
    );
    assert_eq!(output.code, 3);
}
