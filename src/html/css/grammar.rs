//! Reads the value definition syntax (CSS Values 4, section 2), in which the standards write what a property accepts.

/// A part of a syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Grammar {
    /// A word.
    Keyword(String),
    /// A comma, a slash or a bracket.
    Sign(char),
    /// `<length>`: a type, or a function with its parentheses.
    Type(String),
    /// `<'margin-top'>`: what that property accepts.
    Property(String),
    /// A function and what is between its parentheses.
    Function(String, Box<Grammar>),
    /// One after the other.
    Sequence(Vec<Grammar>),
    /// `&&`: all, in any order.
    All(Vec<Grammar>),
    /// `||`: at least one, in any order.
    Some(Vec<Grammar>),
    /// `|`: exactly one.
    One(Vec<Grammar>),
    /// Several times, with a comma between two or not.
    Repeated {
        /// The repeated value.
        part: Box<Grammar>,
        /// How often at least.
        least: usize,
        /// How often at most.
        most: usize,
        /// Whether a comma separates.
        has_commas: bool,
    },
}

/// The most repetitions that are tried of what may be repeated without a limit.
const ENDLESS: usize = 64;

/// Reads a syntax; `None` if it has a form that is not known here.
pub(super) fn parse(syntax: &str) -> Option<Grammar> {
    let mut reader = Reader { rest: syntax };
    let grammar = reader.alternatives()?;
    reader.skip_space();
    reader.rest.is_empty().then_some(grammar)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// `|`, the weakest combinator.
    fn alternatives(&mut self) -> Option<Grammar> {
        let mut parts = vec![self.options()?];
        while self.peek_single_bar() {
            self.rest = &self.rest[1..];
            parts.push(self.options()?);
        }
        Some(single_or(parts, Grammar::One))
    }

    /// `||`
    fn options(&mut self) -> Option<Grammar> {
        let mut parts = vec![self.conjunction()?];
        while self.take("||") {
            parts.push(self.conjunction()?);
        }
        Some(single_or(parts, Grammar::Some))
    }

    /// `&&`
    fn conjunction(&mut self) -> Option<Grammar> {
        let mut parts = vec![self.sequence()?];
        while self.take("&&") {
            parts.push(self.sequence()?);
        }
        Some(single_or(parts, Grammar::All))
    }

    /// One after the other, the strongest combinator.
    fn sequence(&mut self) -> Option<Grammar> {
        let mut parts = Vec::new();
        loop {
            self.skip_space();
            if self.rest.is_empty() || self.rest.starts_with(['|', ']', ')']) || self.rest.starts_with("&&") {
                break;
            }
            parts.push(self.repeated()?);
        }
        (!parts.is_empty()).then(|| single_or(parts, Grammar::Sequence))
    }

    fn repeated(&mut self) -> Option<Grammar> {
        let mut part = self.part()?;
        loop {
            let (least, most, has_commas) = match self.rest.chars().next() {
                Some('?') => (0, 1, false),
                Some('*') => (0, ENDLESS, false),
                Some('+') => (1, ENDLESS, false),
                Some('#') => (1, ENDLESS, true),
                Some('{') => {
                    let (least, most) = self.range()?;
                    part = Grammar::Repeated { part: part.into(), least, most, has_commas: false };
                    continue;
                }
                // The group must not be empty, which no caller has to know.
                Some('!') => {
                    self.rest = &self.rest[1..];
                    continue;
                }
                _ => return Some(part),
            };
            self.rest = &self.rest[1..];
            let (least, most) = if has_commas && self.rest.starts_with('{') { self.range()? } else { (least, most) };
            part = Grammar::Repeated { part: part.into(), least, most, has_commas };
        }
    }

    /// `{2}`, `{1,4}`, `{2,}`
    fn range(&mut self) -> Option<(usize, usize)> {
        let (inside, rest) = self.rest.strip_prefix('{')?.split_once('}')?;
        self.rest = rest;
        let (least, most) = inside.split_once(',').unwrap_or((inside, inside));
        let least = least.trim().parse().ok()?;
        Some((least, if most.trim().is_empty() { ENDLESS } else { most.trim().parse().ok()? }))
    }

    fn part(&mut self) -> Option<Grammar> {
        let first = self.rest.chars().next()?;
        match first {
            '[' => {
                self.rest = &self.rest[1..];
                let inside = self.alternatives()?;
                self.take("]").then_some(inside)
            }
            '<' => {
                let (name, rest) = self.rest[1..].split_once('>')?;
                self.rest = rest;
                // A range as in `<length [0,∞]>` is not checked.
                let name = name.split('[').next().unwrap_or(name).trim();
                Some(match name.strip_prefix('\'') {
                    Some(property) => Grammar::Property(property.trim_end_matches('\'').to_owned()),
                    None => Grammar::Type(name.to_owned()),
                })
            }
            '\'' => {
                let (sign, rest) = self.rest[1..].split_once('\'')?;
                self.rest = rest;
                sign.chars().next().map(Grammar::Sign)
            }
            ',' | '/' | ':' | '=' | '@' => {
                self.rest = &self.rest[1..];
                Some(Grammar::Sign(first))
            }
            _ => self.word(),
        }
    }

    /// A keyword, or a function.
    fn word(&mut self) -> Option<Grammar> {
        let is_end = |character: char| !(character.is_ascii_alphanumeric() || "-_".contains(character));
        let (word, rest) = self.rest.split_at(self.rest.find(is_end).unwrap_or(self.rest.len()));
        if word.is_empty() {
            return None;
        }
        self.rest = rest;
        let word = word.to_ascii_lowercase();
        if !self.rest.starts_with('(') {
            return Some(Grammar::Keyword(word));
        }
        self.rest = &self.rest[1..];
        self.skip_space();
        let inside = if self.rest.starts_with(')') { Grammar::Sequence(Vec::new()) } else { self.alternatives()? };
        self.take(")").then(|| Grammar::Function(word, inside.into()))
    }

    fn peek_single_bar(&mut self) -> bool {
        self.skip_space();
        self.rest.starts_with('|') && !self.rest.starts_with("||")
    }

    fn take(&mut self, sign: &str) -> bool {
        self.skip_space();
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

fn single_or(mut parts: Vec<Grammar>, many: impl Fn(Vec<Grammar>) -> Grammar) -> Grammar {
    if parts.len() == 1 { parts.remove(0) } else { many(parts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinators_bind_as_the_standard_says() {
        let word = |name: &str| Grammar::Keyword(name.to_owned());
        let expected = Grammar::One(vec![
            Grammar::Sequence(vec![word("a"), word("b")]),
            Grammar::Some(vec![word("c"), Grammar::All(vec![word("d"), word("e")])]),
        ]);
        assert_eq!(parse("a b | c || d && e"), Some(expected));
        let expected = Grammar::Sequence(vec![
            Grammar::Repeated { part: Grammar::Type("length".to_owned()).into(), least: 1, most: 4, has_commas: false },
            Grammar::Sign(','),
            Grammar::Function("fit".to_owned(), Grammar::Property("width".to_owned()).into()),
        ]);
        assert_eq!(parse("<length [0,∞]>{1,4} , fit( <'width'> )"), Some(expected));
    }
}
