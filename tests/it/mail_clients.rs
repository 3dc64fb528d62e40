//! Opens letters in Thunderbird and Claws Mail, and judges the pictures that `scripts/mail-clients` takes of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use newsletter::templates;

use crate::message_judges::{rendered, sample};

const FLAG: Colour = [0xb7, 0x41, 0x0e];
const DEEP: Colour = [0x70, 0x2e, 0x14];
const INK: Colour = [0x1c, 0x1f, 0x24];
const INK_DARK: Colour = [0xeb, 0xe8, 0xe2];
const TINT: Colour = [0xf6, 0xf3, 0xee];
const TINT_DARK: Colour = [0x20, 0x23, 0x2a];
/// The words of a message without colours, in the dark theme of Thunderbird.
const THUNDERBIRD_DARK: Colour = [0xee, 0xee, 0xf0];

type Colour = [u8; 3];

/// The last link of the letter: issue 42 has none that was paid for.
const SPONSORED: &str = r#"
[[section.link]]
url         = "https://example.org/clocks"
title       = "A clock that is always right, twice a day"
author      = "Clocks & Sons"
button      = "Wind one up"
sponsored   = true
description = "Paid for by somebody who makes clocks. It has been right since it was made, and it is right again tonight."

[outro]
"#;

#[test]
#[ignore = "needs Thunderbird and Claws Mail; ./check runs it"]
fn real_clients_show_the_flag_the_lead_the_sections_and_what_is_sponsored() {
    let project = sample();
    let issue = "issues/042-what-survives-a-retry.toml";
    project.write(issue, project.read(issue).replace("\n[outro]\n", SPONSORED));
    let letter_42 = rendered(&project, "42", "--eml");
    // What must not be: a ground and the colour of its words on one element.
    project.write("templates/letter.css", format!("{}\n.flag {{ color: #ffffff }}\n", templates::mail::letter::CSS));
    let mixed = rendered(&project, "42", "--eml");
    let colours = include_str!("../fixtures/thunderbird/letter.html");
    let headers = "From: <ada@example.org>\nTo: <mina@example.net>\nSubject: Colours\nMIME-Version: 1.0\n\
                   Content-Type: text/html; charset=utf-8\n\n";
    let colours = format!("{headers}{colours}").into_bytes();
    let out = pictures(&[("42", letter_42), ("mixed", mixed), ("colours", colours)]);

    let light = [Part::area("the tint of what is sponsored", TINT), Part::upright("its button", INK)];
    // The tint goes; the border in its colour is left, above and below.
    let framed = Part::line("the border of what is sponsored", TINT);
    let dark = [framed, Part::upright("its button", THUNDERBIRD_DARK), framed];
    // litehtml applies the rules for the dark whatever the theme is.
    let claws = [Part::area("the tint of what is sponsored", TINT_DARK), Part::upright("its button", INK_DARK)];
    let missing: Vec<String> = [("thunderbird-light", &light[..]), ("thunderbird-dark", &dark), ("claws-mail", &claws)]
        .into_iter()
        .filter_map(|(client, sponsored)| {
            let path = out.join(format!("42-{client}.png"));
            let lost = Picture::read(&path).first_missing(&letter(sponsored))?;
            Some(format!("{lost} is not in {}", path.display()))
        })
        .collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));

    let mixed = Picture::read(&out.join("mixed-thunderbird-dark.png")).first_missing(&letter(&dark));
    assert_eq!(mixed, Some("the name"));

    let drawn = fs::read_to_string(out.join("colours-thunderbird-dark.json")).unwrap();
    let simulated = include_str!("../fixtures/thunderbird/dark.json");
    assert_eq!(drawn, simulated, "src/clients/thunderbird_dark.rs is of another Thunderbird than the one installed");
}

#[test]
fn every_accent_can_be_read_where_a_client_inverts_the_colours() {
    let project = sample();
    let issue = "issues/042-what-survives-a-retry.toml";
    project.write(issue, project.read(issue).replace("\n[outro]\n", SPONSORED));
    let settings = project.read("newsletter.toml");
    // Steps of a golden ratio visit all parts of the colours.
    for accent in (1..=40_u64).map(|step| step * 0x9e_3779_b97f % 0x0100_0000) {
        project.write("newsletter.toml", settings.replace("#b7410e", &format!("#{accent:06x}")));
        let found = project.run(["check", "42", "--json"]).stdout;
        assert!(!found.contains("contrast"), "{accent:06x}: {found}");
    }
}

#[test]
fn every_flag_can_be_read_in_the_dark_theme_of_thunderbird() {
    let project = sample();
    let issue = "issues/042-what-survives-a-retry.toml";
    project.write(issue, project.read(issue).replace("\n[outro]\n", SPONSORED));
    let settings = project.read("newsletter.toml");
    let display = |style_sheet: &str, accent: &str| {
        project.write("templates/letter.css", style_sheet);
        project.write("newsletter.toml", settings.replace("#b7410e", accent));
        let found = project.run(["check", "42", "--json"]).stdout;
        found.contains("client-display")
    };
    let own = templates::mail::letter::CSS;
    // White words; dark words on a ground that stays, that is too bright, that is too close to them.
    for accent in ["#b7410e", "#1f6f54", "#000000", "#ff9f1c", "#2ec4b6", "#ffd400", "#ffffff", "#ff4040"] {
        assert!(!display(own, accent), "{accent}");
    }
    assert!(display(&own.replace(".bright", ".other"), "#ff9f1c"), "dark words go, and their ground stays");
    assert!(display(&format!("{own}.flag {{ color: #ffffff }}"), "#b7410e"), "the ground goes");
}

/// Takes pictures of `messages`, each with its name, and returns their folder, which stays to be looked at.
fn pictures(messages: &[(&str, Vec<u8>)]) -> PathBuf {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mail-clients");
    fs::create_dir_all(&out).unwrap();
    let files = messages.iter().map(|(name, message)| {
        let path = out.join(format!("{name}.eml"));
        fs::write(&path, message).unwrap();
        path
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/mail-clients");
    let taken = Command::new(script).arg(&out).args(files).output().unwrap();
    assert!(taken.status.success(), "{}; run ./check", String::from_utf8_lossy(&taken.stderr));
    out
}

/// The parts of the letter from top to bottom; `sponsored` are those of the block that was paid for.
fn letter(sponsored: &[Part]) -> Vec<Part> {
    let mut parts = vec![
        Part::line("the bar", FLAG),
        Part::plate("the number", DEEP, 40),
        Part::plate("the plate of the lead", FLAG, 20),
    ];
    for _ in 0..3 {
        parts.extend([Part::line("the line of a section", FLAG), Part::plate("its plate", FLAG, 20)]);
    }
    parts.extend(sponsored);
    parts.extend([
        Part::line("the bar of the invitation", FLAG),
        Part::plate("its plate", FLAG, 20),
        Part::plate("its button", FLAG, 40),
    ]);
    // The name is beside the number.
    parts.insert(1, Part { is_beside_next: true, ..Part::plate("the name", FLAG, 40) });
    parts
}

/// A part of a letter, as one sees it from afar.
#[derive(Clone, Copy)]
struct Part {
    name: &'static str,
    colour: Colour,
    shape: Shape,
    /// Whether the next part ends as low.
    is_beside_next: bool,
}

#[derive(Clone, Copy)]
enum Shape {
    /// An unbroken line across the text.
    Line,
    /// Rows with enough of the colour, and no line.
    Plate { rows: usize },
    /// Many rows with much of the colour.
    Area,
    /// An unbroken upright line, higher than any letter.
    Upright,
}

impl Part {
    fn new(name: &'static str, colour: Colour, shape: Shape) -> Self {
        Self { name, colour, shape, is_beside_next: false }
    }

    fn line(name: &'static str, colour: Colour) -> Self {
        Self::new(name, colour, Shape::Line)
    }

    fn plate(name: &'static str, colour: Colour, rows: usize) -> Self {
        Self::new(name, colour, Shape::Plate { rows })
    }

    fn area(name: &'static str, colour: Colour) -> Self {
        Self::new(name, colour, Shape::Area)
    }

    fn upright(name: &'static str, colour: Colour) -> Self {
        Self::new(name, colour, Shape::Upright)
    }

    /// Returns the number of the row below the part, which is searched for from row `from`.
    fn find(self, picture: &Picture, from: usize) -> Option<usize> {
        let is = |pixel: &Colour| pixel.iter().zip(self.colour).all(|(one, other)| one.abs_diff(other) <= 3);
        let count = |row: &[Colour]| row.iter().filter(|pixel| is(pixel)).count();
        let is_line =
            |row: &[Colour]| row.chunk_by(|one, next| is(one) == is(next)).any(|run| is(&run[0]) && run.len() > 540);
        match self.shape {
            Shape::Line => picture.rows_where(from, 1, is_line),
            Shape::Plate { rows } => {
                picture.rows_where(from, rows, |row| (30..540).contains(&count(row)) && !is_line(row))
            }
            Shape::Area => picture.first_rows_where(from, 60, |row| count(row) > 250),
            Shape::Upright => {
                let upright = |x: usize| picture.rows_where(from, 40, |row| is(&row[x]));
                (0..picture.width).filter_map(upright).min()
            }
        }
    }
}

struct Picture {
    width: usize,
    pixels: Vec<Colour>,
}

impl Picture {
    fn read(path: &Path) -> Self {
        let file = std::io::BufReader::new(fs::File::open(path).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let width = reader.next_frame(&mut bytes).unwrap().width;
        let pixels = bytes.chunks_exact(3).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        Self { width: width.try_into().unwrap(), pixels }
    }

    /// Returns the number of the row below the first `least` or more rows in succession with a property, from row `from`.
    fn rows_where(&self, from: usize, least: usize, has: impl Fn(&[Colour]) -> bool) -> Option<usize> {
        let mut found = 0;
        for (number, row) in self.pixels.chunks_exact(self.width).enumerate().skip(from) {
            if has(row) {
                found += 1;
            } else if found >= least {
                return Some(number);
            } else {
                found = 0;
            }
        }
        None
    }

    /// Returns the number of the row below the first `count` rows in succession with a property, from row `from`. What is in
    /// the area may be in the rows that follow.
    fn first_rows_where(&self, from: usize, count: usize, has: impl Fn(&[Colour]) -> bool) -> Option<usize> {
        let mut found = 0;
        for (number, row) in self.pixels.chunks_exact(self.width).enumerate().skip(from) {
            found = if has(row) { found + 1 } else { 0 };
            if found == count {
                return Some(number + 1);
            }
        }
        None
    }

    /// Returns the name of the first of `parts` that is not there, each below the one before it.
    fn first_missing(&self, parts: &[Part]) -> Option<&'static str> {
        let mut from = 0;
        let mut beside: Option<(&'static str, usize)> = None;
        for part in parts {
            let Some(below) = part.find(self, from) else { return Some(part.name) };
            if let Some((name, _)) = beside.filter(|(_, other)| other.abs_diff(below) > 4) {
                return Some(name);
            }
            beside = part.is_beside_next.then_some((part.name, below));
            if !part.is_beside_next {
                from = below;
            }
        }
        None
    }
}
