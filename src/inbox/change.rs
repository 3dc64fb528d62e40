//! Names what is done with a link while an issue is put together.

/// What is done with a link of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkChange {
    /// The link at this line of the inbox goes into this section of the issue, from 0.
    Put {
        /// The line in the inbox.
        line: usize,
        /// The section, from 0.
        section: usize,
    },
    /// The link at this line of the inbox becomes the lead of the issue.
    Lead {
        /// The line in the inbox.
        line: usize,
    },
    /// The link at this line of the inbox waits for a later issue, or no longer.
    Wait {
        /// The line in the inbox.
        line: usize,
        /// Whether it does.
        later: bool,
    },
    /// The link at this line of the inbox is dropped.
    Drop {
        /// The line in the inbox.
        line: usize,
    },
}

impl LinkChange {
    /// Returns the line in the inbox.
    pub fn line(self) -> usize {
        match self {
            Self::Put { line, .. } | Self::Lead { line } | Self::Wait { line, .. } | Self::Drop { line } => line,
        }
    }
}
