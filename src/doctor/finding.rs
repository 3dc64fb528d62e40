//! What is told about one thing that was looked at.

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Ok,
    /// Mail may suffer.
    Warning,
    /// Mail will not arrive, or not be sent.
    Problem,
}

impl Level {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// What is told about one thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at: `DMARC`.
    pub subject: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What there is, in one line.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Finding {
    /// What is as it should be.
    pub fn ok(subject: &'static str, message: impl Into<String>) -> Self {
        Self { subject, level: Level::Ok, message: message.into(), help: None }
    }

    /// What may make mail suffer, and what to do.
    pub fn warning(subject: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { subject, level: Level::Warning, message: message.into(), help: Some(help.into()) }
    }

    /// What stops mail, and what to do.
    pub fn problem(subject: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { subject, level: Level::Problem, message: message.into(), help: Some(help.into()) }
    }

    /// What nobody could find out, and why.
    pub(super) fn unknown(subject: &'static str, name: &str, reason: &str) -> Self {
        let message = format!("`{name}` could not be asked for: {reason}");
        Self::warning(subject, message, "try again, or ask another name server: `--resolver 9.9.9.9:53`")
    }
}

/// A finding as the tests of this room write it: level, message, help.
#[cfg(test)]
impl std::fmt::Display for Finding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { subject, level, message, help } = self;
        let help = help.as_ref().map(|help| format!(" -> {help}")).unwrap_or_default();
        write!(formatter, "{} {subject}: {message}{help}", level.word())
    }
}
