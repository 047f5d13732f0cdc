//! The State codes of the MRZ and the country codes of certificates.
//! Source: Doc 9303-3 section 5 (codes of States and organisations), ISO 3166-1, Doc 9303-12 section 7.1 (countryName).

/// Three-letter code and two-letter code, run together, of ISO 3166-1.
const ISO: &str = "\
    ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT \
    AZEAZ BDIBI BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO \
    BRABR BRBBB BRNBN BTNBT BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG \
    COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO \
    DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB \
    GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY \
    HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT \
    JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY \
    LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH \
    MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA \
    NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE \
    PHLPH PLWPW PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA \
    SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR \
    SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO \
    TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC VENVE VGBVG \
    VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW";

/// Codes outside ISO 3166-1: the State or organisation of the MRZ, and what certificates of its issuer carry. Nothing,
/// where titre knows of no certificate of theirs.
const OTHERS: [(&str, &[&str]); 27] = [
    ("D", &["DE"]),
    // The laissez-passer of the European Union: C=EU, "EU Laissez Passer CSCA".
    ("EUE", &["EU"]),
    // United Nations, its specialised agencies, its mission in Kosovo: C=UN, "United Nations CSCA".
    ("UNO", &["UN"]),
    ("UNA", &["UN"]),
    ("UNK", &["UN"]),
    ("GBD", &["GB"]),
    ("GBN", &["GB"]),
    ("GBO", &["GB"]),
    ("GBP", &["GB"]),
    ("GBS", &["GB"]),
    // Kosovo has no code in ISO 3166-1; its certificates carry KS.
    ("RKS", &["KS", "XK"]),
    ("KSV", &["KS", "XK"]),
    // The Order of Malta.
    ("XOM", &["XO", "ZZ"]),
    // Organisations: African Development Bank, African Export-Import Bank, CARICOM, Council of Europe, COMESA, ECOWAS,
    // Interpol, Eastern Caribbean States, Parliamentary Assembly of the Mediterranean, SADC.
    ("XBA", &[]),
    ("XIM", &[]),
    ("XCC", &[]),
    ("XCE", &[]),
    ("XCO", &[]),
    ("XEC", &[]),
    ("XPO", &[]),
    ("XES", &[]),
    ("XMP", &[]),
    ("XDC", &[]),
    // Withdrawn from ISO 3166-1; documents from before keep them.
    ("ANT", &["AN"]),
    ("NTZ", &["NT"]),
    // ICAO itself signs lists and no documents.
    ("IAO", &[]),
    // Utopia, the State of specimens.
    ("UTO", &["UT"]),
];
/// Regions whose passports may be signed under the State's certificates.
const SIGNED_BY_STATE: [(&str, &str); 3] = [("HKG", "CN"), ("MAC", "CN"), ("GRL", "DK")];

/// The country codes that the document signer of a State or organisation may carry; empty where none is known of it, and
/// `None` for one that Doc 9303-3 does not list as an issuer. The codes of persons without nationality (XXA, XXB, XXC,
/// XXX) issue nothing.
#[must_use]
pub fn certificate_codes(state: &str) -> Option<Vec<&'static str>> {
    if let Some((_, codes)) = OTHERS.iter().find(|(known, _)| *known == state) {
        return Some(codes.to_vec());
    }
    let (_, own) =
        ISO.split(' ').filter_map(|entry| entry.split_at_checked(3)).find(|(known, _)| *known == state)?;
    let above = SIGNED_BY_STATE.iter().find(|(known, _)| *known == state).map(|(_, code)| *code);
    Some([own].into_iter().chain(above).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_the_codes_of_their_certificates() {
        for (state, code) in [
            ("D", "DE"),
            ("FRA", "FR"),
            ("EUE", "EU"),
            ("UNA", "UN"),
            ("GBS", "GB"),
            ("RKS", "KS"),
            ("HKG", "CN"),
        ] {
            assert!(certificate_codes(state).unwrap().contains(&code), "{state}");
        }
        assert_eq!(certificate_codes("FRA").unwrap(), ["FR"]);
        assert!(certificate_codes("XPO").unwrap().is_empty());
        for none in ["XXA", "XXB", "XXC", "XXX", "", "FR", "FRAFR", "QQQ"] {
            assert_eq!(certificate_codes(none), None, "{none}");
        }
    }

    #[test]
    fn the_table_is_whole() {
        let entries: Vec<&str> = ISO.split(' ').collect();
        assert_eq!(entries.len(), 249);
        let mut states: Vec<&str> = entries.iter().map(|entry| &entry[..3]).collect();
        states.extend(OTHERS.iter().map(|(state, _)| *state));
        let all = states.len();
        states.sort_unstable();
        states.dedup();
        assert_eq!(states.len(), all, "a State stands twice");
        assert!(
            entries.iter().all(|entry| entry.len() == 5 && entry.bytes().all(|b| b.is_ascii_uppercase()))
        );
    }
}
