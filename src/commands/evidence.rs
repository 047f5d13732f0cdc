//! `titre attest evidence verify | open | re-verify | purge`: the bundles that `titre enroll --evidence` leaves to an archive.

use super::evidence_failure::{contents_failure, recipient_failure, seal_failure};
use super::secret::{SecretSource, require};
use super::trust_store::load;
use super::{Environment, attest, evidence_purge, rfc3339};
use crate::attestation::IssuerCertificate;
use crate::attestation::bundle::{self, Contents, RecipientError, RecipientKey, Sealed};
use crate::report::output::{read_input, write_folder};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Arguments of `titre attest evidence`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre attest evidence verify archive/bundle.p7m --issuer issuer-root.pem
  titre attest evidence re-verify archive/bundle.p7m --issuer issuer-root.pem --key archive-key.pem
  titre attest evidence open archive/bundle.p7m --issuer issuer-root.pem --key archive-key.pem -o opened
  titre attest evidence purge archive --issuer issuer-root.pem")]
pub struct EvidenceArgs {
    #[command(subcommand)]
    verb: EvidenceVerb,
}

#[derive(Debug, clap::Subcommand)]
enum EvidenceVerb {
    /// Verify the seal of a bundle and print its index, without opening it
    #[command(
        before_help = "Examples:\n  titre attest evidence verify archive/bundle.p7m --issuer issuer-root.pem"
    )]
    Verify(BundleArgs),
    /// Open a bundle and write its files; personal data
    #[command(
        before_help = "Examples:\n  titre attest evidence open bundle.p7m --issuer issuer-root.pem --key archive-key.pem -o opened"
    )]
    Open(Open),
    /// Open a bundle and repeat the verdict from the files in it, as of the time of the enrollment
    #[command(
        before_help = "Examples:\n  titre attest evidence re-verify bundle.p7m --issuer issuer-root.pem --key archive-key.pem"
    )]
    ReVerify(ReVerify),
    /// Delete the bundles whose retention has ended
    #[command(before_help = "Examples:\n  titre attest evidence purge archive --issuer issuer-root.pem")]
    Purge(evidence_purge::Purge),
}

#[derive(Debug, clap::Args)]
struct BundleArgs {
    /// The bundle
    bundle: PathBuf,
    #[command(flatten)]
    issuers: Issuers,
}

/// Who may have signed a bundle.
#[derive(Debug, clap::Args)]
pub(super) struct Issuers {
    /// Certificates of the issuers to trust: a root, an intermediate or the signer itself; PEM or DER
    #[arg(long, value_name = "CERT", required = true, num_args = 1..)]
    issuer: Vec<PathBuf>,
}

impl Issuers {
    pub(super) fn read(&self) -> Result<Vec<IssuerCertificate>, Failure> {
        attest::read_pinned(&self.issuer)
    }
}

/// The key that opens bundles.
#[derive(Debug, clap::Args)]
struct KeyArgs {
    /// The recipient's private key: PEM with PKCS#8, RSA or elliptic curve, encrypted or not
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// File with the passphrase of an encrypted key; - is standard input [env: TITRE_EVIDENCE_PASSPHRASE=]
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// File descriptor with the same
    #[arg(long, value_name = "N", conflicts_with = "passphrase_file")]
    passphrase_fd: Option<u32>,
}

impl KeyArgs {
    fn read(&self, environment: &Environment<'_>) -> Result<RecipientKey, Failure> {
        let bytes = Zeroizing::new(read_input(&self.key, attest::MAX_KEY_FILE)?);
        let failed = |error: RecipientError| recipient_failure(&error, &self.key);
        match RecipientKey::read_file(&bytes, None) {
            Err(RecipientError::Encrypted) => {
                let source = SecretSource {
                    file: self.passphrase_file.as_deref(),
                    fd: self.passphrase_fd,
                    variable: "TITRE_EVIDENCE_PASSPHRASE",
                    prompt: "prompt-evidence-passphrase",
                };
                let passphrase = require(source, environment)?;
                RecipientKey::read_file(&bytes, Some(&passphrase)).map_err(failed)
            }
            read => read.map_err(failed),
        }
    }
}

#[derive(Debug, clap::Args)]
struct Open {
    #[command(flatten)]
    bundle: BundleArgs,
    #[command(flatten)]
    key: KeyArgs,
    /// The folder that the files go to
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

#[derive(Debug, clap::Args)]
struct ReVerify {
    #[command(flatten)]
    bundle: BundleArgs,
    #[command(flatten)]
    key: KeyArgs,
    /// Judge by this trust store instead of the part that was kept
    #[arg(long, value_name = "STORE")]
    store: Option<PathBuf>,
}

pub(super) fn run(args: &EvidenceArgs, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    match &args.verb {
        EvidenceVerb::Verify(args) => verify(args, environment),
        EvidenceVerb::Open(args) => open(args, environment),
        EvidenceVerb::ReVerify(args) => re_verify(args, environment),
        EvidenceVerb::Purge(args) => evidence_purge::run(args, environment),
    }
}

impl BundleArgs {
    fn sealed(&self) -> Result<Sealed, Failure> {
        sealed(&self.bundle, &self.issuers.read()?)
    }
}

/// A bundle whose seal holds.
pub(super) fn sealed(path: &Path, pinned: &[IssuerCertificate]) -> Result<Sealed, Failure> {
    let bytes = read_input(path, bundle::MAX_LEN as u64)?;
    Sealed::verify(&bytes, pinned).map_err(|error| seal_failure(&error, path))
}

/// What is known of a bundle without opening it.
pub(super) fn described(sealed: &Sealed, environment: &Environment<'_>) -> Value {
    json!({
        "bundle": sealed.index.bundle,
        "completed_at": rfc3339(sealed.index.completed_at),
        "retention_until": rfc3339(sealed.index.retention_until),
        "retention_over": sealed.index.is_over(environment.at),
        "biometric_data": sealed.index.biometric_data,
        "issuer": sealed.signer.subject(),
        "test": sealed.test,
    })
}

fn heading(page: &mut Page, id: &str, sealed: &Sealed) {
    page.heading(id);
    page.field("label-evidence-bundle", &sealed.index.bundle);
    page.field("label-evidence-completed", rfc3339(sealed.index.completed_at));
    page.field("label-evidence-until", rfc3339(sealed.index.retention_until));
    page.field("label-issuer", sealed.signer.subject());
}

fn verify(args: &BundleArgs, environment: &Environment<'_>) -> Result<Outcome, Failure> {
    let sealed = args.sealed()?;
    let mut page = Page::new(environment.reporter.lang);
    heading(&mut page, "evidence-sealed", &sealed);
    let result = described(&sealed, environment);
    Ok(Outcome { schema: "titre.evidence_verify/1", result, exit: Exit::Done, page })
}

fn contents(
    args: &BundleArgs,
    key: &KeyArgs,
    environment: &mut Environment<'_>,
) -> Result<(Sealed, Contents), Failure> {
    let sealed = args.sealed()?;
    let key = key.read(environment)?;
    let opened = Contents::open(&sealed, &key, environment.entropy);
    let opened = opened.map_err(|error| contents_failure(&error, &args.bundle))?;
    Ok((sealed, opened))
}

fn open(args: &Open, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let (sealed, contents) = contents(&args.bundle, &args.key, environment)?;
    let files = contents.files().map_err(|error| contents_failure(&error, &args.bundle.bundle))?;
    write_folder(&args.output, environment.global.force, |folder| {
        files.iter().try_for_each(|(name, bytes)| {
            let path = folder.join(name);
            let unwritable = |error: std::io::Error| {
                Failure::new(FailureCode::OutputUnwritable).arg("file", path.display()).cause(error)
            };
            // Names were checked when the archive was read: they stay inside the folder.
            path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(unwritable)?;
            crate::report::output::write_file(&path, bytes, false, true)
        })
    })?;
    let mut page = Page::new(environment.reporter.lang);
    heading(&mut page, "evidence-opened", &sealed);
    for (name, bytes) in &files {
        page.line(1, format!("{name}: {}", bytes.len()));
    }
    page.field("label-output", args.output.display());
    let mut result = described(&sealed, environment);
    result["folder"] = json!(args.output.display().to_string());
    result["files"] = json!(files.keys().collect::<Vec<_>>());
    Ok(Outcome { schema: "titre.evidence_open/1", result, exit: Exit::Done, page })
}

fn re_verify(args: &ReVerify, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let (sealed, contents) = contents(&args.bundle, &args.key, environment)?;
    let store = args.store.as_deref().map(load).transpose()?;
    let repeated = contents.repeat(store.as_ref());
    let mut page = Page::new(environment.reporter.lang);
    let id = if repeated.repeated { "evidence-repeated" } else { "evidence-not-repeated" };
    heading(&mut page, id, &sealed);
    page.line(1, format!("{} -> {}", repeated.verdict_then, repeated.verdict.word()));
    for difference in &repeated.differences {
        page.line(1, difference);
    }
    let mut result = described(&sealed, environment);
    result["repeated"] = json!(repeated.repeated);
    result["verdict_then"] = json!(repeated.verdict_then);
    result["verdict_now"] = json!(repeated.verdict);
    result["differences"] = json!(repeated.differences);
    let exit = if repeated.repeated { Exit::Done } else { Exit::Failed };
    Ok(Outcome { schema: "titre.evidence_re_verify/1", result, exit, page })
}
