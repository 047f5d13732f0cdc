//! The demonstration, run once for a test binary through the program itself, and a way to run the program.

use serde_json::Value;
use std::path::{Path, PathBuf};
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
    if let Some(models) = models() {
        command.env("TITRE_MODELS", models);
    }
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

/// The folder of face models: `TITRE_MODELS`, or the one beside the checkout.
pub fn models() -> Option<PathBuf> {
    let named = std::env::var_os("TITRE_MODELS").filter(|value| !value.is_empty()).map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/models");
    named.or_else(|| beside.is_dir().then_some(beside))
}

/// The folder of the demonstration.
pub struct Story {
    folder: tempfile::TempDir,
    /// What `titre demo` printed.
    pub demo: Run,
}

impl Story {
    /// The demonstration, or `None` and a line that says so where there are no face models.
    pub fn get() -> Option<&'static Self> {
        static STORY: OnceLock<Option<Story>> = OnceLock::new();
        let story = STORY.get_or_init(|| {
            let built_in = titre::biometrics::Manifest::built_in().unwrap();
            if built_in.models.is_empty() {
                models()?;
            }
            let folder = tempfile::tempdir().unwrap();
            let output = folder.path().join("demo");
            let demo = titre(["demo", "-o", output.to_str().unwrap()]);
            assert_eq!(demo.exit, 0, "{}", demo.explain());
            Some(Self { folder, demo })
        });
        if story.is_none() {
            let name = std::thread::current().name().unwrap_or_default().to_owned();
            eprintln!("SKIPPED {name}: no face models; set TITRE_MODELS");
            assert!(std::env::var_os("CI").is_none(), "CI has the models and must not skip {name}");
        }
        story.as_ref()
    }

    /// A file or folder of the demonstration.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("demo").join(name)
    }
}
