//! Finds in the bytes of a message what matters to SMTP: line ends, dots at line starts, 8-bit bytes.

/// What a piece of a content holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Findings {
    /// A bare CR or LF, or an 8-bit byte.
    pub(super) unsendable: bool,
    /// A dot at the beginning of a line.
    pub(super) leading_dot: bool,
}

impl Findings {
    /// Examines every byte and the one before it. The loop has no early exit: that lets the compiler process sixteen
    /// bytes at a time.
    pub(super) fn inside(piece: &[u8]) -> Self {
        let Some(first) = piece.first() else { return Self::default() };
        let mut unsendable = !first.is_ascii();
        let mut leading_dot = false;
        for (&before, &byte) in piece.iter().zip(&piece[1..]) {
            unsendable |= (before == b'\r') != (byte == b'\n');
            unsendable |= !byte.is_ascii();
            leading_dot |= before == b'\n' && byte == b'.';
        }
        Self { unsendable, leading_dot }
    }

    /// Examines the boundary between a piece and the next one, which begins with `byte`.
    pub(super) fn between(before: Option<u8>, byte: u8) -> Self {
        Self {
            unsendable: (before == Some(b'\r')) != (byte == b'\n'),
            leading_dot: byte == b'.' && matches!(before, None | Some(b'\n')),
        }
    }

    /// Adds those of another piece.
    pub(super) fn add(&mut self, other: Self) {
        self.unsendable |= other.unsendable;
        self.leading_dot |= other.leading_dot;
    }
}
