//! Finds out whether git has the list of subscribers.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::check::ListInGit;
use crate::config::Newsletter;

/// Returns where git has the list; `None` when it does not, or git is not installed.
pub(super) fn list_in_git(newsletter: &Newsletter) -> Option<ListInGit> {
    let path = newsletter.settings.subscribers.as_ref()?;
    let folder = path.parent()?;
    let name = path.file_name()?;
    git(folder, &["ls-files".as_ref(), "--error-unmatch".as_ref(), "--".as_ref(), name.as_ref()])?;
    let pattern = r"^remote\..*\.url$";
    let remotes = git(folder, &["config".as_ref(), "--get-regexp".as_ref(), pattern.as_ref()]).unwrap_or_default();
    let remotes = remotes.lines().filter_map(|line| Some(line.split_once(' ')?.1.to_owned())).collect();
    let shown = path.strip_prefix(&newsletter.root).unwrap_or(path).display().to_string();
    Some(ListInGit { name: shown, remotes })
}

/// Returns the output of git in `folder`; `None` when it fails.
fn git(folder: &Path, arguments: &[&Path]) -> Option<String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).env("GIT_OPTIONAL_LOCKS", "0");
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
