//! The command line of `titre enroll`.

use super::document::PasswordArgs;
use super::enroll_evidence::EvidenceArgs;
use super::issuer_key::IssuerKeyArgs;
use super::register::RegisterArgs;
use super::verify::profile_parser;
use crate::consent::Purpose;
use crate::inspection::Profile;
use std::path::PathBuf;

/// Arguments of `titre enroll`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre enroll document --store trust.json --video selfie.mp4 --challenge challenge.json --consent consent.json \\
    --issuer-key specimen/issuer.pem --holder-key specimen/holder.pem -o attestation.sd-jwt
  titre enroll pcsc --mrz-file mrz.txt --store trust.json --video selfie.mp4 --challenge challenge.json \\
    --consent consent.json --issuer-key issuer.pem --holder-key holder.jwk -o attestation.sd-jwt --mdoc attestation.mdoc
  titre enroll document --path human --examination examination.json --officer officers.pem --store trust.json \\
    --consent consent.json --issuer-key issuer.pem --holder-key holder.pem -o attestation.sd-jwt")]
pub struct Args {
    /// A document folder, a recording, or a way to a chip: pcsc, specimen:DIR, replay:FILE
    pub(super) input: PathBuf,
    /// The trust store
    #[arg(long, value_name = "STORE")]
    pub(super) store: PathBuf,
    /// A revocation list beside those of the store, DER or PEM; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(super) crl: Vec<PathBuf>,
    /// Who compares the person with the portrait: face is a program and a video, human two officers and no program
    #[arg(long, value_name = "NAME", default_value = "face")]
    pub(super) path: EnrollPath,
    /// The video of the person: MP4, MOV or WebM, not mirrored
    #[arg(long, value_name = "VIDEO", required_unless_present_any = ["examination", "path"], required_if_eq("path", "face"))]
    pub(super) video: Option<PathBuf>,
    /// The challenge that the person was asked
    #[arg(long, value_name = "FILE", required_unless_present_any = ["examination", "path"], required_if_eq("path", "face"))]
    pub(super) challenge: Option<PathBuf>,
    /// A folder that remembers which challenges were answered: each serves once
    #[arg(long, value_name = "DIR")]
    pub(super) used: Option<PathBuf>,
    /// What two officers found and signed (titre officer), instead of video and challenge
    #[arg(long, value_name = "FILE", required_if_eq("path", "human"), requires = "officer", conflicts_with_all = ["video", "challenge", "used"])]
    pub(super) examination: Option<PathBuf>,
    /// Who the issuer's officers are: their certificates, or that of who issued these
    #[arg(long, value_name = "CERT", num_args = 1.., requires = "examination")]
    pub(super) officer: Vec<PathBuf>,
    /// The consent receipt; without one, nothing is done (exit 16)
    #[arg(long, value_name = "FILE")]
    pub(super) consent: Option<PathBuf>,
    #[command(flatten)]
    pub(super) issuer: IssuerKeyArgs,
    /// The register of a status list: the attestation gets a place in it, so that it can be suspended and revoked
    #[arg(long, value_name = "FILE")]
    pub(super) status_register: Option<PathBuf>,
    #[command(flatten)]
    pub(super) evidence: EvidenceArgs,
    /// The holder's key that the attestation is bound to: PEM or JWK; the public half is enough
    #[arg(long, value_name = "FILE")]
    pub(super) holder_key: PathBuf,
    /// What must hold: operational, conformity or kiosk
    #[arg(long, value_name = "NAME", default_value = "operational", value_parser = profile_parser())]
    pub(super) profile: Profile,
    /// Where the card is lost, wait for it again and go on where reading stopped
    #[arg(long)]
    pub(super) resume: bool,
    #[command(flatten)]
    pub(super) password: PasswordArgs,
    #[command(flatten)]
    pub(super) register: RegisterArgs,
    /// Where the attestation goes, as an SD-JWT VC
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: PathBuf,
    /// Where the same attestation goes as an mdoc (ISO/IEC 18013-5), where that is wanted too
    #[arg(long, value_name = "FILE")]
    pub(super) mdoc: Option<PathBuf>,
    /// Where the erasure receipt goes: what was kept and what was erased, signed by the issuer
    #[arg(long, value_name = "FILE")]
    pub(super) erasure_receipt: Option<PathBuf>,
}

/// Who compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum EnrollPath {
    /// A program, by face recognition.
    Face,
    /// Two officers.
    Human,
}

impl EnrollPath {
    pub(super) const fn purposes(self) -> &'static [Purpose] {
        match self {
            Self::Face => &Purpose::ALL,
            Self::Human => &Purpose::HUMAN_PATH,
        }
    }
}
