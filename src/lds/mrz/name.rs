//! Names in the MRZ and the way of a name into its alphabet.
//! Source: Doc 9303-3 section 4.6 (names) and section 6.A (transliteration of Latin-based characters).

/// A name as the MRZ has it: upper case, without diacritics, possibly cut.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MrzName {
    /// Primary identifier (surname); words with spaces between. May be empty.
    pub primary: String,
    /// Secondary identifier (given names); words with spaces between. May be empty.
    pub secondary: String,
}

impl MrzName {
    /// Reads the name field. Without a double filler all of it is the primary identifier.
    #[must_use]
    pub fn parse(field: &str) -> Self {
        let field = field.trim_end_matches('<');
        let (primary, secondary) = field.split_once("<<").unwrap_or((field, ""));
        Self { primary: words(primary), secondary: words(secondary) }
    }
}

fn words(text: &str) -> String {
    text.split('<').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A name in the alphabet of the MRZ, `<` between words; characters outside the Latin table and the table
/// itself are `None`, so that nobody gets a name that is not theirs.
#[must_use]
pub fn transliterate(name: &str) -> Option<String> {
    let mut out = String::new();
    for character in name.to_uppercase().chars() {
        match character {
            'A'..='Z' => out.push(character),
            ' ' | '-' => out.push('<'),
            // Apostrophes and full stops are left out (Doc 9303-3 section 4.6).
            '\'' | '’' | '.' | ',' => {}
            other => out.push_str(latin(other)?),
        }
    }
    Some(out.split('<').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("<"))
}

fn latin(character: char) -> Option<&'static str> {
    Some(match character {
        'À' | 'Á' | 'Â' | 'Ã' | 'Ā' | 'Ă' | 'Ą' => "A",
        'Ä' | 'Æ' => "AE",
        'Å' => "AA",
        'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => "C",
        'Ð' | 'Ď' | 'Đ' => "D",
        'È' | 'É' | 'Ê' | 'Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' => "E",
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => "G",
        'Ĥ' | 'Ħ' => "H",
        'Ì' | 'Í' | 'Î' | 'Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' => "I",
        'Ĵ' => "J",
        'Ķ' => "K",
        'Ĺ' | 'Ļ' | 'Ľ' | 'Ŀ' | 'Ł' => "L",
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' | 'Ŋ' => "N",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ō' | 'Ŏ' | 'Ő' => "O",
        'Ö' | 'Ø' | 'Œ' => "OE",
        'Ŕ' | 'Ŗ' | 'Ř' => "R",
        'Ś' | 'Ŝ' | 'Ş' | 'Š' => "S",
        'Ţ' | 'Ť' | 'Ŧ' => "T",
        'Þ' => "TH",
        'Ù' | 'Ú' | 'Û' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' => "U",
        'Ü' => "UE",
        'Ŵ' => "W",
        'Ý' | 'Ŷ' | 'Ÿ' => "Y",
        'Ź' | 'Ż' | 'Ž' => "Z",
        _ => return None,
    })
}
