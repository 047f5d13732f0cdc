//! What the tests of the converters share: graphs run by tract, files built by hand, and files broken on purpose.

use super::{Format, convert};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tract_onnx::prelude::*;

/// Every output of a graph, flattened.
pub(super) fn run(onnx: &[u8], shape: [usize; 4], input: &[f32]) -> Vec<Vec<f32>> {
    let reader = tract_onnx::onnx().with_ignore_output_shapes(true).with_ignore_value_info(true);
    let mut graph = reader.model_for_read(&mut std::io::Cursor::new(onnx)).unwrap();
    graph.set_input_fact(0, f32::fact(shape).into()).unwrap();
    let plan = graph.into_optimized().unwrap().into_runnable().unwrap();
    let given = Tensor::from_shape(&shape, input).unwrap();
    let outputs = plan.run(tvec!(given.into())).unwrap();
    outputs
        .iter()
        .map(|output| output.to_plain_array_view::<f32>().unwrap().iter().copied().collect())
        .collect()
}

/// Fails unless both are the same within a ten-thousandth.
pub(super) fn assert_close(found: &[f32], expected: &[f32]) {
    let close = |(a, b): (&f32, &f32)| (a - b).abs() <= 1e-4 * b.abs().max(1.0);
    assert!(
        found.len() == expected.len() && found.iter().zip(expected).all(close),
        "{found:?}, expected {expected:?}"
    );
}

/// Cuts and changes each file in many places: the converter must answer, never panic.
pub(super) fn assert_withstands(format: Format, files: &[&[u8]], shape: [usize; 4]) {
    assert!(convert(format, files, shape).is_ok(), "the whole file must be good");
    let mut refused = 0;
    for (which, file) in files.iter().enumerate() {
        // A few thousand variants at most, however long the file is; the step is odd, so that it meets every part.
        let step = (file.len() / 300) | 1;
        for at in (0..file.len()).step_by(step) {
            let mut variants = vec![file[..at].to_vec()];
            for value in [0x00, 0x7F, 0x80, 0xFF, file[at] ^ 1, file[at].wrapping_add(1)] {
                let mut variant = file.to_vec();
                variant[at] = value;
                variants.push(variant);
            }
            for variant in variants {
                let mut broken = files.to_vec();
                broken[which] = &variant;
                let answer = catch_unwind(AssertUnwindSafe(|| convert(format, &broken, shape)));
                refused += usize::from(answer.unwrap_or_else(|_| panic!("file {which}, byte {at}")).is_err());
            }
        }
    }
    assert!(refused > 0, "no change was noticed");
}

/// Little-endian bytes.
pub(super) fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}
