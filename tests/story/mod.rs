//! The demonstration, run once for a test binary through the program itself, and a way to run the program. Both use
//! the built-in models, as a fresh machine does.

use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// A finished run of the program with `--json`.
pub struct Run {
    /// The exit code.
    pub exit: i32,
    /// Everything on stdout.
    pub stdout: String,
    /// Everything on stderr.
    pub stderr: String,
    /// The document on stdout.
    pub document: Value,
}

impl Run {
    /// Both streams, for the message of a failed assertion.
    pub fn explain(&self) -> String {
        format!("exit {}\n{}\n{}", self.exit, self.stdout, self.stderr)
    }
}

/// Runs the program with `--json --batch` and checks the contract that holds for every verb.
pub fn titre<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Run {
    let words: Vec<String> = words.into_iter().map(|word| word.as_ref().to_owned()).collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_titre"));
    command.args(&words).args(["--json", "--batch", "--lang", "en"]);
    // Neither a set that the developer named nor one installed for the user.
    command.env_remove("TITRE_MODELS").env("XDG_DATA_HOME", "/nonexistent");
    let output = command.output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let document: Value = serde_json::from_str(&stdout).unwrap_or_else(|error| {
        panic!("titre {words:?}: stdout is not one document: {error}\n{stdout}\n{stderr}")
    });
    let exit = output.status.code().unwrap();
    assert_eq!(document["exit"], exit, "the document's exit is not the process's");
    assert_eq!(document["result"].is_null(), !document["failure"].is_null(), "{stdout}");
    Run { exit, stdout, stderr, document }
}

/// The folder of the demonstration.
pub struct Story {
    folder: tempfile::TempDir,
    /// What `titre demo` printed.
    pub demo: Run,
}

impl Story {
    /// The demonstration.
    pub fn get() -> &'static Self {
        static STORY: OnceLock<Story> = OnceLock::new();
        STORY.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let output = folder.path().join("demo");
            let demo = titre(["demo", "-o", output.to_str().unwrap()]);
            assert_eq!(demo.exit, 0, "{}", demo.explain());
            Self { folder, demo }
        })
    }

    /// A file or folder of the demonstration.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("demo").join(name)
    }
}
