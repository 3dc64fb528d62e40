//! Tests problems of the lead, of buttons of sponsors, and of the styles of sections.

use snapbox::str;

use super::small;

#[test]
fn one_link_leads_and_only_sponsors_have_buttons() {
    small(
        r#"
[[section]]
title = "Reads"
style = "short"
[[section.link]]
url = "https://example.org/a"
title = "A"
lead = true
[[section.link]]
url = "https://example.org/b"
title = "B"
lead = true
button = "Read it"
[[section.link]]
url = "https://example.org/c"
title = "C"
lead = true
sponsored = true
"#,
        str![[r#"
error: `short` is not a style of a section
 --> issues/001-first-things.toml:7:9
  |
7 | style = "short"
  |         ^^^^^^^
  |
  = help: write `style = "brief"` to show each link in a line and a sentence, or delete it

error: a second lead
  --> issues/001-first-things.toml:15:8
   |
15 | lead = true
   |        ^^^^
   |
   = help: delete `lead = true` from one of the links

error: `button` without `sponsored = true`
  --> issues/001-first-things.toml:16:10
   |
16 | button = "Read it"
   |          ^^^^^^^^^
   |
   = help: delete it: the title of a link is what readers click

error: a sponsored link cannot be the lead
  --> issues/001-first-things.toml:20:8
   |
20 | lead = true
   |        ^^^^
   |
   = help: delete `lead`

error: a second lead
  --> issues/001-first-things.toml:20:8
   |
20 | lead = true
   |        ^^^^
   |
   = help: delete `lead = true` from one of the links

issue 1: 5 errors
exit 3

"#]],
    );
}
