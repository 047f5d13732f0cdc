//! `titre reader`: the readers of the card service and of libnfc, and what happens at them.

use super::Environment;
use crate::report::{Failure, Outcome};

/// Arguments of `titre reader`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre reader list                          which readers there are, which one would be used
  titre reader watch                         cards and readers as they come and go
  titre reader watch --count 1 --format events")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Name the readers, their cards, and the one that is used where none is named
    #[command(
        before_help = "Examples:\n  titre reader list\n  titre reader list --json\n  titre reader list --transport nfc           the names that titre read --transport nfc:NAME takes"
    )]
    List(ListArgs),
    /// Tell what happens at the readers: a line an event, or NDJSON with --format events
    Watch(WatchArgs),
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Whose readers
    #[arg(long, value_name = "NAME", value_enum, default_value_t = Service::Pcsc)]
    transport: Service,
}

/// Who has readers.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Service {
    /// The card service (PC/SC)
    Pcsc,
    /// libnfc; it looks at serial lines only where its own settings tell it to
    Nfc,
}

#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre reader watch
  titre reader watch --wait 60 --format events
  titre reader watch --count 2               what is there at the start is told first")]
#[cfg_attr(not(feature = "pcsc"), expect(dead_code, reason = "this build has no readers"))]
struct WatchArgs {
    /// End after this many events
    #[arg(long, value_name = "N")]
    count: Option<usize>,
    /// End after this many seconds
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    match &args.verb {
        Verb::List(args) => match args.transport {
            Service::Pcsc => list(environment),
            Service::Nfc => list_nfc(environment),
        },
        Verb::Watch(args) => watch(args, environment),
    }
}

#[cfg(not(feature = "nfc"))]
fn list_nfc(_environment: &Environment<'_>) -> Result<Outcome, Failure> {
    Err(Failure::new(crate::report::FailureCode::NotBuilt).arg("feature", "nfc"))
}

/// The readers of libnfc, by the names that open them. libnfc tells no more of a reader without opening it.
#[cfg(feature = "nfc")]
fn list_nfc(environment: &Environment<'_>) -> Result<Outcome, Failure> {
    use crate::report::{Exit, Page};
    use crate::transport::nfc;
    use serde_json::{Value, json};

    let names = nfc::list().map_err(|error| super::chip_failure::transport_failure(&error))?;
    let mut page = Page::new(environment.reporter.lang);
    let mut list: Vec<Value> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        page.line(0, format!("{}  {name}", index + 1));
        list.push(json!({"number": index + 1, "name": name}));
    }
    let chosen = match names.as_slice() {
        [] => {
            page.sentence("reader-none-nfc", &[]);
            None
        }
        [only] => {
            page.sentence("reader-chosen-nfc", &[("reader", only.clone())]);
            Some(1)
        }
        _ => {
            page.sentence("reader-ambiguous-nfc", &[]);
            None
        }
    };
    let result = json!({"readers": list, "chosen": chosen});
    Ok(Outcome { schema: "titre.reader/1", result, exit: Exit::Done, page })
}

#[cfg(not(feature = "pcsc"))]
fn list(_environment: &Environment<'_>) -> Result<Outcome, Failure> {
    Err(Failure::new(crate::report::FailureCode::NotBuilt).arg("feature", "pcsc"))
}

#[cfg(not(feature = "pcsc"))]
fn watch(_args: &WatchArgs, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    list(environment)
}

#[cfg(feature = "pcsc")]
fn list(environment: &Environment<'_>) -> Result<Outcome, Failure> {
    use crate::report::{Exit, Page};
    use crate::transport::{pcsc, reader};
    use serde_json::json;

    let readers = pcsc::list().map_err(|error| super::chip_failure::transport_failure(&error))?;
    let chosen = reader::choose(&readers, None).ok();
    let lang = environment.reporter.lang;
    let mut page = Page::new(lang);
    let mut list = Vec::new();
    for (index, entry) in readers.iter().enumerate() {
        let card = if entry.mute {
            lang.text("reader-mute", &[])
        } else if entry.card {
            lang.text("reader-card", &[("atr", entry.atr.clone())])
        } else {
            lang.text("reader-empty", &[])
        };
        let mut words = vec![card];
        for (holds, id) in [
            (entry.exclusive, "reader-held"),
            (entry.in_use && !entry.exclusive, "reader-in-use"),
            (entry.contactless(), "reader-contactless"),
        ] {
            words.extend(holds.then(|| lang.text(id, &[])));
        }
        page.line(0, format!("{}  {}: {}", index + 1, entry.name, words.join(", ")));
        let mut value = json!(entry);
        value["number"] = json!(index + 1);
        value["contactless"] = json!(entry.contactless());
        list.push(value);
    }
    match chosen {
        Some(index) => {
            page.sentence("reader-chosen", &[("reader", readers[index].name.clone())]);
        }
        None if readers.is_empty() => {
            page.sentence("reader-none", &[]);
        }
        None => {
            page.sentence("reader-ambiguous", &[]);
        }
    }
    let result = json!({"readers": list, "chosen": chosen.map(|index| index + 1)});
    Ok(Outcome { schema: "titre.reader/1", result, exit: Exit::Done, page })
}

#[cfg(feature = "pcsc")]
fn watch(args: &WatchArgs, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    use super::chip_failure::transport_failure;
    use crate::report::{Exit, Page};
    use crate::transport::pcsc::Watcher;
    use crate::transport::reader::ReaderEvent;
    use serde_json::{Value, json};
    use std::time::{Duration, Instant};

    /// Most events that the document of `--json` holds; the first ones.
    const KEPT: usize = 10_000;

    let (reporter, start) = (environment.reporter, Instant::now());
    let failed = |error| transport_failure(&error);
    let mut watcher = Watcher::new().map_err(failed)?;
    reporter.note("reader-watching", &[]);
    let (mut told, mut count) = (Vec::<ReaderEvent>::new(), 0);
    let limit = args.count.unwrap_or(usize::MAX);
    while count < limit {
        let left = args.wait.map(|wait| Duration::from_secs(wait).saturating_sub(start.elapsed()));
        let events = watcher.next(left).map_err(failed)?;
        if events.is_empty() {
            break;
        }
        for event in events.into_iter().take(limit - count) {
            let code = json!(event.change);
            let id = crate::report::locale::message_id(code.as_str().unwrap_or_default());
            let what = reporter.lang.text(&format!("change-{id}"), &[]);
            let atr = event.atr.as_deref().map(|atr| format!(" ({atr})")).unwrap_or_default();
            let mut value = json!({"event": code, "reader": event.reader});
            if let (Value::Object(members), Some(atr)) = (&mut value, &event.atr) {
                members.insert("atr".to_owned(), json!(atr));
            }
            reporter.live(&format!("{what}: {}{atr}", event.reader), value);
            count += 1;
            if told.len() < KEPT {
                told.push(event);
            }
        }
    }
    let mut page = Page::new(reporter.lang);
    page.sentence("reader-events", &[("count", count.to_string())]);
    let result = json!({"count": count, "events": told});
    Ok(Outcome { schema: "titre.reader/1", result, exit: Exit::Done, page })
}
