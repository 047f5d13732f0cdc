//! The converters to ONNX. The first byte picks the format; the next two say where, in formats of two files, the
//! second begins.
#![no_main]

use libfuzzer_sys::fuzz_target;
use titre::biometrics::models::convert::{Format, convert};

fuzz_target!(|bytes: &[u8]| {
    let [format, low, high, rest @ ..] = bytes else { return };
    let formats = [Format::Tflite, Format::Ncnn, Format::Openvino, Format::Pth];
    let format = formats[usize::from(*format) % formats.len()];
    let split = usize::from(u16::from_le_bytes([*low, *high])).min(rest.len());
    let (first, second) = rest.split_at(split);
    let files = if format.files() == 2 { vec![first, second] } else { vec![rest] };
    let _ = convert(format, &files, [1, 3, 16, 16]);
});
