//! Tests problems of an issue's text.

use snapbox::str;

use super::{issue, small};

#[test]
fn dates_are_days() {
    issue(
        "number = 1\ntitle = \"T\"\ndate = \"2026-02-30\"\n",
        str![[r#"
error: `"2026-02-30"` is not a date
 --> issues/001-first-things.toml:3:8
  |
3 | date = "2026-02-30"
  |        ^^^^^^^^^^^^
  |
  = help: there is no day 30: February 2026 has 28 days

issue 1: 1 error
exit 3

"#]],
    );
    issue(
        "number = 1\ntitle = \"T\"\ndate = 2026-11-20T10:00:00\n",
        str![[r#"
error: `2026-11-20T10:00:00` has no offset from UTC
 --> issues/001-first-things.toml:3:8
  |
3 | date = 2026-11-20T10:00:00
  |        ^^^^^^^^^^^^^^^^^^^
  |
  = help: write `2026-11-24T18:00:00+01:00`, or `Z` at the end for UTC

issue 1: 1 error
exit 3

"#]],
    );
    issue(
        "number = 1\ntitle = \"T\"\ndate = 0000-01-01\n",
        str![[r#"
error: `0000-01-01` is not a date
 --> issues/001-first-things.toml:3:8
  |
3 | date = 0000-01-01
  |        ^^^^^^^^^^
  |
  = help: write year, month and day: `2026-11-24`

issue 1: 1 error
exit 3

"#]],
    );
    issue(
        "number = 1\ntitle = \"T\"\ndate = 20\n",
        str![[r#"
error: `date` must be a date such as `2026-11-24`, not a whole number
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
error: `number` must be 1 or more, not `0`
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
error: invalid TOML: a number with a leading zero
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
  = help: links must start with `https://` or `http://`

error: a picture in a sentence
 --> issues/001-first-things.toml:6:1
  |
6 | ![that](a.png) and [us](/about).
  | ^^^^^^^^^^^^^^
  |
  = help: put it in a paragraph of its own, with blank lines around it

error: `/about` is not an http or https URL
 --> issues/001-first-things.toml:6:20
  |
6 | ![that](a.png) and [us](/about).
  |                    ^^^^^^^^^^^^
  |
  = help: write the full URL: `https://…`

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
error: `{subscriber.name}` has no text for subscribers without a name
 --> issues/001-first-things.toml:4:13
  |
4 | intro = 'Hi {subscriber.name}, {subscriber.} {subscriber.x'
  |             ^^^^^^^^^^^^^^^^^
  |
  = help: add a fallback: `{subscriber.name|friend}`

error: `{subscriber.}` does not name a column
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
  = help: `{subscriber.…}` is allowed in `subject`, `intro`, `text`, `description` and `outro`

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

error: `{subscriber.name}` has no text for subscribers without a name
 --> issues/001-first-things.toml:4:28
  |
4 | subject = '{newsleter} for {subscriber.name}, {everyone}'
  |                            ^^^^^^^^^^^^^^^^^
  |
  = help: add a fallback: `{subscriber.name|friend}`

warning: `{everyone}` is not a field and is left as is
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
fn a_link_outside_a_section_is_told_where_links_stand() {
    small(
        "[[link]]\nurl = \"https://example.org\"\ntitle = \"L\"\n",
        str![[r#"
error: unknown key `link`
 --> issues/001-first-things.toml:4:3
  |
4 | [[link]]
  |   ^^^^
  |
  = help: links belong in sections: write `[[section]]` with its `title`, then `[[section.link]]`

issue 1: 1 error
exit 3

"#]],
    );
}
