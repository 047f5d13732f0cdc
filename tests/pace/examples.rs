//! The worked examples of PACE in Doc 9303-11, byte for byte: appendix G.2 (generic mapping, DH), H.1 and H.2
//! (integrated mapping), I.1 (chip authentication mapping). The values are facts of the standard.

use crate::script::{Fixed, bytes, play};
use titre::crypto::SessionCipher;
use titre::crypto::kdf::{KeyUse, SessionKey, derive};
use titre::iso7816::{CommandApdu, SecureMessaging};
use titre::lds::{MrzKey, PaceInfo};
use titre::protocol::{Pace, PaceEstablished, PaceVariant, Password, ProtocolError};

const AES: SessionCipher = SessionCipher::Aes128;

/// An example: what the chip says and what the terminal must.
#[derive(Clone, Copy)]
pub struct Example {
    pub protocol: &'static str,
    pub parameter_id: u64,
    pub nonce: &'static str,
    pub draws: [(&'static str, &'static str); 2],
    /// The mapping data and the public key, of the terminal and of the chip.
    pub mapping: [&'static str; 2],
    pub keys: [&'static str; 2],
    pub tokens: [&'static str; 2],
    pub session: [&'static str; 2],
    /// What stands after the chip's token.
    pub proof: &'static str,
}

pub fn password() -> Password {
    Password::Mrz(MrzKey::new("T22000129", "640812", "101031").unwrap())
}

/// A step's command and answer, with its two data objects.
fn step(cla: &str, tags: [&str; 2], values: [&str; 2]) -> (String, String) {
    let object = |tag: &str, value: &str| {
        let len = |len: usize| if len < 0x80 { format!("{len:02X}") } else { format!("81{len:02X}") };
        let object = match tag {
            "" => String::new(),
            _ => format!("{tag}{}{value}", len(value.len() / 2)),
        };
        format!("7C{}{object}", len(object.len() / 2))
    };
    let data = object(tags[0], values[0]);
    (format!("{cla}860000{:02X}{data}00", data.len() / 2), object(tags[1], values[1]) + "9000")
}

pub fn run(example: &Example, password: &Password) -> Result<PaceEstablished, ProtocolError> {
    let info = PaceInfo {
        protocol: example.protocol.to_owned(),
        version: 2,
        parameter_id: Some(example.parameter_id),
    };
    let variant = PaceVariant::of(&info).unwrap();
    let oid = hex::encode_upper(titre::asn1::oid::encode(example.protocol).unwrap());
    let mut script = [
        (format!("0022C1A40F800A{oid}830101"), "9000".to_owned()),
        step("10", ["", "80"], ["", example.nonce]),
        step("10", ["81", "82"], example.mapping),
        step("10", ["83", "84"], example.keys),
        step("00", ["85", "86"], example.tokens),
    ];
    let [.., (_, last)] = &mut script;
    let object = last[4..last.len() - 4].to_owned() + example.proof;
    *last = format!("7C{:02X}{object}9000", object.len() / 2);
    let script: Vec<_> = script.iter().map(|(command, answer)| (&**command, &**answer)).collect();
    let mut entropy = Fixed::new(&example.draws);
    let established = play(&mut Pace::new(variant, password, false, &mut entropy), &script)?;
    assert!(entropy.is_empty());
    Ok(established)
}

/// The example's keys, and a counter that starts at zero: the same first message as this channel's.
fn has_keys(mut channel: SecureMessaging, [enc, mac]: [&str; 2]) {
    let key = |hex| SessionKey::new(bytes(hex));
    let mut expected = SecureMessaging::restarted(AES, key(enc), key(mac)).unwrap();
    let select = CommandApdu::new(0x00, 0xA4, 0x04, 0x0C).with_data(bytes("A0000002471001"));
    assert_eq!(channel.protect(&select).unwrap(), expected.protect(&select).unwrap());
}

#[rustfmt::skip]
pub const G2: Example = Example {
    protocol: "0.4.0.127.0.7.2.2.4.1.2",
    parameter_id: 0,
    nonce: "854D8DF5827FA6852D1A4FA701CDDDCA",
    draws: [
        ("pace.mapping", "5265030F751F4AD18B08AC565FC7AC952E41618D"),
        ("pace.ephemeral", "89CCD99B0E8D3B1F11E1296DCA68EC53411CF2CA"),
    ],
    mapping: [
        "23FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3EB71C343DB13D1DEBCE9A3666DBCFC920\
         B49174A602CB47965CAA73DC702489A44D41DB914DE9613DC5E98C94160551C0DF86274B9359BC0490D01B03AD54022D\
         CB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC5F8BA166F4311975EC6C",
        "78879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E623EA5738B26381E4DA19E004706FACE7\
         B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC22579DB93F7085655AF30889DBB845D9E6783FE42C9F24\
         49400306254C8AE8EE9DD812A804C0B66E8CAFC14F84D8258950A91B44126EE6",
    ],
    keys: [
        "907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD911551B9AE4D04369F29A02626C86FBC6747C\
         C7BC352645B6161A2A42D44EDA80A08FA8D61B76D3A154AD8A5A51786B0BC07147057871A922212C5F67F43173172236\
         B7747D1671E6D692A3C7D40A0C3C5CE397545D015C175EB5130551EDBC2EE5D4",
        "075693D9AE941877573E634B6E644F8E60AF17A0076B8B123D9201074D36152BD8B3A213F53820C42ADC79AB5D0AEEC3\
         AEFB91394DA476BD97B9B14D0A65C1FC71A0E019CB08AF55E1F729005FBA7E3FA5DC41899238A250767A6D46DB974064\
         386CD456743585F8E5D90CC8B4004B1F6D866C79CE0584E49687FF61BC29AEA1",
    ],
    tokens: ["B46DD9BD4D98381F", "917F37B5C0E6D8D1"],
    session: ["2F7F46ADCC9E7E521B45D192FAFA9126", "805A1D27D45A5116F73C54469462B7D8"],
    proof: "",
};

#[rustfmt::skip]
pub const H1: Example = Example {
    protocol: "0.4.0.127.0.7.2.2.4.4.2",
    parameter_id: 13,
    nonce: "2923BE84E16CD6AE529049F1F1BBE9EB",
    draws: [
        ("pace.mapping", "5DD4CBFC96F5453B130D890A1CDBAE32"),
        ("pace.ephemeral", "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595"),
    ],
    mapping: ["5DD4CBFC96F5453B130D890A1CDBAE32", ""],
    keys: [
        "0489CBA23FFE96AA18D824627C3E934E54A9FD0B87A95D1471DC1C0ABFDCD640D4\
         6755DE9B7B778280B6BEBD57439ADFEB0E21FD4ED6DF42578C13418A59B34C37",
        "0467F78E5F7F7686082B293E8D087E056916D0F74BC01A5F8957D0DE45691E51E8\
         932B69A962B52A0985AD2C0A271EE6A13A8ADDDCD1A3A994B9DED257F4D22753",
    ],
    tokens: ["450F02B86F6A0909", "75D4D96E8D5B0308"],
    session: ["0D3FEB33251A6370893D62AE8DAAF51B", "B01E89E3D9E8719E586B50B4A7506E0B"],
    proof: "",
};

/// The example's private key is longer than the order; this is the same modulo the order.
#[rustfmt::skip]
pub const H2: Example = Example {
    protocol: "0.4.0.127.0.7.2.2.4.3.2",
    parameter_id: 0,
    nonce: "FA5B7E3E49753A0DB9178B7B9BD898C8",
    draws: [
        ("pace.mapping", "B3A6DB3C870C3E99245E0D1C06B747DE"),
        ("pace.ephemeral", "89CCD99B0E8D3B1F11E1296DCA68EC53411CF2CA"),
    ],
    mapping: ["B3A6DB3C870C3E99245E0D1C06B747DE", ""],
    keys: [
        "0F0CC62945A8029251FB7EF3C094E12EC68E4EF07F27CB9D9CD04C5C4250FAE0E4F8A951557E929AEB48E5C6DD47F2F5\
         CD7C351A9BD2CD722C07EDE166770F08FFCB370262CF308DD7B07F2E0DA9CAAA1492344C852906919538C98A4BA4187E\
         76CE9D87832386D319CE2E043C3343AEAE6EDBA1A9894DC5094D22F7FE1351D5",
        "928D9A0F9DBA450F13FC859C6F290D1D36E42431138A4378500BEB4E0401854CFF111F71CB6DC1D0335807A11388CC8E\
         AA87B07907AAD9FBA6B169AF6D8C26AF8DDDC39ADC3AD2E3FF882B84D23E9768E95A80E4746FB07A9767679FE92133B4\
         D379935C771BD7FBED6C7BB4B1708B275EA75679524CDC9C6A91370CC662A2F3",
    ],
    tokens: ["55D61977CBF5307E", "C2F04230187E1525"],
    session: ["01AFC10CF87BE36D8179E87370171F07", "23F0FBD05FD6C7B8B88F4C8309669061"],
    proof: "",
};

#[test]
fn appendix_g2_generic_mapping_with_dh() {
    has_keys(run(&G2, &password()).unwrap().channel, G2.session);
}

/// The key that encrypts the nonces of appendix H follows from no password that is given there: the example's nonces are
/// encrypted with that of appendix G.
#[test]
fn appendices_h1_and_h2_integrated_mapping() {
    for example in [h(&H1), h(&H2)] {
        has_keys(run(&example, &password()).unwrap().channel, example.session);
    }
}

/// An example of appendix H, its nonce encrypted with the password of appendix G.
pub fn h(example: &Example) -> Example {
    let key = derive(AES, &password().pace_secret(), KeyUse::Password);
    let nonce = AES.encrypt_cbc(key.bytes(), &[0; 16], &bytes(example.nonce)).unwrap();
    Example { nonce: hex::encode_upper(nonce).leak(), ..*example }
}

#[rustfmt::skip]
pub const I1: Example = Example {
    protocol: "0.4.0.127.0.7.2.2.4.6.2",
    parameter_id: 13,
    nonce: "CB60E8E0D85B76A9BD304747C2AD42E2",
    draws: [
        ("pace.mapping", "5D8BB87BD74D985A4B7D4325B9F7B976FE835122773400798914AA22738135CC"),
        ("pace.ephemeral", "76ECFDAA9841C323A3F5FC5E88B88DB3EFF7E35EBF57A7E6946CB630006C2120"),
    ],
    mapping: [
        "047F1D410ADB7DDB3B84BF1030800981A9105D7457B4A3ADE002384F3086C67EDE\
         1AB889104A27DB6D842B019020FBF3CEACB0DC627F7BDCAC29969E19D0E553C1",
        "04A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B3\
         04F365713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E23",
    ],
    keys: [
        "04446C934084D9DAB863944F219520076C29EE3F7AE6722B11FF319EC1C7728F95\
         5483400BFF60BF0C5929270009277DC2A515E12575010AD9BA916CF1BF86FEFC",
        "0402AD566F3C6EC7F9324509AD50A51FA52030782A4968FCFEDF737DAEA9933331\
         11C3B9B4C2287789BD137E7F8AA882E2A3C633CCD6ECC2C63C57AD401A09C2E1",
    ],
    tokens: ["E86BD06018A1CD3B", "8596CF055C67C1A3"],
    session: ["0A9DA4DB03BDDE39FC5202BC44B2E89E", "4B1C06491ED5140CA2B537D344C6C0B1"],
    proof: "8A301EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD\
            10CBA372B42BE0B9B5F28AA8DE2F4F92",
};

#[test]
fn appendix_i1_chip_authentication_mapping() {
    let password = Password::Mrz(MrzKey::new("C11T002JM", "960812", "231031").unwrap());
    let established = run(&I1, &password).unwrap();
    let mapping = established.mapping.unwrap();
    has_keys(established.channel, I1.session);
    assert_eq!(hex::encode_upper(mapping.mapping_key.as_sec1()), I1.mapping[1]);
    let data = "85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3";
    assert_eq!(mapping.data, Ok(bytes(data)));
    // A chip that does not prove its key, or not in form, has opened the channel all the same.
    for proof in ["", "8A00", "8A021234", &I1.proof.replace("8A301E", "8A301F")] {
        let proof: &'static str = proof.to_owned().leak();
        let mapping = run(&Example { proof, ..I1 }, &password).unwrap().mapping.unwrap();
        assert_ne!(mapping.data, Ok(bytes(data)), "{proof}");
    }
}
