//! Reads header fields (RFC 5322 2.2) wherever they stand: above a message, in a delivery report, in the middle of a text.

/// One field: its name as written, its value unfolded, without line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) value: String,
}

impl Field<'_> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Returns the name and the value of `line`, if it begins a field: a name of printable ASCII, then a colon.
pub(super) fn split(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_end();
    let is_name = !name.is_empty() && name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_graphic());
    is_name.then(|| (name, value.trim()))
}

/// Reads the fields of `text`. A line that begins with a space continues the field above it; other lines are skipped.
pub(super) fn fields(text: &str) -> Vec<Field<'_>> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    for line in text.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some(field) = fields.last_mut() {
                field.value.push(' ');
                field.value.push_str(line.trim());
            }
        } else if let Some((name, value)) = split(line) {
            fields.push(Field { name, value: value.to_owned() });
        }
    }
    fields
}

/// The first value of the field `name`.
pub(super) fn value<'a>(fields: &'a [Field<'_>], name: &str) -> Option<&'a str> {
    fields.iter().find(|field| field.is(name)).map(|field| field.value.as_str())
}

/// All values of the field `name`.
pub(super) fn values<'a>(fields: &'a [Field<'_>], name: &'a str) -> impl Iterator<Item = &'a str> {
    fields.iter().filter(move |field| field.is(name)).map(|field| field.value.as_str())
}
