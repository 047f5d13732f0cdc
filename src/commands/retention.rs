//! What an enrollment leaves behind and what it does not: the retention report, read off the ledger of files, and the
//! erasure receipt, the same signed by the issuer.
//! Source: ETSI TS 119 461 VAL-8.4.2 and clause 8.5.2 (evidence, end of retention); GDPR article 5(1)(c) and (e), article 17.

use super::attestation_failure::sign_failure;
use super::{Environment, Guard, Hardening, rfc3339};
use crate::attestation::IssuerKey;
use crate::inspection::Subject;
use crate::report::ledger::{self, Change, Entry, Mark, Why};
use crate::report::output::write_file;
use crate::report::{Failure, Page};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The type of the receipt's JWS.
pub(super) const RECEIPT_TYP: &str = "titre-erasure-receipt+jwt";

/// What was in memory only. It is wiped as it is given back: by its type, and by the allocator of the program, which wipes
/// whatever is freed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    not(feature = "face"),
    expect(dead_code, reason = "without face recognition there is no face to erase")
)]
pub(super) enum Held {
    /// The files of the chip: name, number, portrait.
    DocumentFiles,
    /// The keys of the secure channels, and what they were derived from.
    SessionKeys,
    /// The portrait, as stored and as pixels.
    Portrait,
    /// What faces are compared by.
    Templates,
    /// The video file, as read.
    Video,
    /// The decoded pictures, one after the other, and what was measured on them.
    Pictures,
    /// The attestation with all that it discloses.
    Attestation,
}

impl Held {
    #[cfg(test)]
    const ALL: [Self; 7] = [
        Self::DocumentFiles,
        Self::SessionKeys,
        Self::Portrait,
        Self::Templates,
        Self::Video,
        Self::Pictures,
        Self::Attestation,
    ];

    const fn message(self) -> &'static str {
        match self {
            Self::DocumentFiles => "erased-document-files",
            Self::SessionKeys => "erased-session-keys",
            Self::Portrait => "erased-portrait",
            Self::Templates => "erased-templates",
            Self::Video => "erased-video",
            Self::Pictures => "erased-pictures",
            Self::Attestation => "erased-attestation",
        }
    }
}

/// Something that is no longer in memory.
#[derive(Debug, Serialize)]
struct Erased {
    what: Held,
    /// How many: files, keys, vectors, pictures.
    items: usize,
    /// Bytes of them all; `null` where they were there one after the other.
    bytes: Option<usize>,
}

/// An input with personal data, which titre reads and does not touch.
#[derive(Debug, Serialize)]
struct Input {
    path: PathBuf,
    what: &'static str,
}

/// What one enrollment keeps and erases, collected as it goes.
#[derive(Debug)]
pub(super) struct Retention {
    mark: Mark,
    process: Hardening,
    erased: Vec<Erased>,
    inputs: Vec<Input>,
}

impl Retention {
    /// From here on everything counts.
    pub(super) fn begin(process: Hardening) -> Self {
        Self { mark: Mark::now(), process, erased: Vec::new(), inputs: Vec::new() }
    }

    /// Names an input that stays where it is: `document`, `video`.
    pub(super) fn input(&mut self, what: &'static str, path: &Path) {
        self.inputs.push(Input { path: path.to_owned(), what });
    }

    /// Gives a value back and says that it is gone. It takes the value, so that nothing is said to be erased that is not.
    pub(super) fn erase<T>(&mut self, what: Held, items: usize, bytes: Option<usize>, value: T) {
        drop(value);
        if items > 0 {
            self.erased.push(Erased { what, items, bytes });
        }
    }

    /// The report as it is now.
    pub(super) fn report(&self) -> Value {
        self.report_of(self.mark.since())
    }

    fn report_of(&self, kept: Vec<Entry>) -> Value {
        let kept: Vec<Value> = kept.iter().map(entry).collect();
        json!({"process": self.process, "kept": kept, "erased": self.erased, "inputs": self.inputs})
    }

    /// Signs the report and writes it to `path`. The receipt names itself too, without a size of its own. The key comes with
    /// the file or token that it was read from.
    ///
    /// # Errors
    /// `output.exists`, `output.unwritable`, and those of a token that does not sign.
    pub(super) fn write_receipt(
        &self,
        path: &Path,
        session: &str,
        (issuer, key): (&IssuerKey, &Path),
        environment: &Environment<'_>,
    ) -> Result<(), Failure> {
        let change = if path.exists() { Change::Replaced } else { Change::Created };
        let mut kept = self.mark.since();
        let itself =
            Entry { path: path.to_owned(), bytes: None, change, why: Why::ErasureReceipt, until: None };
        kept.push(itself);
        let payload = json!({
            "iss": issuer.uri(),
            "iat": environment.at.unix_timestamp(),
            "test": issuer.is_test(),
            "consent_session": session,
            "retention": self.report_of(kept),
        });
        let receipt = issuer
            .sign_jws(RECEIPT_TYP, payload.to_string().as_bytes())
            .map_err(|error| sign_failure(&error, key))?;
        write_file(path, (receipt + "\n").as_bytes(), environment.global.force, true)?;
        ledger::explain(path, Why::ErasureReceipt, None);
        Ok(())
    }

    /// The report for people.
    pub(super) fn tell(&self, page: &mut Page) {
        let lang = page.lang();
        page.heading("retention-kept");
        for entry in self.mark.since() {
            let why = lang.text(entry.why.message(), &[]);
            let bytes = entry.bytes.map_or_else(String::new, |bytes| format!(" ({bytes} B)"));
            let until = entry.until.map_or_else(
                || lang.text("retention-no-end", &[]),
                |until| lang.text("retention-until", &[("time", rfc3339(until))]),
            );
            page.line(1, format!("{}{bytes}: {why}; {until}", entry.path.display()));
        }
        page.heading("retention-erased");
        for erased in &self.erased {
            let bytes = erased.bytes.map_or_else(String::new, |bytes| format!(", {bytes} B"));
            let what = lang.text(erased.what.message(), &[]);
            page.line(1, format!("{what}: {}{bytes}", erased.items));
        }
        for input in &self.inputs {
            page.sentence("retention-input", &[("file", input.path.display().to_string())]);
        }
        let word = |guard: Guard| json!(guard).as_str().unwrap_or_default().to_owned();
        page.line(1, format!("core_dumps: {}", word(self.process.core_dumps)));
        page.line(1, format!("swap: {}", word(self.process.swap)));
    }
}

/// Keys of the secure channels of a session: two for each, and chip authentication sets up another.
pub(super) fn session_keys(subject: &Subject) -> usize {
    let Some(document) = &subject.document else { return 0 };
    let chip = document.chip_authentication.as_ref().is_some_and(|evidence| evidence.witnessed);
    let access =
        document.access.established.as_ref().map_or(0, |_| 1 + document.access.reestablished as usize);
    2 * (access + usize::from(chip))
}

fn entry(entry: &Entry) -> Value {
    json!({
        "path": entry.path,
        "bytes": entry.bytes,
        "change": entry.change,
        "why": entry.why,
        "until": entry.until.map(rfc3339),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Lang;

    #[test]
    fn everything_that_is_erased_has_a_text_in_every_language() {
        for lang in Lang::ALL {
            for held in Held::ALL {
                assert!(lang.has(held.message()), "{held:?} in {lang:?}");
            }
        }
    }

    #[test]
    fn nothing_is_said_to_be_erased_before_it_is() {
        struct Told<'a>(&'a std::cell::Cell<bool>);
        impl Drop for Told<'_> {
            fn drop(&mut self) {
                self.0.set(true);
            }
        }
        let gone = std::cell::Cell::new(false);
        let value = Told(&gone);
        let process = Hardening { core_dumps: Guard::Off, swap: Guard::NotAllowed };
        let mut retention = Retention::begin(process);
        retention.erase(Held::Portrait, 1, Some(3), value);
        assert!(gone.get());
        assert_eq!(retention.report()["erased"], json!([{"what": "portrait", "items": 1, "bytes": 3}]));
    }
}
