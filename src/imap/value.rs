//! Reads the values of a response: atoms, strings, literals, lists (RFC 9051 9).

use super::error::Malformed;
use super::reader::literal_length;

/// The deepest nesting of lists.
const DEPTH: usize = 16;

/// A value of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// An atom, a number, a flag, `BODY[]<0>`; `NIL` too.
    Atom(String),
    /// A quoted string or a literal.
    Bytes(Vec<u8>),
    /// A list in parentheses.
    List(Vec<Self>),
}

impl Value {
    /// Returns the number that it is.
    pub(super) fn number(&self) -> Option<u32> {
        match self {
            Self::Atom(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Returns the bytes of a string. `NIL` has none.
    pub(super) fn into_bytes(self) -> Option<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Atom(atom) if !atom.eq_ignore_ascii_case("NIL") => Some(atom.into_bytes()),
            _ => None,
        }
    }
}

/// Reads the values in `bytes`, which may contain literals.
pub(super) fn values(bytes: &[u8]) -> Result<Vec<Value>, Malformed> {
    let mut rest = bytes;
    let values = list(&mut rest, 0)?;
    if rest.is_empty() { Ok(values) } else { Err(Malformed::Syntax) }
}

fn list(rest: &mut &[u8], depth: usize) -> Result<Vec<Value>, Malformed> {
    if depth > DEPTH {
        return Err(Malformed::Syntax);
    }
    let mut values = Vec::new();
    loop {
        match rest.first() {
            None | Some(b')') => return Ok(values),
            Some(b' ') => *rest = &rest[1..],
            Some(b'(') => {
                *rest = &rest[1..];
                let inner = list(rest, depth + 1)?;
                *rest = rest.strip_prefix(b")").ok_or(Malformed::Syntax)?;
                values.push(Value::List(inner));
            }
            Some(b'"') => values.push(Value::Bytes(quoted(rest)?)),
            Some(b'{') => values.push(Value::Bytes(literal(rest)?)),
            Some(_) => values.push(Value::Atom(atom(rest)?)),
        }
    }
}

fn quoted(rest: &mut &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut found = Vec::new();
    let mut at = 1;
    loop {
        match rest.get(at) {
            Some(b'"') => break,
            Some(b'\\') => {
                found.push(*rest.get(at + 1).ok_or(Malformed::Syntax)?);
                at += 2;
            }
            Some(&byte) if !matches!(byte, b'\r' | b'\n') => {
                found.push(byte);
                at += 1;
            }
            _ => return Err(Malformed::Syntax),
        }
    }
    *rest = &rest[at + 1..];
    Ok(found)
}

fn literal(rest: &mut &[u8]) -> Result<Vec<u8>, Malformed> {
    let end = rest.iter().position(|&byte| byte == b'\n').ok_or(Malformed::Syntax)?;
    let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
    let length = literal_length(line)?.ok_or(Malformed::Syntax)?;
    let bytes = rest.get(end + 1..).and_then(|rest| rest.get(..length)).ok_or(Malformed::Syntax)?.to_vec();
    *rest = &rest[end + 1 + length..];
    Ok(bytes)
}

/// An atom; what stands between brackets belongs to it: `BODY[HEADER.FIELDS (SUBJECT)]`.
fn atom(rest: &mut &[u8]) -> Result<String, Malformed> {
    let mut end = 0;
    let mut in_brackets = false;
    while let Some(&byte) = rest.get(end) {
        match byte {
            b'[' => in_brackets = true,
            b']' => in_brackets = false,
            b'\r' | b'\n' => return Err(Malformed::Syntax),
            b' ' | b'(' | b')' | b'"' | b'{' if !in_brackets => break,
            _ => {}
        }
        end += 1;
    }
    if end == 0 || in_brackets {
        return Err(Malformed::Syntax);
    }
    let (atom, after) = rest.split_at(end);
    *rest = after;
    Ok(String::from_utf8_lossy(atom).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_atoms_strings_literals_and_lists() {
        let atom = |text: &str| Value::Atom(text.to_owned());
        let read = values(b"UID 7 (\\Seen ()) \"a \\\" b\" BODY[HEADER.FIELDS (X)]<0> {3}\r\na)b NIL").unwrap();
        let expected = [
            atom("UID"),
            atom("7"),
            Value::List(vec![atom("\\Seen"), Value::List(Vec::new())]),
            Value::Bytes(b"a \" b".to_vec()),
            atom("BODY[HEADER.FIELDS (X)]<0>"),
            Value::Bytes(b"a)b".to_vec()),
            atom("NIL"),
        ];
        assert_eq!(read, expected);
        assert_eq!((read[1].number(), read[6].clone().into_bytes()), (Some(7), None));
        let deep = [b"(".repeat(40), b")".repeat(40)].concat();
        for wrong in [&b"(a"[..], b"a)", b"\"a", b"{5}\r\nabc", b"{x}", b"BODY[", &deep] {
            assert_eq!(values(wrong), Err(Malformed::Syntax), "{wrong:?}");
        }
    }
}
