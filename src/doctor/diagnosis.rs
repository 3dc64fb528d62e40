//! Describes the result of one examination.

/// The severity of a diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// In order.
    Ok,
    /// Some mail may not arrive.
    Warning,
    /// Mail will not arrive, or not be sent.
    Problem,
}

impl Level {
    /// Returns the word that is shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// The result of one examination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The subject, such as `DMARC`.
    pub subject: &'static str,
    /// The severity.
    pub level: Level,
    /// The result, in one line.
    pub message: String,
    /// The suggested fix.
    pub help: Option<String>,
}

impl Diagnosis {
    /// Reports something in order.
    pub fn ok(subject: &'static str, message: impl Into<String>) -> Self {
        Self { subject, level: Level::Ok, message: message.into(), help: None }
    }

    /// Reports something that may keep mail from arriving, with a fix.
    pub fn warning(subject: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { subject, level: Level::Warning, message: message.into(), help: Some(help.into()) }
    }

    /// Reports something that stops mail, with a fix.
    pub fn problem(subject: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { subject, level: Level::Problem, message: message.into(), help: Some(help.into()) }
    }

    /// Reports a lookup that failed.
    pub(super) fn unknown(subject: &'static str, name: &str, reason: &str) -> Self {
        let message = format!("`{name}` could not be looked up: {reason}");
        Self::warning(subject, message, "try again, or use another name server: `--resolver 9.9.9.9:53`")
    }
}

/// The form that tests compare: level, subject, message, help.
#[cfg(test)]
impl std::fmt::Display for Diagnosis {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { subject, level, message, help } = self;
        let help = help.as_ref().map(|help| format!(" -> {help}")).unwrap_or_default();
        write!(formatter, "{} {subject}: {message}{help}", level.word())
    }
}
