//! Splits CSS into statements, so that one can be changed and every other byte stays the same.

use cssparser::Token;

use super::tokens::{closes_block, opens_block, tokens};

/// A piece of CSS; all pieces of a text joined are the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statement<'a> {
    /// The selectors or the at-rule before a block, its `{` included.
    Prelude(&'a str),
    /// Anything else, up to its `;` or `}` or the end: a declaration, an at-rule without a block, or white space.
    Declaration(&'a str),
}

impl<'a> Statement<'a> {
    /// Returns it as written.
    pub(crate) fn as_str(&self) -> &'a str {
        match self {
            Self::Prelude(text) | Self::Declaration(text) => text,
        }
    }

    /// Returns the statement of the same kind with this `text`.
    pub(crate) fn with_text(self, text: &str) -> Statement<'_> {
        self.kind().with(text)
    }

    fn kind(self) -> StatementKind {
        match self {
            Self::Prelude(_) => StatementKind::Prelude,
            Self::Declaration(_) => StatementKind::Declaration,
        }
    }
}

/// Returns the statements of a style sheet or of a `style` attribute.
pub(crate) fn statements(css: &str) -> Vec<Statement<'_>> {
    let (mut statements, mut start, mut ends) = (Vec::new(), 0, StatementEnds::default());
    for (token, range) in tokens(css) {
        if let Some(kind) = ends.ended_by(&token) {
            statements.push(kind.with(&css[start..range.end]));
            start = range.end;
        }
    }
    if start < css.len() {
        statements.push(Statement::Declaration(&css[start..]));
    }
    statements
}

/// Finds the ends of statements, token by token.
#[derive(Debug, Default)]
pub(crate) struct StatementEnds {
    /// How many parentheses and square brackets are open in this statement.
    depth: usize,
}

/// The kind of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatementKind {
    Prelude,
    Declaration,
}

impl StatementKind {
    /// Returns the statement with this `text`.
    fn with(self, text: &str) -> Statement<'_> {
        match self {
            Self::Prelude => Statement::Prelude(text),
            Self::Declaration => Statement::Declaration(text),
        }
    }
}

impl StatementEnds {
    /// Returns the kind of the statement that `token`, the next one, ends, if it ends one.
    pub(crate) fn ended_by(&mut self, token: &Token<'_>) -> Option<StatementKind> {
        let ended = match token {
            Token::CurlyBracketBlock => Some(StatementKind::Prelude),
            Token::CloseCurlyBracket => Some(StatementKind::Declaration),
            Token::Semicolon if self.depth == 0 => Some(StatementKind::Declaration),
            _ => None,
        };
        if ended.is_some() {
            self.depth = 0;
        } else if opens_block(token) {
            self.depth += 1;
        } else if closes_block(token) {
            self.depth = self.depth.saturating_sub(1);
        }
        ended
    }
}

/// A style sheet with its statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SplitStyleSheet {
    css: String,
    /// Where each statement ends. What follows the last is a declaration.
    ends: Vec<(usize, StatementKind)>,
}

impl SplitStyleSheet {
    /// Returns its text.
    pub(crate) fn css(&self) -> &str {
        &self.css
    }

    /// Returns its statements; all of them joined are the text.
    pub(crate) fn statements(&self) -> impl Iterator<Item = Statement<'_>> {
        let end = self.ends.last().map_or(0, |(end, _)| *end);
        let rest = (end < self.css.len()).then_some((self.css.len(), StatementKind::Declaration));
        let mut start = 0;
        self.ends.iter().copied().chain(rest).map(move |(end, kind)| {
            let text = &self.css[start..end];
            start = end;
            kind.with(text)
        })
    }

    /// Adds text of the statement that has not ended.
    pub(crate) fn push_str(&mut self, text: &str) {
        self.css.push_str(text);
    }

    /// Ends the statement.
    pub(crate) fn end(&mut self, kind: StatementKind) {
        self.ends.push((self.css.len(), kind));
    }

    /// Adds a statement.
    pub(crate) fn push(&mut self, statement: Statement<'_>) {
        self.push_str(statement.as_str());
        self.end(statement.kind());
    }
}

impl From<&str> for SplitStyleSheet {
    fn from(css: &str) -> Self {
        let mut sheet = Self::default();
        for statement in statements(css) {
            sheet.push(statement);
        }
        sheet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_urls_are_not_split() {
        let css = "@import url(a;b);a{background:url(data:image/png;base64,x{) '}';top:0}";
        assert_eq!(
            statements(css),
            [
                Statement::Declaration("@import url(a;b);"),
                Statement::Prelude("a{"),
                Statement::Declaration("background:url(data:image/png;base64,x{) '}';"),
                Statement::Declaration("top:0}"),
            ]
        );
    }
}
