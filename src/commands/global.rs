//! The options that mean the same everywhere, and what a verb is given besides its own arguments.

use crate::crypto::Entropy;
use crate::report::{Failure, FailureCode, Format, Lang, Reporter};
use std::path::PathBuf;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Options that mean the same in every verb.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalOptions {
    /// Print one JSON document instead of a page
    #[arg(long, global = true, conflicts_with = "format")]
    pub json: bool,
    /// How to print the result
    #[arg(long, global = true, value_enum)]
    pub format: Option<Format>,
    /// Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
    /// Judge as of this time (RFC 3339) instead of now; the result names it
    #[arg(long, global = true, value_name = "TIME")]
    pub at: Option<String>,
    /// Replace what is there
    #[arg(long, global = true)]
    pub force: bool,
    /// Never prompt
    #[arg(long, global = true)]
    pub batch: bool,
    /// No progress, no notes
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Folder of face models [default: those installed for the user, else those built in]
    #[arg(long, global = true, value_name = "DIR", env = "TITRE_MODELS")]
    pub models: Option<PathBuf>,
}

impl GlobalOptions {
    /// The format, `--json` being short for one.
    #[must_use]
    pub fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format.unwrap_or_default() }
    }

    /// The language asked for, or that of the locale.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang.unwrap_or_else(|| {
            let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
            let locale = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG"));
            Lang::from_locale(&locale.unwrap_or_default())
        })
    }

    /// The time to judge by: `--at`, else `now`; with the failure where `--at` is no time.
    #[must_use]
    pub fn reference_time(&self, now: OffsetDateTime) -> (OffsetDateTime, Option<Failure>) {
        match self.at.as_deref().map(|at| (at, OffsetDateTime::parse(at, &Rfc3339))) {
            None => (now, None),
            Some((_, Ok(at))) => (at.to_offset(time::UtcOffset::UTC), None),
            Some((at, Err(error))) => {
                (now, Some(Failure::new(FailureCode::InputTime).arg("value", at).cause(error)))
            }
        }
    }
}

/// What a verb is given besides its arguments. Clock and randomness come from `main`.
pub struct Environment<'a> {
    /// The time to judge by, UTC.
    pub at: OffsetDateTime,
    /// Randomness of the operating system.
    pub entropy: &'a mut dyn Entropy,
    /// Progress and notes.
    pub reporter: &'a Reporter,
    /// The global options.
    pub global: &'a GlobalOptions,
    /// What the process does about its own memory.
    pub hardening: super::Hardening,
}

/// RFC 3339 in UTC, to the second.
#[must_use]
pub fn rfc3339(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC).replace_nanosecond(0).unwrap_or(at);
    at.format(&Rfc3339).unwrap_or_default()
}
