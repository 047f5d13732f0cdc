//! `titre verify INPUT`: inspects a document folder, a recording, or one signed file, against a trust store.

use super::chip_failure::load_failure;
use super::document::{self, PasswordArgs};
use super::register::RegisterArgs;
use super::trust_store::{add_crls, load};
use super::{Environment, inspection_page, verify_many};
use crate::asn1::tlv;
use crate::inspection::security_object::LEGACY_CONTENT_TYPES;
use crate::inspection::{CheckResult, Inspection, Profile, Subject, inspect};
use crate::lds::{FileId, ID_LDS_SECURITY_OBJECT, Mrz};
use crate::pki::SignedData;
use crate::report::output::read_input;
use crate::report::{Exit, Failure, FailureCode, Outcome};
use crate::session::Reading;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Largest signed file.
const MAX_FILE: u64 = 1 << 20;

/// Arguments of `titre verify`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre verify document --store trust.json                  a folder that titre read wrote
  titre verify session.jsonl --mrz-file mrz.txt --store trust.json     the session of a recording, run again
  titre verify document --mrz-file mrz.txt --store trust.json          the printed MRZ against the chip's too
  titre verify EF.SOD.bin --store trust.json                one signed file: signature and issuer
  titre verify document --store trust.json --crl UTO.crl --profile kiosk --json
  titre verify document --store trust.json --register-command ask-register --register-cert register.pem
  titre verify --store trust.json SOD/*.bin                 many: a line each, all cores
  titre verify document --store trust.json --at 2026-05-28T12:00:00Z")]
pub struct Args {
    /// A document folder, a recording, or one EF.SOD or EF.CardSecurity; several of them, or a folder of them
    #[arg(required = true)]
    pub(super) input: Vec<PathBuf>,
    /// The password that a recording needs; a whole MRZ is also compared with DG1
    #[command(flatten)]
    pub(super) password: PasswordArgs,
    /// The trust store
    #[arg(long, value_name = "STORE")]
    pub(super) store: PathBuf,
    /// A revocation list beside those of the store, DER or PEM; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(super) crl: Vec<PathBuf>,
    /// What must hold: operational, conformity or kiosk
    #[arg(long, value_name = "NAME", default_value = "operational", value_parser = profile_parser())]
    pub(super) profile: Profile,
    /// Print the holder's data too
    #[arg(long)]
    pub(super) disclose: bool,
    #[command(flatten)]
    pub(super) register: RegisterArgs,
}

/// Parses the name of a profile.
pub(super) fn profile_parser() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.map(Profile::name))
        .try_map(|name| Profile::from_name(&name).ok_or("no such profile"))
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let mut store = load(&args.store)?;
    add_crls(&mut store, &args.crl)?;
    let register = args.register.open()?;
    if let Some(inputs) = verify_many::inputs(&args.input)? {
        if register.is_some() {
            let cause = "a register is asked about one document at a time";
            return Err(Failure::new(FailureCode::Usage).cause(cause));
        }
        return Ok(verify_many::run(args, &inputs, &store, environment));
    }
    let input = args.input.first().ok_or_else(|| Failure::new(FailureCode::Internal).cause("no input"))?;
    let subject = subject(input, &args.password, environment)?;
    let mut inspection = inspect(&subject, &store, environment.at, args.profile);
    if let Some(register) = register {
        inspection = register.ask(inspection, environment)?;
    }
    let page = inspection_page::page(&inspection, environment.reporter.lang, args.disclose);
    let result = result(&inspection, args.disclose);
    Ok(Outcome { schema: "titre.verify/1", result, exit: exit(inspection.verdict), page })
}

/// What INPUT holds.
///
/// # Errors
/// `input.*`; for a recording those of a replay.
fn subject(
    path: &Path,
    password: &PasswordArgs,
    environment: &mut Environment<'_>,
) -> Result<Subject, Failure> {
    if path.is_dir() || document::is_recording(path) {
        let text = password.mrz_text()?;
        let optical = text.as_ref().map(|text| optical_mrz(text)).transpose()?.flatten();
        let reading =
            document::load(path, |environment| password.password_of(text, environment), environment)?;
        return Ok(Subject { optical_mrz: optical, ..Subject::from(&reading) });
    }
    subject_of_files(path)
}

/// A document folder or one signed file.
///
/// # Errors
/// `input.*`.
pub(super) fn subject_of_files(path: &Path) -> Result<Subject, Failure> {
    if path.is_dir() {
        let reading = Reading::load_folder(path).map_err(|error| load_failure(&error))?;
        return Ok(Subject::from(&reading));
    }
    let bytes = read_input(path, MAX_FILE)?;
    let malformed =
        |cause: String| Failure::new(FailureCode::InputMalformed).arg("file", path.display()).cause(cause);
    if !matches!(bytes.first(), Some(0x77 | 0x30)) {
        return Err(malformed("neither a document folder nor EF.SOD nor EF.CardSecurity".to_owned()));
    }
    let is_sod = bytes[0] == 0x77;
    if is_sod {
        // A file that is cut was cut on its way here; what a chip gave is judged.
        tlv::read(&bytes).map_err(|error| malformed(error.to_string()))?;
        return Ok(Subject::security_object(FileId::Sod, bytes));
    }
    let signed = SignedData::parse(&bytes).map_err(|error| malformed(error.to_string()))?;
    let kind = signed.content_type.as_str();
    if kind == ID_LDS_SECURITY_OBJECT || LEGACY_CONTENT_TYPES.contains(&kind) {
        // The structure out of EF.SOD, without the file's tag.
        return Ok(Subject::security_object(FileId::Sod, tlv::encode(0x77, &bytes)));
    }
    Ok(Subject::security_object(FileId::CardSecurity, bytes))
}

/// The printed machine readable zone, where all its lines were given; `None` where it is only NUMBER/BIRTH/EXPIRY,
/// which open a recording and are no reading of the page.
fn optical_mrz(text: &str) -> Result<Option<Mrz>, Failure> {
    match Mrz::parse(text) {
        Ok(mrz) => Ok(Some(mrz)),
        Err(_) if text.contains('/') => Ok(None),
        Err(error) => Err(Failure::new(FailureCode::InputMrz).cause(error)),
    }
}

/// The exit code of a verdict.
pub(super) const fn exit(verdict: CheckResult) -> Exit {
    match verdict {
        CheckResult::Successful => Exit::Done,
        CheckResult::Failed => Exit::Failed,
        CheckResult::Undetermined => Exit::Undetermined,
        CheckResult::NotSupported => Exit::NotSupported,
        CheckResult::Aborted => Exit::Aborted,
    }
}

/// The result as JSON; holder data only where they are to be disclosed.
pub(super) fn result(inspection: &Inspection, disclose: bool) -> Value {
    let mut result = json!(inspection);
    if let (true, Some(document)) = (disclose, &inspection.document) {
        result["holder"] = json!({"mrz": document.holder.disclose().lines.disclose()});
    }
    result
}
