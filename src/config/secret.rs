//! Fetches secrets from an environment variable, a file or a command. No message contains their values.

use std::env::VarError;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use data_encoding::BASE64;

use super::newsletter::Newsletter;
use super::secret_program;
use super::settings::{DatabaseUrl, SecretSource};
use crate::diagnostic::{Diagnostic, Problems, Severity};
use crate::fs::atomic_file::{self, Access, Durability};
use crate::fs::regular_file;
use crate::secret::Secret;

/// The fewest bytes the key of the unsubscribe tokens may have: the size of its hash (RFC 2104 section 3).
const SHORTEST_KEY: usize = 32;

/// Advice for a command that prints no secret.
const RUN_IT_YOURSELF: &str = "run it yourself to see its output";

impl SecretSource {
    /// Fetches the secret. A command runs in `root`, the newsletter's folder, without a shell and without input; a
    /// program that wants to ask has the terminal itself, and two minutes.
    ///
    /// Errors, as [`Problems`] that say what to do, when there is none, when others can read its file, or when the command
    /// fails.
    pub fn resolve(&self, root: &Path) -> anyhow::Result<Secret> {
        let value = self.fetch(root)?;
        let Self::Command(argv) = self else { return Ok(Secret::new(value)) };
        let line = value.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            let message = format!("`{}` printed an empty first line instead of a secret", secret_program::name(argv));
            return Err(problem(message, RUN_IT_YOURSELF.to_owned()));
        }
        Ok(Secret::new(line))
    }

    /// Fetches a secret of several lines, such as a key in PEM form: a command's whole output.
    ///
    /// Errors as [`SecretSource::resolve`] does.
    pub fn resolve_text(&self, root: &Path) -> anyhow::Result<Secret> {
        self.fetch(root).map(Secret::new)
    }

    fn fetch(&self, root: &Path) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Env(name) => from_environment(name),
            Self::File(path) => from_file(path),
            Self::Command(argv) => secret_program::output(argv, root, secret_program::TIMEOUTS)
                .map_err(|reason| problem(reason, RUN_IT_YOURSELF.to_owned())),
        }
    }
}

impl DatabaseUrl {
    /// The URL. Errors as [`SecretSource::resolve`] does.
    pub fn resolve(&self, root: &Path) -> anyhow::Result<String> {
        match self {
            Self::Plain(url) => Ok(url.clone()),
            Self::Secret(source) => {
                let url = source.resolve(root)?;
                let url = String::from_utf8(url.expose().to_vec());
                url.map_err(|_| {
                    problem(
                        "the URL of the ledger is not UTF-8".to_owned(),
                        "check the source that `url` under `[ledger]` names".to_owned(),
                    )
                })
            }
        }
    }
}

/// The key of the unsubscribe tokens. A key file missing at its default place, `.newsletter/unsubscribe.key`, is made:
/// the first key is made without asking. Any other missing key is an error, for with a new one every link already
/// mailed dies.
///
/// Errors as [`SecretSource::resolve`] does, and when the key is too short to be one.
pub fn token_secret(newsletter: &Newsletter) -> anyhow::Result<Secret> {
    let source = &newsletter.settings.token_key;
    if let Some(path) = missing_token_key(newsletter) {
        make_token_key(path).with_context(|| format!("cannot create the unsubscribe key `{}`", path.display()))?;
    }
    let secret = source.resolve(&newsletter.root)?;
    if secret.expose().len() < SHORTEST_KEY {
        let message = format!("the unsubscribe key has {} characters", secret.expose().len());
        return Err(problem(
            message,
            format!("use at least {SHORTEST_KEY} random characters: `openssl rand -base64 32`"),
        ));
    }
    Ok(secret)
}

fn problem(message: String, help: String) -> anyhow::Error {
    Problems(vec![Diagnostic::new(Severity::Error, message, None).help(help)]).into()
}

fn from_environment(name: &str) -> anyhow::Result<Vec<u8>> {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => Ok(value.into_bytes()),
        Err(VarError::NotUnicode(value)) => Ok(value.into_encoded_bytes()),
        Ok(_) | Err(VarError::NotPresent) => {
            let message = format!("the environment variable `{name}` is not set");
            Err(problem(message, format!("set it for this command only: `{name}=... newsletter ...`")))
        }
    }
}

fn from_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| {
        problem(
            format!("cannot read the secret in `{shown}`: {error}"),
            "write the secret to a file of mode 600 there, or configure another source".to_owned(),
        )
    };
    let file = regular_file::open(path).map_err(unreadable)?;
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            let message = format!("other users of this machine can read or change `{shown}` (mode {mode:o})");
            return Err(problem(message, format!("run `chmod 600 {shown}`")));
        }
    }
    let mut value = regular_file::read_open(file, regular_file::MAX_SECRET).map_err(unreadable)?;
    let length = value.strip_suffix(b"\r\n").or_else(|| value.strip_suffix(b"\n")).unwrap_or(&value).len();
    value.truncate(length);
    if value.is_empty() {
        return Err(problem(format!("`{shown}` is empty"), "write the secret into it".to_owned()));
    }
    Ok(value)
}

/// Returns where [`token_secret`] will make the key of the unsubscribe tokens, when it is still to be made.
pub fn missing_token_key(newsletter: &Newsletter) -> Option<&Path> {
    match &newsletter.settings.token_key {
        SecretSource::File(path) => {
            (*path == newsletter.root.join(".newsletter/unsubscribe.key") && !path.exists()).then_some(path)
        }
        SecretSource::Env(_) | SecretSource::Command(_) => None,
    }
}

/// Makes a key in a file. When another process made one first, that one stays.
fn make_token_key(path: &Path) -> std::io::Result<()> {
    let key: [u8; SHORTEST_KEY] = random_bytes()?;
    write_secret(path, format!("{}\n", BASE64.encode(&key)).as_bytes())
        .or_else(|error| if error.kind() == ErrorKind::AlreadyExists { Ok(()) } else { Err(error) })
}

/// Writes a secret to a new file that only its owner can read, and creates its folder.
///
/// Errors with [`ErrorKind::AlreadyExists`] if there is a file: a secret is never overwritten.
pub fn write_secret(path: &Path, secret: &[u8]) -> std::io::Result<()> {
    atomic_file::create_private_folder(atomic_file::folder_of(path))?;
    // Links that were mailed with a key stop working if a power cut takes the key.
    atomic_file::create(path, Access::Private, Durability::Full, secret)
}

fn random_bytes<const COUNT: usize>() -> std::io::Result<[u8; COUNT]> {
    let mut bytes = [0; COUNT];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| std::io::Error::other("cannot get random bytes from the system"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use snapbox::{assert_data_eq, str};
    use tempfile::TempDir;

    use super::*;

    fn resolved(source: &SecretSource, root: &Path) -> String {
        match source.resolve(root) {
            Ok(secret) => String::from_utf8(secret.expose().to_vec()).unwrap(),
            Err(error) => {
                let Problems(problems) = error.downcast::<Problems>().unwrap();
                let help = problems[0].help.as_deref().unwrap();
                format!("{}\n  {help}", problems[0].message).replace(root.to_str().unwrap(), "[ROOT]")
            }
        }
    }

    fn command(argv: &[&str]) -> SecretSource {
        SecretSource::Command(argv.iter().map(|&argument| argument.to_owned()).collect())
    }

    #[test]
    fn a_variable_is_the_secret_or_is_named() {
        let root = Path::new("/");
        // Cargo sets this one for every test.
        assert_eq!(resolved(&SecretSource::Env("CARGO_PKG_NAME".to_owned()), root), "newsletter");
        assert_data_eq!(
            resolved(&SecretSource::Env("NEWSLETTER_TEST_UNSET".to_owned()), root),
            str![[r"
the environment variable `NEWSLETTER_TEST_UNSET` is not set
  set it for this command only: `NEWSLETTER_TEST_UNSET=... newsletter ...`
"]]
        );
    }

    #[test]
    fn a_file_is_the_secret_when_only_its_owner_can_read_it() {
        let folder = TempDir::new().unwrap();
        let root = folder.path();
        let write = |content: &str, mode| {
            let path = root.join("password");
            // One that may only be read cannot be written over.
            let _ = fs::remove_file(&path);
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            resolved(&SecretSource::File(path), root)
        };
        assert_eq!(write(" two words \n\n", 0o600), " two words \n");
        assert_eq!(write("swordfish\r\n", 0o400), "swordfish");
        let refused = [
            write("\n", 0o600),
            write("swordfish\n", 0o640),
            resolved(&SecretSource::File(root.join("missing")), root),
        ];
        assert_data_eq!(
            refused.join("\n"),
            str![[r"
`[ROOT]/password` is empty
  write the secret into it
other users of this machine can read or change `[ROOT]/password` (mode 640)
  run `chmod 600 [ROOT]/password`
cannot read the secret in `[ROOT]/missing`: No such file or directory (os error 2)
  write the secret to a file of mode 600 there, or configure another source
"]]
        );
    }

    #[test]
    fn a_command_runs_without_a_shell_and_its_output_is_never_shown() {
        let folder = TempDir::new().unwrap();
        let root = folder.path();
        fs::write(root.join("password"), "first\nsecond\n").unwrap();
        assert_eq!(resolved(&command(&["cat", "password"]), root), "first");
        assert_eq!(resolved(&command(&["printf", "%s", "$(date); `id`"]), root), "$(date); `id`");
        let refused = [
            resolved(&command(&["sh", "-c", "echo swordfish; echo 'locked: sorry' >&2; echo more >&2; exit 3"]), root),
            resolved(&command(&["true"]), root),
            resolved(&command(&["/no/such/program"]), root),
        ];
        assert_data_eq!(
            refused.join("\n"),
            str![[r"
`sh` printed no secret (exit status: 3): locked: sorry
  run it yourself to see its output
`true` printed an empty first line instead of a secret
  run it yourself to see its output
cannot run `/no/such/program` for a secret: No such file or directory (os error 2)
  run it yourself to see its output
"]]
        );
    }

    #[test]
    fn the_first_key_is_made_once_under_concurrent_commands() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(".newsletter/unsubscribe.key");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| make_token_key(&path).unwrap());
            }
        });
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        let key = fs::read(&path).unwrap();
        assert_eq!(BASE64.decode(key.trim_ascii_end()).unwrap().len(), SHORTEST_KEY);
        make_token_key(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), key);
    }
}
