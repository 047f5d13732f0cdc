//! The converters to ONNX. The first byte picks the format; the next two say where, in formats of two files, the
//! second begins.
#![no_main]

use libfuzzer_sys::fuzz_target;
use titre::biometrics::models::convert::{Format, convert};

fuzz_target!(|bytes: &[u8]| {
    let [format, low, high, rest @ ..] = bytes else { return };
    // The inputs of the seeds, which are the samples of the converters' own tests.
    let formats = [
        (Format::Tflite, [1, 1, 2, 2]),
        (Format::Ncnn, [1, 2, 2, 2]),
        (Format::Openvino, [1, 2, 2, 2]),
        (Format::Pth, [1, 3, 16, 16]),
    ];
    let (format, input) = formats[usize::from(*format) % formats.len()];
    let split = usize::from(u16::from_le_bytes([*low, *high])).min(rest.len());
    let (first, second) = rest.split_at(split);
    let files = if format.files() == 2 { vec![first, second] } else { vec![rest] };
    let _ = convert(format, &files, input);
});
