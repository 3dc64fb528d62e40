//! Tests problems of sections, links and their pictures.

use snapbox::str;

use super::{link, link_to, small};

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
  = help: links must start with `https://` or `http://`

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
error: the URL contains a space
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
error: the URL contains a user name or password
 --> issues/001-first-things.toml:8:7
  |
8 | url = "https://ada:secret@example.org/"
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: remove the part before the `@`

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

error: `reading_time` must be from 1 to 1440, not `0`
  --> issues/001-first-things.toml:10:16
   |
10 | reading_time = 0
   |                ^

error: an item of `tags` must be text in quotes, not a whole number
  --> issues/001-first-things.toml:11:14
   |
11 | tags = ["a", 1, ""]
   |              ^

error: an item of `tags` is empty
  --> issues/001-first-things.toml:11:17
   |
11 | tags = ["a", 1, ""]
   |                 ^^

error: `sponsored` must be `true` or `false`, not text
  --> issues/001-first-things.toml:12:13
   |
12 | sponsored = "yes"
   |             ^^^^^

error: `author` must be text in quotes, not a whole number
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
   = help: the text about a link is its `description`

error: unknown key `foo`
  --> issues/001-first-things.toml:15:1
   |
15 | foo = 1
   | ^^^
   |
   = help: `[[section.link]]` accepts `url`, `title`, `kind`, `facts`, `author`, `source`, `reading_time`, `tags`, `sponsored`, `lead`, `button`, `image`, `alt`, `description` and `allow`

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
  = help: paths are relative to `issues/`

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
  = help: put it in `issues/img/` and write `image = "img/name.png"`

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
  = help: write `https://example.org/a.png` if the server supports it

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
error: `section` must be a list of tables, not a whole number
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
error: `section` must be a list of tables, not a table
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
error: `link` must be a list of tables, not text
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
