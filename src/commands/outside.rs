//! Another program, given something and asked for something: how long it may take and how much it may say is decided here.
//! No shell is in between, and no secret that titre was given by environment variable goes on to it.

use std::io::{ErrorKind, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How often a running program is looked after.
const LOOK: Duration = Duration::from_millis(10);
/// Most bytes of what a program says on stderr.
const MAX_SAID: u64 = 2048;

/// Why a program brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum OutsideError {
    /// There is no such program.
    #[error("there is no such program")]
    NotFound,
    /// It could not be started, or ended badly.
    #[error("{0}")]
    Failed(String),
    /// It was still running when its time was over, and was ended.
    #[error("no answer within {0} s")]
    TooSlow(u64),
    /// It said more than it may.
    #[error("more than {0} bytes")]
    TooLarge(u64),
}

/// A program that does not outlive us.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Where it has ended already, both do nothing.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a program said.
#[derive(Debug)]
pub(super) struct Said {
    /// On stdout.
    pub stdout: Vec<u8>,
    /// The beginning of what it said on stderr.
    pub stderr: String,
}

/// Runs `command` with `input` on its standard input; it has `time`, and `limit` bytes for its answer.
pub(super) fn ask(
    mut command: Command,
    input: &[u8],
    limit: u64,
    time: Duration,
) -> Result<Said, OutsideError> {
    // TITRE_MRZ, TITRE_ISSUER_PASSPHRASE and the like were told to titre, not to it.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TITRE_")) {
        command.env_remove(name);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let deadline = Instant::now() + time;
    let failed = |error: std::io::Error| OutsideError::Failed(error.to_string());
    let mut running = match command.spawn() {
        Ok(child) => Running(child),
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(OutsideError::NotFound),
        Err(error) => return Err(failed(error)),
    };
    if let Some(mut stdin) = running.0.stdin.take() {
        let input = zeroize::Zeroizing::new(input.to_vec());
        // What it does not read is its own affair.
        std::thread::spawn(move || drop(stdin.write_all(&input)));
    }
    let stdout = read_in_background(running.0.stdout.take(), limit + 1);
    let stderr = read_in_background(running.0.stderr.take(), MAX_SAID);
    let slow = || OutsideError::TooSlow(time.as_secs());
    // Its children may hold the pipe open after it ended, so the time is that of the answer, not of the process.
    let left = || deadline.saturating_duration_since(Instant::now());
    let bytes = stdout.recv_timeout(left()).map_err(|_| slow())?.map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(OutsideError::TooLarge(limit));
    }
    let status = loop {
        match running.0.try_wait().map_err(failed)? {
            Some(status) => break status,
            None if left().is_zero() => return Err(slow()),
            None => std::thread::sleep(LOOK),
        }
    };
    let said = stderr.recv_timeout(left()).map_err(|_| slow())?.map_err(failed)?;
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    if status.success() {
        Ok(Said { stdout: bytes, stderr: said })
    } else {
        let first = said.lines().next().unwrap_or_default();
        Err(OutsideError::Failed(format!("{status}: {first}")))
    }
}

/// Reads up to `limit` bytes, beside everything else.
fn read_in_background(
    pipe: Option<impl Read + Send + 'static>,
    limit: u64,
) -> mpsc::Receiver<std::io::Result<Vec<u8>>> {
    let (done, result) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.map_or(Ok(0), |pipe| pipe.take(limit).read_to_end(&mut bytes));
        // Nobody waits any more where the time was over.
        let _ = done.send(read.map(|_| bytes));
    });
    result
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, input: &[u8]) -> Result<Said, OutsideError> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        ask(command, input, 10, Duration::from_secs(1))
    }

    #[test]
    fn a_program_says_no_more_and_takes_no_longer_than_it_may() {
        assert_eq!(shell("cat; echo said >&2", b"123").unwrap().stdout, b"123");
        assert_eq!(shell("cat; echo said >&2", b"123").unwrap().stderr, "said");
        assert_eq!(shell("cat", b"12345678901").unwrap_err(), OutsideError::TooLarge(10));
        assert_eq!(shell("sleep 5", b"").unwrap_err(), OutsideError::TooSlow(1));
        assert_eq!(shell("sleep 5 & exit 0", b"").unwrap_err(), OutsideError::TooSlow(1));
        assert!(
            matches!(shell("echo why >&2; exit 3", b""), Err(OutsideError::Failed(why)) if why.contains("why"))
        );
        assert_eq!(shell("exec <&-; echo ok", &[0; 1 << 20]).unwrap().stdout, b"ok\n");
        let none = ask(Command::new("/nonexistent/program"), b"", 10, Duration::from_secs(1));
        assert_eq!(none.unwrap_err(), OutsideError::NotFound);
    }
}
