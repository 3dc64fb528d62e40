//! Talking to people on stderr: telling, and asking where there is somebody to ask.

use std::io::{BufRead, IsTerminal, Write};

use super::Global;

/// Says `text`, which brings its own line ends. stderr may be closed: nothing depends on being heard.
pub(super) fn tell(text: &str) {
    let _ = write!(anstream::stderr().lock(), "{text}");
}

/// Whether somebody sits at a terminal and may be asked.
pub(super) fn can_ask(global: &Global) -> bool {
    !global.no_input && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks `question` and answers the line typed, without spaces around it; empty at the end of input.
pub(super) fn ask(question: &str) -> anyhow::Result<String> {
    let mut stderr = anstream::stderr().lock();
    write!(stderr, "{question}")?;
    stderr.flush()?;
    let mut line = String::new();
    if std::io::stdin().lock().read_line(&mut line)? == 0 {
        // Nobody typed the end of the line.
        writeln!(stderr)?;
    }
    Ok(line.trim().to_owned())
}
