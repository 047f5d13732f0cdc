//! Where results and progress go: one human page, one JSON document, or NDJSON events. The result stands on
//! stdout; progress and errors on stderr, except for events, which are the stdout stream themselves.

use super::{Exit, Failure, Lang, Page};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

/// How the result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// A page for people.
    #[default]
    Human,
    /// Exactly one JSON document.
    Json,
    /// NDJSON: `hello` first, contiguous `seq`, `result` last.
    Events,
}

/// What a command that ended well hands over.
#[derive(Debug)]
pub struct Outcome {
    /// Name and major version of the result's schema: `titre.verify/1`.
    pub schema: &'static str,
    /// The `result` member of the document.
    pub result: Value,
    /// The exit code; a negative verdict is a result, not a failure.
    pub exit: Exit,
    /// The same for people.
    pub page: Page,
}

/// Prints for one run of the program.
#[derive(Debug)]
pub struct Reporter {
    /// The format asked for.
    pub format: Format,
    /// The language of messages.
    pub lang: Lang,
    quiet: bool,
    command: String,
    at: String,
    state: Mutex<State>,
}

/// What changes during a run; behind a lock, since a signal may end the run at any point.
#[derive(Debug, Default)]
struct State {
    seq: u64,
    bar: Option<ProgressBar>,
    finished: bool,
}

impl Reporter {
    /// A reporter for `command`, at `at` (RFC 3339 UTC); begins the event stream.
    #[must_use]
    pub fn new(format: Format, lang: Lang, quiet: bool, command: &str, at: String) -> Self {
        let reporter = Self { format, lang, quiet, command: command.to_owned(), at, state: Mutex::default() };
        reporter
            .event(json!({"event": "hello", "schema": "titre.events/1", "tool": tool(), "command": command}));
        reporter
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn event(&self, event: Value) {
        self.state().event(self.format, event);
    }

    /// Says that a stage goes on: `done` of `total` (0 where unknown). Stage ids are stable: `read.dg2`.
    pub fn progress(&self, stage: &str, done: u64, total: u64) {
        self.event(json!({"event": "progress", "stage": stage, "done": done, "total": total}));
        if self.format != Format::Human || self.quiet || !std::io::stderr().is_terminal() {
            return;
        }
        let mut state = self.state();
        let bar = state.bar.get_or_insert_with(|| {
            let bar = ProgressBar::new(total);
            if let Ok(style) = ProgressStyle::with_template("{msg} {pos}/{len} {wide_bar}") {
                bar.set_style(style);
            }
            bar
        });
        bar.set_length(total.max(done));
        bar.set_message(self.lang.text(&format!("stage-{}", super::locale::message_id(stage)), &[]));
        bar.set_position(done);
    }

    /// A note on stderr for people; an event for machines. `id` is a message.
    pub fn note(&self, id: &str, args: &[(&'static str, String)]) {
        let text = self.lang.text(id, args);
        self.event(json!({"event": "note", "id": id, "text": text}));
        if self.format == Format::Human && !self.quiet {
            self.state().end_progress();
            write_stderr(&format!("{text}\n"));
        }
    }

    /// A part of a result that comes while the command runs: a line for people, an event for machines. The one
    /// document of `--json` has it at the end, from the outcome.
    pub fn live(&self, line: &str, event: Value) {
        self.event(event);
        if self.format == Format::Human {
            let mut page = Page::new(self.lang);
            page.line(0, line);
            write_stdout(&page.render());
        }
    }

    /// Prints the end of the run, whatever it is; gives the exit code. Only the first end is printed: a signal
    /// may come while a result is on its way.
    #[must_use]
    pub fn finish(&self, ended: &Result<Outcome, Failure>) -> Exit {
        let mut state = self.state();
        state.end_progress();
        let exit = match ended {
            Ok(outcome) => outcome.exit,
            Err(failure) => failure.code.exit(),
        };
        if std::mem::replace(&mut state.finished, true) {
            return exit;
        }
        match self.format {
            Format::Human => match ended {
                Ok(outcome) => write_stdout(&outcome.page.render()),
                Err(failure) => self.explain(failure),
            },
            Format::Json => {
                let document = self.document(ended, exit);
                let text = serde_json::to_string_pretty(&document).unwrap_or_default();
                write_stdout(&format!("{text}\n"));
            }
            Format::Events => {
                let document = self.document(ended, exit);
                state.event(self.format, json!({"event": "result", "document": document}));
            }
        }
        exit
    }

    fn document(&self, ended: &Result<Outcome, Failure>, exit: Exit) -> Value {
        let schema = match ended {
            Ok(outcome) => outcome.schema.to_owned(),
            Err(_) => format!("titre.{}/1", self.command),
        };
        json!({
            "schema": schema,
            "tool": tool(),
            "at": self.at,
            "result": ended.as_ref().map_or(Value::Null, |outcome| outcome.result.clone()),
            "failure": ended.as_ref().err().map(|failure| failure.to_json(self.lang)),
            "exit": exit.code(),
        })
    }

    /// Two lines and the code: what failed, and what to do.
    fn explain(&self, failure: &Failure) {
        let (title, detail, hint) = failure.texts(self.lang);
        let mut text = format!("titre: {title}");
        if !detail.is_empty() {
            text.push_str(&format!(": {detail}"));
        }
        if let Some(step) = &failure.step {
            text.push_str(&format!(" [{step}"));
            if let Some(sw) = failure.sw {
                text.push_str(&format!(", SW {sw:04X}"));
            }
            text.push(']');
        }
        text.push('\n');
        if !hint.is_empty() {
            text.push_str(&format!("  {hint}\n"));
        }
        let more = self.lang.text("explain-more", &[("code", failure.code.code().to_owned())]);
        text.push_str(&format!("  {more}\n"));
        write_stderr(
            &text
                .chars()
                .map(|c| if c.is_control() && c != '\n' { '\u{FFFD}' } else { c })
                .collect::<String>(),
        );
    }
}

impl State {
    fn event(&mut self, format: Format, mut event: Value) {
        if format != Format::Events || self.finished && event["event"] != "result" {
            return;
        }
        if let Value::Object(members) = &mut event {
            members.insert("seq".to_owned(), json!(self.seq));
        }
        self.seq += 1;
        write_stdout(&format!("{event}\n"));
    }

    fn end_progress(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// Name and version, as every document carries them.
#[must_use]
pub fn tool() -> Value {
    json!({"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")})
}

/// Writes text that is no result of a command, such as help.
pub fn write_stdout(text: &str) {
    // A reader that closes the pipe early (`titre ... | head`) is no reason to panic.
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// Writes to stderr.
pub fn write_stderr(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// The JSON document of a command line that could not be parsed, so that `--json` always prints one.
pub fn usage_document(detail: &str) {
    let failure = Failure::new(super::FailureCode::Usage).cause(detail.trim());
    let document = json!({
        "schema": "titre.usage/1",
        "tool": tool(),
        "at": Value::Null,
        "result": Value::Null,
        "failure": failure.to_json(Lang::En),
        "exit": Exit::Usage.code(),
    });
    write_stdout(&format!("{}\n", serde_json::to_string_pretty(&document).unwrap_or_default()));
}
