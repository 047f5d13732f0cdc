//! `titre csca import | list | show | check | diff`: the trust store. A master list or a deviation list is taken in
//! when its signature leads to a certificate that the user pins; a single certificate, because the user names it.

use super::trust_store::{certificates, certificates_in, list_failure, load, store_failure};
use super::{Environment, csca_check, csca_deviations, csca_diff};
use crate::asn1::pem;
use crate::inspection::CertificateSummary;
use crate::pki::{
    Certificate, Change, DeviationList, Entry, MasterList, SignedData, Source, Tolerance, TrustStore, chain,
    profile, signed_data,
};
use crate::report::output::{check_free, read_input, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Arguments of `titre csca`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre csca import DE_ML.ml --signer DE_ROOT_CA_CSCA07.cer -o trust.json
  titre csca import utopia.cer -o trust.json                trust this certificate by name
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
    /// Take master lists and certificates into a trust store
    Import(Import),
    /// List the certificates of a trust store
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
#[command(
    before_help = "Examples:
  titre csca import DE_ML.ml --signer DE_ROOT_CA_CSCA07.cer -o trust.json
  titre csca import ICAO.ml --signer UN_CSCA.cer --tolerate digest_info_without_null -o trust.json
  titre csca import IT_DeviationList.der --signer IT_CSCA.cer -o trust.json
  titre csca import utopia.cer -o trust.json",
    after_help = "A master list must be signed by a --signer certificate, or by one that it issued for signing lists. \
A newer list takes the place of the older ones of the same country. A deviation list (ICAO) or defect list (BSI) is \
taken in likewise; what it knows of documents then counts in verify. A certificate file (DER or PEM) among the \
FILEs is trusted because you name it: compare its fingerprint with what its authority publishes. An existing STORE \
is added to."
)]
struct Import {
    /// Master lists (.ml), deviation lists and certificates
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A certificate that list signers must lead to: the list signer's own or its CSCA; DER or PEM; may be repeated
    #[arg(long, value_name = "CERT")]
    signer: Vec<PathBuf>,
    /// The trust store; it is made, or added to
    #[arg(short, long, value_name = "STORE")]
    output: PathBuf,
    /// Accept a named deviation of a list's signature
    #[arg(long, value_name = "NAME", value_parser = tolerance_parser())]
    tolerate: Vec<Tolerance>,
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

/// The deviations that may be asked for.
const ASKABLE: [Tolerance; 2] = [Tolerance::DigestInfoWithoutNull, Tolerance::ListSignerUsageMissing];

fn tolerance_parser() -> impl TypedValueParser<Value = Tolerance> {
    PossibleValuesParser::new(ASKABLE.map(Tolerance::code)).try_map(|name| {
        ASKABLE.into_iter().find(|tolerance| tolerance.code() == name).ok_or("no such deviation")
    })
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

/// A file of the command line, read and judged.
enum Material {
    List(Box<MasterList>),
    Deviations(Box<DeviationList>),
    Certificates(Vec<Certificate>),
}

fn import(args: &Import, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let mut pinned = Vec::new();
    for path in &args.signer {
        pinned.extend(certificates(path)?);
    }
    let mut store = if args.output.exists() { existing(&args.output)? } else { TrustStore::default() };
    let mut files = Vec::new();
    for (at, path) in args.files.iter().enumerate() {
        environment.reporter.progress("csca.import", at as u64, args.files.len() as u64);
        let bytes = read_input(path, signed_data::MAX_LEN as u64)?;
        let material = judge(path, &bytes, &pinned, args, environment)?;
        files.push((path, bytes, material));
    }
    // Of several lists, the oldest first, so that the order on the command line does not decide.
    files.sort_by_key(|(_, _, material)| match material {
        Material::List(list) => list.signing_time,
        Material::Deviations(list) => list.signing_time,
        Material::Certificates(_) => None,
    });
    let mut page = Page::new(environment.reporter.lang);
    let mut imported = Vec::new();
    for (path, bytes, material) in &files {
        imported.push(take_in(&mut store, path, bytes, material, environment, &mut page)?);
    }
    let saved = store.save().map_err(|error| store_failure(&error, &args.output))?;
    write_file(&args.output, &saved, true, false)?;
    page.heading("heading-trust-store");
    page.field("label-file", args.output.display());
    page.field("label-certificates", store.len());
    page.field("label-digest", store.digest());
    let result = json!({"imported": imported, "certificates": store.len(), "digest": store.digest()});
    Ok(Outcome { schema: "titre.csca_import/1", result, exit: Exit::Done, page })
}

/// The store that is there already. A file that is none is not written over.
fn existing(path: &Path) -> Result<TrustStore, Failure> {
    let bytes = read_input(path, crate::pki::trust_store::MAX_FILE)?;
    TrustStore::load(&bytes).map_err(|error| store_failure(&error, path))
}

fn judge(
    path: &Path,
    bytes: &[u8],
    pinned: &[Certificate],
    args: &Import,
    environment: &Environment<'_>,
) -> Result<Material, Failure> {
    if let Ok(list) = certificates_in(bytes) {
        return Ok(Material::Certificates(list));
    }
    // A list may come in PEM, as `openssl cms -outform PEM` writes it.
    let text = std::str::from_utf8(bytes).ok().filter(|_| pem::is_pem(bytes));
    let block = text.and_then(|text| pem::blocks(text).ok()?.into_iter().next());
    let der = block.as_ref().map_or(bytes, |block| block.der.as_slice());
    if pinned.is_empty() && SignedData::parse(der).is_ok() {
        return Err(Failure::new(FailureCode::MasterListUntrusted)
            .arg("file", path.display())
            .cause("a signed list needs --signer"));
    }
    if DeviationList::is_one(der) {
        let list = DeviationList::verify(der, pinned, environment.at, &args.tolerate)
            .map_err(|error| list_failure(&error, path))?;
        return Ok(Material::Deviations(Box::new(list)));
    }
    let list = MasterList::verify(der, pinned, environment.at, &args.tolerate)
        .map_err(|error| list_failure(&error, path))?;
    if list.certificates.is_empty() {
        return Err(Failure::new(FailureCode::MasterListMalformed)
            .arg("file", path.display())
            .cause("it holds no certificate"));
    }
    Ok(Material::List(Box::new(list)))
}

fn take_in(
    store: &mut TrustStore,
    path: &Path,
    bytes: &[u8],
    material: &Material,
    environment: &Environment<'_>,
    page: &mut Page,
) -> Result<Value, Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    page.line(0, &name);
    match material {
        Material::Certificates(list) => {
            let mut added = Vec::new();
            for certificate in list {
                let new = store.add_certificate(certificate, &name, bytes);
                let fingerprint = hex::encode(certificate.fingerprint());
                page.field("label-trusted-by-name", &certificate.subject);
                page.field("label-fingerprint", &fingerprint);
                added.push(
                    json!({"subject": certificate.subject.to_string(), "sha256": fingerprint, "new": new}),
                );
            }
            Ok(json!({"kind": "certificate", "file": name, "certificates": added}))
        }
        Material::Deviations(list) => {
            store
                .add_deviations(list, &name, bytes, environment.global.force)
                .map_err(|error| store_failure(&error, path))?;
            Ok(csca_deviations::taken_in(list, &name, page))
        }
        Material::List(list) => {
            let Change { new, gone } = store
                .add_list(list, &name, bytes, environment.global.force)
                .map_err(|error| store_failure(&error, path))?;
            let signed_at = list.signing_time.map(super::rfc3339);
            let codes: Vec<&str> = list.tolerated.iter().map(|tolerance| tolerance.code()).collect();
            page.field("label-list-signer", &list.signer.subject);
            page.field("label-list-anchor", hex::encode(list.anchor.fingerprint()));
            page.field("label-list-date", signed_at.as_deref().unwrap_or("-"));
            page.field("label-certificates", list.certificates.len());
            page.field("label-new", new);
            page.field("label-gone", gone);
            if !list.unreadable.is_empty() {
                page.field("label-unreadable", list.unreadable.len());
            }
            if !codes.is_empty() {
                page.field("label-tolerated", codes.join(", "));
            }
            let unreadable =
                list.unreadable.iter().map(|(place, why)| json!({"place": place, "problem": why}));
            Ok(json!({
                "kind": "master_list",
                "file": name,
                "signed_at": signed_at,
                "signer": list.signer.subject.to_string(),
                "anchor": hex::encode(list.anchor.fingerprint()),
                "certificates": list.certificates.len(),
                "new": new,
                "gone": gone,
                "unreadable": unreadable.collect::<Vec<_>>(),
                "tolerated": codes,
            }))
        }
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
    page.field("label-deviation-lists", store.deviations().len());
    for list in store.deviations() {
        page.line(2, csca_deviations::line(list));
    }
    page.field("label-digest", store.digest());
    let described: Vec<Value> = entries.iter().map(|entry| describe(entry, environment)).collect();
    let deviations: Vec<Value> = store.deviations().iter().map(csca_deviations::describe).collect();
    let result = json!({
        "digest": store.digest(),
        "sources": store.sources(),
        "certificates": described,
        "deviation_lists": deviations,
    });
    Ok(Outcome { schema: "titre.csca_list/1", result, exit: Exit::Done, page })
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
