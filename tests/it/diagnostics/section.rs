//! Tests problems of sections and their parts, titles, lists and quotations.

use snapbox::str;

use super::small;

#[test]
fn a_title_takes_code_and_emphasis_and_only_that_of_a_section_is_a_link() {
    small(
        r#"
[[section]]
title = "Part [link](https://example.org)"
[[section.part]]
title = "[Mail](mailto:a@example.org)"
[[section.part.link]]
url = "https://example.org/a"
title = "[Title](https://example.org/b)"
[[section.part.link]]
url = "https://example.org/c"
title = "Why __init__ and `__repr__` are **bold**"
"#,
        str![[r#"
error: a link in a part of the `title`
 --> issues/001-first-things.toml:6:9
  |
6 | title = "Part [link](https://example.org)"
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: make all of it one link: `title = "[Title](https://…)"`

error: `mailto:a@example.org` is not an http or https URL
 --> issues/001-first-things.toml:8:9
  |
8 | title = "[Mail](mailto:a@example.org)"
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write `[words](mailto:a@example.org)` in a text; a link with it in its `description` needs no `url`

error: a link in the `title` of a link
  --> issues/001-first-things.toml:11:9
   |
11 | title = "[Title](https://example.org/b)"
   |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: write the words as `title` and the address as `url`

warning: `__init__` became bold, and its underscores are gone
  --> issues/001-first-things.toml:14:14
   |
14 | title = "Why __init__ and `__repr__` are **bold**"
   |              ^^^^^^^^
   |
   = help: write a name in backticks, and bold words as `**init**`

issue 1: 3 errors, 1 warning
exit 3

"#]],
    );
}

#[test]
fn a_section_without_anything_in_it_is_an_error_and_so_is_such_a_part() {
    small(
        "[[section]]\n[[section]]\ntitle = \"S\"\n[[section.part]]\ntext = \"\"\n",
        str![[r#"
error: an empty section
 --> issues/001-first-things.toml:4:1
  |
4 | [[section]]
  | ^^^^^^^^^^^
  |
  = help: add a `title`, `text`, `list` or `[[section.link]]`

error: an empty part
 --> issues/001-first-things.toml:7:1
  |
7 | [[section.part]]
  | ^^^^^^^^^^^^^^^^
  |
  = help: add a `title`, `text`, `list` or `[[section.part.link]]`

issue 1: 2 errors
exit 3

"#]],
    );
}

#[test]
fn a_link_without_url_needs_a_link_in_its_words() {
    small(
        r#"
[[section]]
[[section.link]]
title = "A title"
description = "Words."
[[section.link]]
title = "Another"
description = "[Words](https://example.org/words)."
text = "After."
"#,
        str![[r#"
error: `url` is missing in `[[section.link]]`
 --> issues/001-first-things.toml:6:1
  |
6 | [[section.link]]
  | ^^^^^^^^^^^^^^^^
  |
  = help: add `url = "https://…"`

error: unknown key `text`
  --> issues/001-first-things.toml:12:1
   |
12 | text = "After."
   | ^^^^
   |
   = help: the text about a link is its `description`; `text` after links belongs in a `[[section.part]]`

issue 1: 2 errors
exit 3

"#]],
    );
}

#[test]
fn an_item_of_a_list_that_is_no_link_is_reported_at_its_column() {
    small(
        r#"
[[section]]
list = """
* [A title](https://example.org/a)
* A caf\u00e9 and [a link](https://example.org/b)
## Europe
* [A typo](hhttps://example.org/c)
"""
"#,
        str![[r#"
error: this item of the `list` does not begin with a link
 --> issues/001-first-things.toml:8:3
  |
8 | * A caf\u00e9 and [a link](https://example.org/b)
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write `* [Title](https://…)`; a list of anything else belongs in `text`

error: this line of the `list` belongs to no item
 --> issues/001-first-things.toml:9:1
  |
9 | ## Europe
  | ^^^^^^^^^
  |
  = help: write a `[[section.part]]` with a `title` and a `list` of its own

error: `hhttps://example.org/c` is not an http or https URL
  --> issues/001-first-things.toml:10:3
   |
10 | * [A typo](hhttps://example.org/c)
   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: did you mean `https://example.org/c`?

issue 1: 3 errors
exit 3

"#]],
    );
}

#[test]
fn a_quotation_has_words_and_names_a_person() {
    small(
        r#"
[[section]]
[[section.quote]]
text = ""
author = "Ada"
[[section.quote]]
by = "Ada"
url = "example.org"
"#,
        str![[r#"
error: `text` is empty
 --> issues/001-first-things.toml:7:8
  |
7 | text = ""
  |        ^^

error: unknown key `author`
 --> issues/001-first-things.toml:8:1
  |
8 | author = "Ada"
  | ^^^^^^
  |
  = help: the person who said it is `by`

error: `text` is missing in `[[section.quote]]`
 --> issues/001-first-things.toml:9:1
  |
9 | [[section.quote]]
  | ^^^^^^^^^^^^^^^^^
  |
  = help: add `text = "…"`

error: `example.org` is not an http or https URL
  --> issues/001-first-things.toml:11:7
   |
11 | url = "example.org"
   |       ^^^^^^^^^^^^^
   |
   = help: did you mean `https://example.org`?

issue 1: 4 errors
exit 3

"#]],
    );
}

#[test]
fn what_belongs_to_a_section_is_sent_there() {
    small(
        "list = \"* [a](https://example.org)\"\n",
        str![[r#"
error: unknown key `list`
 --> issues/001-first-things.toml:4:1
  |
4 | list = "* [a](https://example.org)"
  | ^^^^
  |
  = help: `list` belongs below `[[section]]`

issue 1: 1 error
exit 3

"#]],
    );
}

#[test]
fn what_an_issue_or_a_link_allows_is_not_reported_there() {
    let other = "[[section.link]]\nurl = \"https://crates.io\"\ntitle = \"Another page\"\n";
    let link = |title: &str, allow: &str| {
        format!("[[section.link]]\nurl = \"https://rust-lang.org\"\ntitle = \"{title}\"\n{allow}")
    };
    let links = [
        link("A first one", ""),
        link("Another", "allow = [\"link-duplicate\"]\n"),
        link("One more", "allow = [\"link-dup\", \"link-duplicat\"]\n"),
        link("The last", "allow = [\"list-sorted\"]\n"),
    ];
    small(
        &format!("[[section]]\n{other}{}", links.concat()),
        str![[r#"
warning: the rule `link-dup` is now called `link-duplicate`
  --> issues/001-first-things.toml:18:10
   |
18 | allow = ["link-dup", "link-duplicat"]
   |          ^^^^^^^^^^
   |
   = help: write `link-duplicate`

error: there is no rule `link-duplicat`
  --> issues/001-first-things.toml:18:22
   |
18 | allow = ["link-dup", "link-duplicat"]
   |                      ^^^^^^^^^^^^^^^
   |
   = help: did you mean `link-duplicate`?

warning[link-duplicate]: `https://rust-lang.org/` is in this issue twice, first as `A first one`
  --> issues/001-first-things.toml:20:7
   |
20 | url = "https://rust-lang.org"
   |       ^^^^^^^^^^^^^^^^^^^^^^^

error: there is no rule `list-sorted`
  --> issues/001-first-things.toml:22:10
   |
22 | allow = ["list-sorted"]
   |          ^^^^^^^^^^^^^
   |
   = help: `newsletter check --explain list` lists all rules

issue 1: 2 errors, 2 warnings
exit 3

"#]],
    );
    let links = [link("A first one", ""), link("Another", "")];
    small(
        &format!("allow = [\"link-duplicate\"]\n[[section]]\n{other}{}", links.concat()),
        str![[r#"
issue 1: no problems
exit 0

"#]],
    );
    small(
        "allow = \"link-duplicate\"\n[[section]]\ntitle = \"S\"\n",
        str![[r#"
error: `allow` must be a list, not text
 --> issues/001-first-things.toml:4:9
  |
4 | allow = "link-duplicate"
  |         ^^^^^^^^^^^^^^^^

issue 1: 1 error
exit 3

"#]],
    );
}
