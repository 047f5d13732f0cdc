//! `titre completions`: completion scripts of the shells, for packagers; `completions/` holds their output.

use super::{Cli, Environment};
use crate::report::{Exit, Failure, Outcome, Page, output};
use clap::CommandFactory;
use clap_complete::Shell;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `titre completions`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre completions bash -o titre.bash
  titre completions -o completions              one file for each shell")]
pub struct Args {
    /// The shell; without one, all of them
    shell: Option<Shell>,
    /// File, or folder where no shell is named
    #[arg(short, long, value_name = "PATH")]
    output: PathBuf,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let mut page = Page::new(environment.reporter.lang);
    let mut written = Vec::new();
    let force = environment.global.force;
    match args.shell {
        Some(shell) => {
            output::write_file(&args.output, &script(shell), force, false)?;
            written.push(args.output.clone());
        }
        None => {
            output::ensure_folder(&args.output)?;
            for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
                let path = args.output.join(file_name(shell));
                output::write_file(&path, &script(shell), force, false)?;
                written.push(path);
            }
        }
    }
    for path in &written {
        page.line(0, path.display());
    }
    let files: Vec<_> = written.iter().map(|path| path.display().to_string()).collect();
    Ok(Outcome { schema: "titre.completions/1", result: json!({"files": files}), exit: Exit::Done, page })
}

/// The name under which a shell looks for the script.
#[must_use]
pub fn file_name(shell: Shell) -> String {
    match shell {
        Shell::Zsh => "_titre".to_owned(),
        shell => format!("titre.{shell}"),
    }
}

/// The completion script of a shell.
#[must_use]
pub fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "titre", &mut script);
    script
}
