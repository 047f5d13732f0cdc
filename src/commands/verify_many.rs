//! `titre verify` of several inputs, or of a folder of them: one line each, and an exit code for the whole. All cores
//! work, and what was worked out about the trust store for one document serves the others.

use super::verify::{Args, exit, result};
use super::{Environment, inspection_page, verify};
use crate::inspection::{CheckResult, Inspection, Subject, inspect_in};
use crate::lds::FileId;
use crate::pki::{StoreSession, TrustStore};
use crate::report::{Exit, Failure, FailureCode, Lang, Outcome, Page};
use crate::session::folder::{INDEX, file_name};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Most inputs of one run: each keeps its whole result until the end.
const MAX_INPUTS: usize = 10_000;

/// The inputs where there are several; `None` for one that is a document, a recording or a signed file.
///
/// # Errors
/// `input.unreadable`; `input.malformed` where there are too many.
pub(super) fn inputs(given: &[PathBuf]) -> Result<Option<Vec<PathBuf>>, Failure> {
    let all = match given {
        [one] if is_folder_of_documents(one) => match entries(one)? {
            // An empty folder is told of as the document folder that it was meant to be.
            none if none.is_empty() => return Ok(None),
            some => some,
        },
        [_] => return Ok(None),
        several => several.to_vec(),
    };
    if all.len() > MAX_INPUTS {
        return Err(Failure::new(FailureCode::InputMalformed)
            .arg("file", given.first().map_or_else(String::new, |path| path.display().to_string()))
            .cause(format!("more than {MAX_INPUTS} inputs")));
    }
    Ok(Some(all))
}

/// A folder that is no document folder, nor one that lost its index.
fn is_folder_of_documents(path: &Path) -> bool {
    let has = |name: &str| path.join(name).exists();
    path.is_dir() && !has(INDEX) && ![FileId::Com, FileId::Dg(1)].iter().any(|file| has(&file_name(*file)))
}

/// What stands in a folder, in the order of the names, hidden files apart.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(FailureCode::InputUnreadable).arg("file", folder.display()).cause(error)
    };
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)?.take(MAX_INPUTS + 1) {
        let entry = entry.map_err(unreadable)?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            all.push(entry.path());
        }
    }
    all.sort();
    Ok(all)
}

/// Verifies them all.
pub(super) fn run(
    args: &Args,
    inputs: &[PathBuf],
    store: &TrustStore,
    environment: &Environment<'_>,
) -> Outcome {
    let session = StoreSession::new(store);
    let (at, profile) = (environment.at, args.profile);
    let judge = |input: &PathBuf| -> Result<Inspection, Failure> {
        let subject = subject(input)?;
        Ok(inspect_in(&subject, &session, at, profile))
    };
    let total = inputs.len() as u64;
    let judged = on_all_cores(inputs, judge, |done| environment.reporter.progress("verify", done, total));

    let lang = environment.reporter.lang;
    let mut page = Page::new(lang);
    let mut documents = Vec::with_capacity(inputs.len());
    let mut counts = Counts::default();
    page.heading("heading-documents");
    for (input, judged) in inputs.iter().zip(&judged) {
        counts.add(judged);
        page.line(1, line(input, judged, lang));
        documents.push(document(input, judged, args.disclose, lang));
    }
    page.heading("heading-basis");
    page.field("label-store", session.digest());
    page.field("label-at", super::rfc3339(environment.at));
    page.field("label-profile", args.profile.name());
    let whole = counts.exit();
    let mut head = Page::new(lang);
    head.sentence("verify-many", &counts.args());
    head.append(&page);
    let result = json!({
        "at": super::rfc3339(environment.at),
        "profile": args.profile.name(),
        "store": session.digest(),
        "counts": counts.to_json(),
        "documents": documents,
    });
    Outcome { schema: "titre.verify_many/1", result, exit: whole, page: head }
}

/// A document folder or a signed file; a recording wants a password of its own.
fn subject(input: &Path) -> Result<Subject, Failure> {
    if super::document::is_recording(input) {
        return Err(Failure::new(FailureCode::InputMalformed)
            .arg("file", input.display())
            .cause("a recording is verified by itself, with its password"));
    }
    verify::subject_of_files(input)
}

/// Works on each item, as many at a time as there are cores; the results stand in the order of the items. `done` is told
/// how many are finished.
fn on_all_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync, done: impl Fn(u64)) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(items.len());
    let next = AtomicUsize::new(0);
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..cores {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                while let Some((place, item)) = take(items, next) {
                    if sender.send((place, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        for (finished, (place, result)) in receiver.into_iter().enumerate() {
            results[place] = Some(result);
            done(finished as u64 + 1);
        }
    });
    results.into_iter().flatten().collect()
}

/// The next item that nobody has taken.
fn take<'a, T>(items: &'a [T], next: &AtomicUsize) -> Option<(usize, &'a T)> {
    let place = next.fetch_add(1, Ordering::Relaxed);
    Some((place, items.get(place)?))
}

/// `result  path  (the check that decided)`.
fn line(input: &Path, judged: &Result<Inspection, Failure>, lang: Lang) -> String {
    let path = input.display();
    match judged {
        Ok(inspection) => {
            let word = inspection_page::word(inspection.verdict, lang);
            let decisive = (inspection.verdict != CheckResult::Successful)
                .then(|| inspection.root.decisive().into_iter().next())
                .flatten();
            let why = decisive
                .map(|check| format!("; {}", inspection_page::line(check, check.reason.as_ref(), lang)));
            format!("{path}: {word}{}", why.unwrap_or_default())
        }
        Err(failure) => {
            let (title, detail, _) = failure.texts(lang);
            let why = if detail.is_empty() { title } else { detail };
            format!("{path}: {}; {why}", failure.code.code())
        }
    }
}

fn document(input: &Path, judged: &Result<Inspection, Failure>, disclose: bool, lang: Lang) -> Value {
    let (code, result, failure) = match judged {
        Ok(inspection) => (exit(inspection.verdict), result(inspection, disclose), Value::Null),
        Err(failure) => (failure.code.exit(), Value::Null, failure.to_json(lang)),
    };
    json!({"input": input.display().to_string(), "exit": code.code(), "result": result, "failure": failure})
}

/// How many came to what.
#[derive(Default)]
struct Counts {
    by_result: [u64; 5],
    unreadable: u64,
    first_failure: Option<Exit>,
}

impl Counts {
    fn add(&mut self, judged: &Result<Inspection, Failure>) {
        match judged {
            Ok(inspection) => {
                let place = CheckResult::BY_PRECEDENCE.iter().position(|known| *known == inspection.verdict);
                self.by_result[place.unwrap_or_default()] += 1;
            }
            Err(failure) => {
                self.unreadable += 1;
                self.first_failure.get_or_insert(failure.code.exit());
            }
        }
    }

    /// Failed before unreadable before all that could not be told: only where every one is successful is the whole.
    fn exit(&self) -> Exit {
        if self.by_result[0] > 0 {
            return Exit::Failed;
        }
        let met = CheckResult::BY_PRECEDENCE.into_iter().zip(self.by_result);
        let weightiest = met.filter(|(_, count)| *count > 0).map(|(result, _)| exit(result)).next();
        self.first_failure.or(weightiest).unwrap_or(Exit::Done)
    }

    fn each(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let results = CheckResult::BY_PRECEDENCE.into_iter().zip(self.by_result);
        results.map(|(result, count)| (result.word(), count)).chain([("unreadable", self.unreadable)])
    }

    fn to_json(&self) -> Value {
        self.each()
            .map(|(word, count)| (word.to_owned(), json!(count)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        self.each().map(|(word, count)| (word, count.to_string())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..1000).collect();
        let told = std::cell::RefCell::new(Vec::new());
        let squares = on_all_cores(&items, |item| item * item, |done| told.borrow_mut().push(done));
        assert_eq!(squares, items.iter().map(|item| item * item).collect::<Vec<_>>());
        assert_eq!(told.into_inner(), (1..=1000).collect::<Vec<u64>>());
        assert!(on_all_cores(&[] as &[u64], |item| *item, |_| ()).is_empty());
    }

    #[test]
    fn the_whole_is_successful_only_where_each_is() {
        let of = |by_result, failure: Option<Exit>| {
            Counts { by_result, unreadable: u64::from(failure.is_some()), first_failure: failure }.exit()
        };
        assert_eq!(of([0, 0, 0, 0, 3], None), Exit::Done);
        assert_eq!(of([0, 0, 0, 1, 3], None), Exit::NotSupported);
        assert_eq!(of([0, 0, 1, 1, 3], None), Exit::Undetermined);
        assert_eq!(of([0, 1, 1, 1, 3], None), Exit::Aborted);
        assert_eq!(of([0, 0, 1, 0, 3], Some(Exit::Input)), Exit::Input);
        assert_eq!(of([1, 1, 1, 1, 3], Some(Exit::Input)), Exit::Failed);
    }
}
