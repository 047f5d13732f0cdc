//! `titre specimen make`: a folder with a test document, its chip, its State's certificates and test keys.

use super::Environment;
use crate::attestation::{make_holder_key, make_test_issuer, make_test_officers};
use crate::crypto::SeededEntropy;
use crate::report::output::{check_free, write_file, write_folder};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use crate::specimen::person::{Person, PortraitOptions};
use crate::specimen::{
    Algorithms, CHIP_FILE, DocumentKind, Order, PRESETS, Quirk, STATE, Specimen, SpecimenError,
};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// Arguments of `titre specimen make`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:
  titre specimen make -o specimen
  titre specimen make -o permit --document td1 --seed 7 --algorithms brainpool
  titre specimen make -o clone --quirk clone --quirk pace-broken
  titre specimen make -o old --algorithms first-generation,hash=sha-256
  titre specimen make -o protected --algorithms modern,ta=ecdsa:P-256:sha-256
  titre --at 2026-01-01T00:00:00Z specimen make -o fixed    the same bytes each time",
    after_help = lists()
)]
pub struct Args {
    /// Where the folder goes
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Decides the person, the keys and every random value
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// The kind of document: td3 is a passport, td1 a residence permit
    #[arg(long, value_name = "KIND", default_value = "td3", value_parser = kind_parser())]
    pub document: DocumentKind,
    /// A set of algorithms, and switches on it: NAME[,SWITCH=VALUE]...; see below
    #[arg(long, value_name = "NAME", default_value = PRESETS[0].name, value_parser = algorithms_parser)]
    pub algorithms: NamedAlgorithms,
    /// A deviation of chip or document, once for each; see below
    #[arg(long, value_name = "NAME", value_parser = quirk_parser(), hide_possible_values = true)]
    pub quirk: Vec<Quirk>,
}

/// Algorithms with the text that named them.
#[derive(Debug, Clone)]
pub struct NamedAlgorithms {
    name: String,
    algorithms: Algorithms,
}

fn algorithms_parser(text: &str) -> Result<NamedAlgorithms, crate::specimen::AlgorithmsError> {
    Ok(NamedAlgorithms { name: text.to_owned(), algorithms: Algorithms::parse(text)? })
}

fn kind_parser() -> impl TypedValueParser<Value = DocumentKind> {
    PossibleValuesParser::new(["td3", "td1"]).map(|name| match name.as_str() {
        "td1" => DocumentKind::Td1,
        _ => DocumentKind::Td3,
    })
}

fn quirk_parser() -> impl TypedValueParser<Value = Quirk> {
    let names = PossibleValuesParser::new(Quirk::ALL.map(|(_, name, _)| name));
    names.try_map(|name| Quirk::from_name(&name).ok_or("no such quirk"))
}

/// The sets of algorithms, their switches and the quirks, as help prints them.
fn lists() -> String {
    let mut text = String::from("Sets of algorithms:");
    for preset in &PRESETS {
        text.push_str(&format!("\n  {:<24} {}", preset.name, preset.about));
    }
    text.push_str(
        "\n\nSwitches on a set:
  csca=KEY ds=KEY          keys of the State's CA and of the document signer
  aa=KEY|none              key of active authentication
                           KEY: rsa-pkcs1:BITS:HASH, rsa-pss:BITS:HASH, ecdsa:CURVE:HASH, ecdsa-explicit:CURVE:HASH
  hash=HASH                hash function of the data groups
  access=bac|pace+bac|pace
  pace=[MAP:]CIPHER:GROUP  PACE: gm, im or cam; 3des, aes-128, aes-192, aes-256; a curve, modp-1024-160,
                           modp-2048-224 or modp-2048-256
  ca=CIPHER:GROUP|none     session of chip authentication
  ta=KEY|none              terminal authentication before DG3 and DG4, with a terminal that may read them

Quirks:",
    );
    for (_, name, about) in Quirk::ALL {
        text.push_str(&format!("\n  {name:<24} {about}"));
    }
    text
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    check_free(&args.output, environment.global.force)?;
    let specimen = write(args, environment.at, environment.global.force)?;
    let lang = environment.reporter.lang;
    let quirks: Vec<&str> = specimen.chip.quirks.iter().map(|quirk| quirk.name()).collect();
    let folder = args.output.display().to_string();
    let mut page = Page::new(lang);
    page.sentence("specimen-made", &[("folder", folder.clone())]);
    page.field("label-specimen-document", kind_name(args.document));
    page.field("label-specimen-seed", args.seed);
    page.field("label-specimen-algorithms", &args.algorithms.name);
    if !quirks.is_empty() {
        page.field("label-specimen-quirks", quirks.join(", "));
    }
    page.sentence("specimen-next", &[]);
    page.line(
        1,
        format!(
            "titre csca import {folder}/masterlist.ml {folder}/revocation-list.crl \
             --signer {folder}/masterlist-signer.der -o trust.json"
        ),
    );
    page.line(1, format!("titre read --transport specimen:{folder} --mrz-file {folder}/mrz.txt -o document"));
    if specimen.terminal.is_some() {
        let files = TERMINAL_FILES[..3].iter().map(|name| format!("{folder}/{name}"));
        page.line(
            1,
            format!(
                "titre read --transport specimen:{folder} --mrz-file {folder}/mrz.txt --terminal-certificate {} \
                 --terminal-key {folder}/{} -o document",
                files.collect::<Vec<_>>().join(" "),
                TERMINAL_FILES[3]
            ),
        );
    }
    let result = json!({
        "folder": folder,
        "document": kind_name(args.document),
        "issuing_state": STATE,
        "seed": args.seed,
        "algorithms": args.algorithms.name,
        "quirks": quirks,
        "files": FILES.iter().chain(specimen.terminal.iter().flat_map(|_| &TERMINAL_FILES)).collect::<Vec<_>>(),
    });
    Ok(Outcome { schema: "titre.specimen_make/1", result, exit: Exit::Done, page })
}

/// The files of the folder.
const FILES: [&str; 16] = [
    CHIP_FILE,
    "mrz.txt",
    "can.txt",
    "csca.der",
    "ds.der",
    "masterlist.ml",
    "masterlist-signer.der",
    "revocation-list.crl",
    "portrait.jpg",
    "person.json",
    "issuer.pem",
    "issuer-root.pem",
    "holder.pem",
    "officer-1.pem",
    "officer-2.pem",
    "officers-root.pem",
];

/// What more there is where the chip authenticates terminals.
const TERMINAL_FILES: [&str; 4] = ["cvca.cvcert", "dv.cvcert", "terminal.cvcert", "terminal.pem"];

const fn kind_name(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Td3 => "td3",
        DocumentKind::Td1 => "td1",
    }
}

/// Makes the specimen and writes its folder, whole or not at all.
fn write(args: &Args, at: OffsetDateTime, force: bool) -> Result<Specimen, Failure> {
    let at = at.to_offset(time::UtcOffset::UTC).replace_nanosecond(0).unwrap_or(at);
    let internal = |error: &dyn std::fmt::Display| Failure::new(FailureCode::Internal).cause(error);
    let portrait = Person::from_seed(args.seed)
        .portrait_jpeg(&PortraitOptions::default())
        .map_err(|error| internal(&error))?;
    let order = Order {
        seed: args.seed,
        kind: args.document,
        algorithms: args.algorithms.algorithms,
        quirks: args.quirk.iter().copied().collect(),
        at,
        portrait: &portrait,
    };
    let specimen = Specimen::make(&order).map_err(|error| match error {
        SpecimenError::Time => {
            Failure::new(FailureCode::InputTime).arg("value", super::rfc3339(at)).cause(error)
        }
        error => internal(&error),
    })?;
    let chip = specimen.chip.to_json().map_err(|error| internal(&error))?;
    let mut keys = SeededEntropy::new("titre.specimen.issuer", args.seed);
    let issuer = make_test_issuer(&mut keys, at).map_err(|error| internal(&error))?;
    let holder = make_holder_key(&mut keys).map_err(|error| internal(&error))?;
    let mut officer_keys = SeededEntropy::new("titre.specimen.officers", args.seed);
    let officers = make_test_officers(&mut officer_keys, at).map_err(|error| internal(&error))?;
    let terminal = specimen.terminal.as_ref().map(|set| -> Result<[Zeroizing<Vec<u8>>; 4], Failure> {
        let key = set.keys[2].to_pkcs8_pem().map_err(|error| internal(&error))?;
        let [cvca, dv, own] = [&set.cvca, &set.dv, &set.terminal].map(|one| Zeroizing::new(one.to_bytes()));
        Ok([cvca, dv, own, Zeroizing::new(key.as_bytes().to_vec())])
    });
    let terminal = terminal.transpose()?;
    let person = json!({"format": "titre.specimen-person/1", "seed": args.seed});
    let person = format!("{person:#}\n");
    let can = format!("{}\n", specimen.holder.can.disclose());
    let lines = specimen.holder.mrz.lines.disclose().join("\n") + "\n";
    write_folder(&args.output, force, |folder: &Path| {
        let contents: [&[u8]; FILES.len()] = [
            &chip,
            lines.as_bytes(),
            can.as_bytes(),
            &specimen.csca,
            &specimen.document_signer,
            &specimen.master_list,
            &specimen.master_list_signer,
            &specimen.revocation_list,
            &portrait,
            person.as_bytes(),
            issuer.issuer_pem.as_bytes(),
            issuer.root_pem.as_bytes(),
            holder.as_bytes(),
            officers.officers_pem[0].as_bytes(),
            officers.officers_pem[1].as_bytes(),
            officers.root_pem.as_bytes(),
        ];
        let terminal = terminal.iter().flat_map(|terminal| TERMINAL_FILES.iter().zip(terminal));
        for (name, bytes) in
            FILES.iter().zip(contents).chain(terminal.map(|(name, bytes)| (name, &bytes[..])))
        {
            // Certificates may be read by everybody; keys, passwords and the document may not.
            let kinds = [".der", ".ml", ".crl", ".cvcert"];
            let public = kinds.iter().any(|kind| name.ends_with(kind)) || name.ends_with("-root.pem");
            write_file(&folder.join(name), bytes, false, !public)?;
        }
        Ok(())
    })?;
    Ok(specimen)
}
