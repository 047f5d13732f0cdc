//! LDIF: values are no longer than the file, lines go forward, and after an error there is nothing more.
#![no_main]

use libfuzzer_sys::fuzz_target;
use titre::pki::{Ldif, ldif};

fuzz_target!(|bytes: &[u8]| {
    let _ = ldif::is_ldif(bytes);
    let (mut values, mut line) = (Ldif::new(bytes), 0);
    while let Some(value) = values.next() {
        let Ok(value) = value else {
            assert!(values.next().is_none());
            return;
        };
        assert!(value.line > line && value.bytes.len() <= bytes.len());
        line = value.line;
    }
});
