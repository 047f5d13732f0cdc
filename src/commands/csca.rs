//! `titre csca import | list | show | check | diff`: the trust store. What goes into it is [`super::csca_import`]'s.

use super::csca_import::{Import, import};
use super::trust_store::load;
use super::{Environment, csca_check, csca_deviations, csca_diff};
use crate::asn1::pem;
use crate::inspection::CertificateSummary;
use crate::pki::{Certificate, Crl, Entry, Source, StoredCrl, chain, profile};
use crate::report::output::{check_free, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use time::OffsetDateTime;

/// Arguments of `titre csca`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre csca import DE_ML.ml --signer DE_ROOT_CA_CSCA07.cer -o trust.json
  titre csca import utopia.cer utopia.crl -o trust.json     trust this certificate by name, take its revocation list
  titre csca list --store trust.json --country FR
  titre csca show 3f2a --store trust.json                   a certificate, by the beginning of its SHA-256
  titre csca check trust.json --country FR                  which certificates break Doc 9303-12, and how
  titre csca diff OLD.ml NEW.ml                             what a new list brings, takes and weakens")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Take master lists, certificates and revocation lists into a trust store
    Import(Import),
    /// List the certificates of a trust store, and its revocation lists
    #[command(before_help = "Examples:\n  titre csca list --store trust.json --country FR")]
    List(List),
    /// Show a certificate of a trust store
    #[command(before_help = "Examples:\n  titre csca show 3f9a --store trust.json")]
    Show(Show),
    /// Say which certificates and revocation lists break the profile of Doc 9303-12, and how
    Check(csca_check::Args),
    /// Compare two master lists or trust stores
    Diff(csca_diff::Args),
}

#[derive(Debug, clap::Args)]
struct List {
    /// The trust store
    #[arg(long, value_name = "STORE")]
    store: PathBuf,
    /// Only certificates of this country, two letters
    #[arg(long, value_name = "CC")]
    country: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Show {
    /// SHA-256 of the certificate, or the beginning of it
    fingerprint: String,
    /// The trust store
    #[arg(long, value_name = "STORE")]
    store: PathBuf,
    /// Write the certificate here, as PEM
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    match &args.verb {
        Verb::Import(args) => import(args, environment),
        Verb::List(args) => list(args, environment),
        Verb::Show(args) => show(args, environment),
        Verb::Check(args) => csca_check::run(args, environment),
        Verb::Diff(args) => csca_diff::run(args, environment),
    }
}

fn list(args: &List, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let store = load(&args.store)?;
    let wanted = args.country.as_deref().map(str::to_uppercase);
    let mut entries: Vec<&Entry> =
        store.entries().filter(|entry| wanted.is_none() || entry.certificate.country() == wanted).collect();
    entries.sort_by_cached_key(|entry| {
        (entry.certificate.country(), entry.certificate.subject.to_string(), entry.certificate.not_before)
    });
    let mut page = Page::new(environment.reporter.lang);
    for entry in &entries {
        let certificate = &entry.certificate;
        let fingerprint = hex::encode(certificate.fingerprint());
        page.line(
            0,
            format!(
                "{:<3} {}  {} .. {}  {}",
                certificate.country().as_deref().unwrap_or("?"),
                &fingerprint[..16],
                certificate.not_before.date(),
                certificate.not_after.date(),
                certificate.subject
            ),
        );
    }
    page.heading("heading-trust-store");
    page.field("label-certificates", entries.len());
    let of_country = |list: &&StoredCrl| wanted.is_none() || list.crl.issuer.country() == wanted;
    let mut crls: Vec<&StoredCrl> = store.crls().filter(of_country).collect();
    crls.sort_by_cached_key(|list| (list.crl.issuer.country(), list.crl.issuer.to_string()));
    crl_fields(&crls, environment.at, &mut page);
    page.field("label-deviation-lists", store.deviations().len());
    for list in store.deviations() {
        page.line(2, csca_deviations::line(list));
    }
    page.field("label-digest", store.digest());
    let described: Vec<Value> = entries.iter().map(|entry| describe(entry, environment)).collect();
    let crls: Vec<Value> = crls.iter().map(|list| describe_stored(list, environment.at)).collect();
    let deviations: Vec<Value> = store.deviations().iter().map(csca_deviations::describe).collect();
    let result = json!({
        "digest": store.digest(),
        "sources": store.sources(),
        "certificates": described,
        "revocation_lists": crls,
        "deviation_lists": deviations,
    });
    Ok(Outcome { schema: "titre.csca_list/1", result, exit: Exit::Done, page })
}

/// How many revocation lists there are, of which countries, and which are out of date.
fn crl_fields(crls: &[&StoredCrl], at: OffsetDateTime, page: &mut Page) {
    let countries = |lists: &mut dyn Iterator<Item = &&StoredCrl>| {
        let set: BTreeSet<String> =
            lists.map(|list| list.crl.issuer.country().unwrap_or_else(|| "?".to_owned())).collect();
        set.into_iter().collect::<Vec<_>>().join(" ")
    };
    page.field("label-crls", format!("{} {}", crls.len(), countries(&mut crls.iter())).trim_end());
    for list in crls.iter().filter(|list| list.crl.current_until() < at) {
        let until = super::rfc3339(list.crl.current_until());
        page.field("label-crl-outdated", format!("{} ({until})", list.crl.issuer));
    }
}

/// A revocation list, as results have it.
pub(super) fn describe_crl(crl: &Crl, at: OffsetDateTime) -> Value {
    json!({
        "issuer": crl.issuer.to_string(),
        "country": crl.issuer.country(),
        "number": crl.number().map(hex::encode),
        "this_update": super::rfc3339(crl.this_update),
        "next_update": crl.next_update.map(super::rfc3339),
        "current": crl.this_update <= at && at <= crl.current_until(),
        "revoked": crl.entries,
        "sha256": hex::encode(crl.fingerprint()),
        "defects": crl.defects(),
    })
}

fn describe_stored(list: &StoredCrl, at: OffsetDateTime) -> Value {
    let mut described = describe_crl(&list.crl, at);
    described["signed_by"] = json!(hex::encode(list.issuer.fingerprint()));
    described["file"] = json!(list.file);
    described
}

fn show(args: &Show, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    if let Some(output) = &args.output {
        check_free(output, environment.global.force)?;
    }
    let store = load(&args.store)?;
    let wanted: String = args.fingerprint.chars().filter(|c| *c != ':').collect();
    let entry = store.find(&wanted).ok_or_else(|| {
        Failure::new(FailureCode::CertificateNotFound).arg("fingerprint", &args.fingerprint)
    })?;
    let certificate = &entry.certificate;
    let text = pem::encode("CERTIFICATE", certificate.as_der());
    let summary = CertificateSummary::of(certificate);
    let mut page = Page::new(environment.reporter.lang);
    page.line(0, &summary.subject);
    page.field("label-issuer", &summary.issuer);
    page.field("label-serial", &summary.serial);
    page.field("label-valid", format!("{} .. {}", summary.not_before, summary.not_after));
    page.field("label-key", summary.key.as_deref().unwrap_or("?"));
    if let Ok(scheme) = certificate.signature_scheme() {
        page.field("label-signature", scheme);
    }
    page.field("label-fingerprint", &summary.sha256);
    if let Some(id) = certificate.subject_key_id() {
        page.field("label-key-id", hex::encode(id));
    }
    let defects = broken_rules(certificate);
    if !defects.is_empty() {
        page.field("label-defects", defects.join(", "));
    }
    for source in entry.sources.iter().filter_map(|place| store.sources().get(*place)) {
        page.field("label-source", source_text(source));
    }
    match &args.output {
        Some(output) => write_file(output, text.as_bytes(), environment.global.force, false)?,
        None => {
            for line in text.lines() {
                page.line(0, line);
            }
        }
    }
    let mut result = describe(entry, environment);
    result["pem"] = json!(text);
    Ok(Outcome { schema: "titre.csca_show/1", result, exit: Exit::Done, page })
}

fn source_text(source: &Source) -> String {
    match source {
        Source::MasterList { file, signed_at, signer, .. } => {
            format!("{file} ({}; {signer})", signed_at.as_deref().unwrap_or("-"))
        }
        Source::Certificate { file, .. } => file.clone(),
    }
}

/// The rules of Doc 9303-12 that a certificate of the store breaks, by name.
fn broken_rules(certificate: &Certificate) -> Vec<&'static str> {
    let kind = profile::Kind::of_authority(certificate);
    profile::broken(certificate, kind).iter().map(|rule| rule.code).collect()
}

fn describe(entry: &Entry, environment: &Environment<'_>) -> Value {
    let certificate = &entry.certificate;
    json!({
        "certificate": CertificateSummary::of(certificate),
        "country": certificate.country(),
        "subject_key_id": certificate.subject_key_id().map(hex::encode),
        "signature": certificate.signature_scheme().ok().map(|scheme| scheme.to_string()),
        "root": chain::is_root(certificate),
        "valid": certificate.is_valid_at(environment.at),
        "defects": broken_rules(certificate),
        "sources": entry.sources,
    })
}
