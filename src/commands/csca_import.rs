//! `titre csca import`: what goes into a trust store. A master list is taken in when its signature leads to a
//! certificate that the user pins; a single certificate, because the user names it or the folder that it stands in; a
//! revocation list, when a CSCA of the store signed it. LDIF is a wrapper that nobody signed: its master lists and
//! revocation lists are judged like files, its certificates are passed over.
//!
//! A file that the command line names must be taken in, or nothing is. What stands in a folder or in LDIF is taken in
//! as far as it can be, and the result says what was passed over and why.

use super::csca_folder::files_below;
use super::trust_store::{CRL_LABEL, certificates, list_failure, store_failure};
use super::{Environment, csca_deviations};
use crate::asn1::pem;
use crate::pki::{
    Certificate, Change, Crl, CrlChange, DeviationList, Ldif, LdifKind, MasterList, SignedData, Tolerance,
    TrustStore, chain, crl, ldif, trust_store,
};
use crate::report::output::{read_input, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:
  titre csca import DE_ML.ml --signer DE_ROOT_CA_CSCA07.cer -o trust.json
  titre csca import ICAO.ml --signer UN_CSCA.cer --tolerate digest_info_without_null -o trust.json
  titre csca import utopia.cer utopia.crl -o trust.json
  titre csca import IT_DeviationList.der --signer IT_CSCA.cer -o trust.json
  titre csca import icaopkd-001-complete.ldif -o trust.json             revocation lists of the ICAO PKD
  titre csca import lists/ --signer DE_ROOT_CA_CSCA07.cer -o trust.json a folder and those below it",
    after_help = "A master list must be signed by a --signer certificate, or by one that it issued for signing lists. \
A newer list takes the place of the older ones of the same country. A deviation list (ICAO) or defect list (BSI) is \
taken in likewise; what it knows of documents then counts in verify. A certificate file (DER or PEM) among the \
FILEs is trusted because you name it: compare its fingerprint with what its authority publishes. A revocation list \
(DER or PEM) must be signed by a CSCA of the store; the newest by a key takes the place of the older ones. An older \
list after a newer one is refused without --force. Of LDIF, master lists and revocation lists are taken in so far as \
their signatures verify; certificates in it are not trusted. An existing STORE is added to."
)]
pub(super) struct Import {
    /// Master lists, deviation lists, certificates, revocation lists, LDIF; folders of these
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

/// The deviations that may be asked for.
const ASKABLE: [Tolerance; 2] = [Tolerance::DigestInfoWithoutNull, Tolerance::ListSignerUsageMissing];

fn tolerance_parser() -> impl TypedValueParser<Value = Tolerance> {
    PossibleValuesParser::new(ASKABLE.map(Tolerance::code)).try_map(|name| {
        ASKABLE.into_iter().find(|tolerance| tolerance.code() == name).ok_or("no such deviation")
    })
}

/// What is taken in.
enum Material {
    Certificate(Box<Certificate>),
    List(Box<MasterList>),
    Deviations(Box<DeviationList>),
    Crl(Box<Crl>),
}

/// Where it comes from.
#[derive(Clone)]
struct Origin {
    /// The file that the command line names, for failures.
    path: PathBuf,
    /// Name of the file that it stands in, without folders.
    file: String,
    /// Whether the command line names that file, so that it must be taken in.
    named: bool,
    /// The entry of LDIF that it stands in.
    dn: Option<String>,
}

struct Item {
    origin: Origin,
    bytes: Vec<u8>,
    material: Material,
}

/// What was found and not taken in, with the reason; the same reason once for each file.
#[derive(Default)]
struct PassedOver(BTreeMap<(String, String), (usize, Option<String>)>);

impl PassedOver {
    fn add(&mut self, origin: &Origin, reason: impl std::fmt::Display) {
        let key = (origin.file.clone(), reason.to_string());
        self.0.entry(key).or_insert_with(|| (0, origin.dn.clone())).0 += 1;
    }

    fn to_json(&self) -> Value {
        let entries = self.0.iter().map(|((file, reason), (count, first))| {
            json!({"file": file, "reason": reason, "count": count, "first_dn": first})
        });
        entries.collect()
    }
}

/// What the judging of files needs.
struct Judge<'a> {
    pinned: Vec<Certificate>,
    tolerate: &'a [Tolerance],
    at: OffsetDateTime,
    items: Vec<Item>,
    passed: PassedOver,
}

pub(super) fn import(args: &Import, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let mut pinned = Vec::new();
    for path in &args.signer {
        pinned.extend(certificates(path)?);
    }
    let mut store = if args.output.exists() { existing(&args.output)? } else { TrustStore::default() };
    let (at, passed) = (environment.at, PassedOver::default());
    let mut judge = Judge { pinned, tolerate: &args.tolerate, at, items: Vec::new(), passed };
    for (number, path) in args.files.iter().enumerate() {
        environment.reporter.progress("csca.import", number as u64, args.files.len() as u64);
        if path.is_dir() {
            for file in files_below(path)? {
                judge.file(&file, false)?;
            }
        } else {
            judge.file(path, true)?;
        }
    }
    let Judge { mut items, mut passed, .. } = judge;
    // Certificates first, then what these signed; of several lists the oldest first, so that the order on the command
    // line does not decide.
    items.sort_by_key(|item| match &item.material {
        Material::Certificate(_) => (0, None),
        Material::List(list) => (1, list.signing_time),
        Material::Deviations(list) => (1, list.signing_time),
        Material::Crl(crl) => (2, Some(crl.this_update)),
    });
    let mut page = Page::new(environment.reporter.lang);
    let mut imported = Vec::new();
    for item in &items {
        match take_in(&mut store, item, environment, &mut page) {
            Ok(taken) => imported.push(taken),
            Err(failure) if item.origin.named => return Err(failure),
            Err(failure) => passed.add(&item.origin, failure.cause.as_deref().unwrap_or_default()),
        }
    }
    if let (true, Some(((_, reason), _))) = (imported.is_empty(), passed.0.first_key_value()) {
        return Err(Failure::new(FailureCode::InputMalformed)
            .arg("file", args.files[0].display())
            .cause(format!("nothing in it was taken in: {reason}")));
    }
    let saved = store.save().map_err(|error| store_failure(&error, &args.output))?;
    write_file(&args.output, &saved, true, false)?;
    for ((file, reason), (count, _)) in &passed.0 {
        page.field("label-passed-over", format!("{file}: {count} × {reason}"));
    }
    page.heading("heading-trust-store");
    page.field("label-file", args.output.display());
    page.field("label-certificates", store.len());
    page.field("label-crls", store.crls().count());
    page.field("label-digest", store.digest());
    let result = json!({
        "imported": imported,
        "passed_over": passed.to_json(),
        "certificates": store.len(),
        "revocation_lists": store.crls().count(),
        "digest": store.digest(),
    });
    Ok(Outcome { schema: "titre.csca_import/1", result, exit: Exit::Done, page })
}

/// The store that is there already. A file that is none is not written over.
fn existing(path: &Path) -> Result<TrustStore, Failure> {
    let bytes = read_input(path, trust_store::MAX_FILE)?;
    TrustStore::load(&bytes).map_err(|error| store_failure(&error, path))
}

impl Judge<'_> {
    /// Judges a file by what it holds. What is wrong with a file that the command line names is a failure.
    fn file(&mut self, file: &Path, named: bool) -> Result<(), Failure> {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let origin = Origin { path: file.to_owned(), file: name, named, dn: None };
        let judged = read_input(file, ldif::MAX_FILE).and_then(|bytes| {
            if ldif::is_ldif(&bytes) {
                return self.ldif(&origin, &bytes);
            }
            if !pem::is_pem(&bytes) {
                return self.der(&origin, bytes);
            }
            self.pem(&origin, &bytes)
        });
        match judged {
            Err(failure) if !named => {
                self.passed.add(&origin, failure.cause.as_deref().unwrap_or(failure.code.code()));
                Ok(())
            }
            judged => judged,
        }
    }

    fn pem(&mut self, origin: &Origin, bytes: &[u8]) -> Result<(), Failure> {
        let malformed = |cause: String| failure(FailureCode::InputMalformed, origin).cause(cause);
        let text = std::str::from_utf8(bytes).map_err(|_| malformed("not text".to_owned()))?;
        let blocks = pem::blocks(text).map_err(|error| malformed(error.to_string()))?;
        let before = self.items.len();
        for block in &blocks {
            // A list may come in PEM, as `openssl cms -outform PEM` writes it.
            if ["CERTIFICATE", CRL_LABEL, "CMS", "PKCS7"].contains(&block.label.as_str()) {
                self.der(origin, block.der.to_vec())?;
            }
        }
        if self.items.len() == before {
            return Err(malformed("neither certificates nor lists in the PEM".to_owned()));
        }
        Ok(())
    }

    fn der(&mut self, origin: &Origin, bytes: Vec<u8>) -> Result<(), Failure> {
        let material = if let Ok(certificate) = Certificate::parse(&bytes) {
            // Naming a folder is naming what stands in it; a document signer is no CSCA for that.
            if !origin.named && certificate.is_ca() != Some(true) && !chain::is_root(&certificate) {
                self.passed.add(origin, "the certificate of a signer, not of a CSCA");
                return Ok(());
            }
            Material::Certificate(Box::new(certificate))
        } else if crl::is_crl(&bytes) {
            Material::Crl(Box::new(read_crl(origin, &bytes)?))
        } else {
            self.signed_list(origin, &bytes)?
        };
        self.items.push(Item { origin: origin.clone(), bytes, material });
        Ok(())
    }

    /// Takes LDIF apart. Its values are judged each by itself, and passed over where they cannot be taken in.
    fn ldif(&mut self, origin: &Origin, bytes: &[u8]) -> Result<(), Failure> {
        for value in Ldif::new(bytes) {
            let value = value.map_err(|error| failure(FailureCode::InputMalformed, origin).cause(error))?;
            let within = Origin { named: false, dn: Some(value.dn), ..origin.clone() };
            let judged = match value.kind {
                LdifKind::RevocationList => {
                    read_crl(&within, &value.bytes).map(|crl| Material::Crl(Box::new(crl)))
                }
                LdifKind::MasterList => self.signed_list(&within, &value.bytes),
                _ => {
                    self.passed.add(
                        &within,
                        "a certificate in LDIF, which nobody signed: name its file to trust it",
                    );
                    continue;
                }
            };
            match judged {
                Ok(material) => self.items.push(Item { origin: within, bytes: value.bytes, material }),
                Err(failure) => self.passed.add(&within, failure.cause.as_deref().unwrap_or_default()),
            }
        }
        Ok(())
    }

    fn signed_list(&self, origin: &Origin, der: &[u8]) -> Result<Material, Failure> {
        if self.pinned.is_empty() && SignedData::parse(der).is_ok() {
            return Err(
                failure(FailureCode::MasterListUntrusted, origin).cause("a signed list needs --signer")
            );
        }
        if DeviationList::is_one(der) {
            let list = DeviationList::verify(der, &self.pinned, self.at, self.tolerate)
                .map_err(|error| list_failure(&error, &origin.path))?;
            return Ok(Material::Deviations(Box::new(list)));
        }
        let list = MasterList::verify(der, &self.pinned, self.at, self.tolerate)
            .map_err(|error| list_failure(&error, &origin.path))?;
        if list.certificates.is_empty() {
            return Err(failure(FailureCode::MasterListMalformed, origin).cause("it holds no certificate"));
        }
        Ok(Material::List(Box::new(list)))
    }
}

fn failure(code: FailureCode, origin: &Origin) -> Failure {
    Failure::new(code).arg("file", origin.path.display())
}

fn read_crl(origin: &Origin, der: &[u8]) -> Result<Crl, Failure> {
    Crl::parse(der).map_err(|error| failure(FailureCode::CrlMalformed, origin).cause(error))
}

fn take_in(
    store: &mut TrustStore,
    item: &Item,
    environment: &Environment<'_>,
    page: &mut Page,
) -> Result<Value, Failure> {
    let Item { origin, bytes, material } = item;
    let (file, force) = (&origin.file, environment.global.force);
    match material {
        Material::Certificate(certificate) => {
            let new = store.add_certificate(certificate, file, bytes);
            let fingerprint = hex::encode(certificate.fingerprint());
            page.line(0, file);
            page.field("label-trusted-by-name", &certificate.subject);
            page.field("label-fingerprint", &fingerprint);
            let added =
                json!({"subject": certificate.subject.to_string(), "sha256": fingerprint, "new": new});
            Ok(json!({"kind": "certificate", "file": file, "certificates": [added]}))
        }
        Material::List(list) => {
            let change = store
                .add_list(list, file, bytes, force)
                .map_err(|error| store_failure(&error, &origin.path))?;
            page.line(0, file);
            Ok(list_taken(list, file, change, page))
        }
        Material::Deviations(list) => {
            store
                .add_deviations(list, file, bytes, force)
                .map_err(|error| store_failure(&error, &origin.path))?;
            page.line(0, file);
            Ok(csca_deviations::taken_in(list, file, page))
        }
        Material::Crl(crl) => {
            let change =
                store.add_crl(crl, file, force).map_err(|error| store_failure(&error, &origin.path))?;
            page.line(0, file);
            page.field("label-crl-issuer", &crl.issuer);
            page.field("label-crl-date", super::rfc3339(crl.this_update));
            page.field("label-crl-current-until", super::rfc3339(crl.current_until()));
            page.field("label-revoked-certificates", crl.entries);
            let change = match change {
                CrlChange::New => "new",
                CrlChange::Replaced => "replaced",
                CrlChange::Known => "known",
            };
            let mut taken = super::csca::describe_crl(crl, environment.at);
            taken["kind"] = json!("revocation_list");
            taken["file"] = json!(file);
            taken["change"] = json!(change);
            Ok(taken)
        }
    }
}

fn list_taken(list: &MasterList, file: &str, change: Change, page: &mut Page) -> Value {
    let signed_at = list.signing_time.map(super::rfc3339);
    let codes: Vec<&str> = list.tolerated.iter().map(|tolerance| tolerance.code()).collect();
    page.field("label-list-signer", &list.signer.subject);
    page.field("label-list-anchor", hex::encode(list.anchor.fingerprint()));
    page.field("label-list-date", signed_at.as_deref().unwrap_or("-"));
    page.field("label-certificates", list.certificates.len());
    page.field("label-new", change.new);
    page.field("label-gone", change.gone);
    if !list.unreadable.is_empty() {
        page.field("label-unreadable", list.unreadable.len());
    }
    if !codes.is_empty() {
        page.field("label-tolerated", codes.join(", "));
    }
    let unreadable = list.unreadable.iter().map(|(place, why)| json!({"place": place, "problem": why}));
    json!({
        "kind": "master_list",
        "file": file,
        "signed_at": signed_at,
        "signer": list.signer.subject.to_string(),
        "anchor": hex::encode(list.anchor.fingerprint()),
        "certificates": list.certificates.len(),
        "new": change.new,
        "gone": change.gone,
        "unreadable": unreadable.collect::<Vec<_>>(),
        "tolerated": codes,
    })
}
