//! `titre man`: the manual pages, for packagers; `man/` holds their output.

use super::{Cli, Environment};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page, output};
use clap::CommandFactory;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// Arguments of `titre man`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre man -o man              a page for each verb
  man ./man/titre-verify.1")]
pub struct Args {
    /// Folder for the pages
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let mut page = Page::new(environment.reporter.lang);
    let mut files = Vec::new();
    output::ensure_folder(&args.output)?;
    let pages = pages().map_err(|error| Failure::new(FailureCode::Internal).cause(error))?;
    for (name, text) in pages {
        let path = args.output.join(name);
        output::write_file(&path, &text, environment.global.force, false)?;
        page.line(0, path.display());
        files.push(path.display().to_string());
    }
    Ok(Outcome { schema: "titre.man/1", result: json!({"files": files}), exit: Exit::Done, page })
}

/// Every manual page: file name and troff text.
///
/// # Errors
/// Never in practice: the pages are written to memory.
pub fn pages() -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let mut command = Cli::command();
    command.build();
    let mut pages = Vec::new();
    collect(&command, "titre", &mut pages)?;
    Ok(pages)
}

fn collect(command: &clap::Command, name: &str, pages: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    let mut text = Vec::new();
    // `build` gave each verb its display name, `titre-verify`, and its synopsis, `titre verify`.
    let manual = clap_mangen::Man::new(command.clone());
    manual.render_title(&mut text)?;
    manual.render_name_section(&mut text)?;
    manual.render_synopsis_section(&mut text)?;
    examples(command, &mut text)?;
    manual.render_description_section(&mut text)?;
    manual.render_options_section(&mut text)?;
    if command.has_subcommands() {
        manual.render_subcommands_section(&mut text)?;
    }
    if command.get_after_help().is_some() {
        manual.render_extra_section(&mut text)?;
    }
    if command.get_version().is_some() {
        manual.render_version_section(&mut text)?;
    }
    pages.push((format!("{name}.1"), text));
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help" && !sub.is_hide_set()) {
        collect(sub, &format!("{name}-{}", sub.get_name()), pages)?;
    }
    Ok(())
}

/// The examples that help begins with, as a section of their own.
fn examples(command: &clap::Command, text: &mut Vec<u8>) -> std::io::Result<()> {
    let Some(help) = command.get_before_help() else { return Ok(()) };
    writeln!(text, ".SH EXAMPLES\n.nf")?;
    for line in help.to_string().lines().skip(1) {
        // `\\&` keeps a leading dot from being read as a request.
        writeln!(text, "\\&{}", line.replace('\\', "\\e").replace('-', "\\-"))?;
    }
    writeln!(text, ".fi")
}
