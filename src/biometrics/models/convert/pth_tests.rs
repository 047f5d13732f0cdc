//! MiniFASNet from weights that are written here as `torch.save` writes them, in both forms.

use super::testing::{assert_close, assert_withstands, floats, run};
use super::{ConvertError, Format, convert};

const SHAPE: [usize; 4] = [1, 3, 16, 16];

type Weights = Vec<(String, Vec<usize>, Vec<f32>)>;

fn tensor(weights: &mut Weights, name: &str, shape: &[usize], value: f32) {
    let count = shape.iter().product();
    weights.push((format!("module.{name}"), shape.to_vec(), vec![value; count]));
}

/// Mean, variance, scale and shift such that a channel becomes `2 x + 1` (the variance and epsilon make a quarter).
fn norm(weights: &mut Weights, name: &str, channels: usize) {
    for (part, value) in [("weight", 1.0), ("bias", 2.0), ("running_mean", 0.5), ("running_var", 0.25 - 1e-5)]
    {
        tensor(weights, &format!("{name}.{part}"), &[channels], value);
    }
}

fn conv(weights: &mut Weights, name: &str, shape: [usize; 4], value: f32, prelu: bool) {
    tensor(weights, &format!("{name}.conv.weight"), &shape, value);
    norm(weights, &format!("{name}.bn"), shape[0]);
    if prelu {
        tensor(weights, &format!("{name}.prelu.weight"), &shape[..1], 0.25);
    }
}

/// Two channels throughout, one block in each residual stage; the last block of the last one with excitation.
fn weights() -> Weights {
    let mut weights = Weights::new();
    conv(&mut weights, "conv1", [2, 3, 3, 3], 0.0, true);
    conv(&mut weights, "conv2_dw", [2, 1, 3, 3], 0.0, true);
    for block in ["conv_23", "conv_3.model.0", "conv_34", "conv_4.model.0", "conv_45", "conv_5.model.0"] {
        conv(&mut weights, &format!("{block}.conv"), [2, 2, 1, 1], 0.0, true);
        conv(&mut weights, &format!("{block}.conv_dw"), [2, 1, 3, 3], 0.0, true);
        conv(&mut weights, &format!("{block}.project"), [2, 2, 1, 1], 0.0, false);
    }
    for (layer, bn) in [("fc1", "bn1"), ("fc2", "bn2")] {
        tensor(&mut weights, &format!("conv_5.model.0.se_module.{layer}.weight"), &[2, 2, 1, 1], 0.0);
        norm(&mut weights, &format!("conv_5.model.0.se_module.{bn}"), 2);
    }
    conv(&mut weights, "conv_6_sep", [4, 2, 1, 1], -1.0, true);
    conv(&mut weights, "conv_6_dw", [4, 1, 1, 1], 1.0, false);
    tensor(&mut weights, "linear.weight", &[2, 4], 0.5);
    norm(&mut weights, "bn", 2);
    tensor(&mut weights, "prob.weight", &[3, 2], 1.0);
    weights
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.push(b'X');
    out.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
    out.extend(text.as_bytes());
}

fn shape(out: &mut Vec<u8>, shape: &[usize]) {
    out.push(b'(');
    for size in shape {
        out.extend([b'M', u8::try_from(size % 256).unwrap(), u8::try_from(size / 256).unwrap()]);
    }
    out.push(b't');
}

/// The dictionary, each tensor in a storage of its own, whose key is its number.
fn pickle(weights: &Weights, legacy: bool) -> Vec<u8> {
    let mut out = b"\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01(".to_vec();
    for (key, (name, dims, values)) in weights.iter().enumerate() {
        text(&mut out, name);
        out.extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
        text(&mut out, "storage");
        out.extend(b"ctorch\nFloatStorage\n");
        text(&mut out, &key.to_string());
        text(&mut out, "cpu");
        out.push(b'J');
        out.extend(i32::try_from(values.len()).unwrap().to_le_bytes());
        out.extend(if legacy { &b"NtQK\x00"[..] } else { b"tQK\x00" });
        shape(&mut out, dims);
        let strides: Vec<usize> = (0..dims.len()).map(|axis| dims[axis + 1..].iter().product()).collect();
        shape(&mut out, &strides);
        out.extend(b"\x89h\x00)RtR");
    }
    // The module versions that PyTorch hangs on the dictionary.
    out.extend(b"u}");
    text(&mut out, "_metadata");
    out.extend(b"h\x00)Rsb.");
    out
}

fn legacy(weights: &Weights) -> Vec<u8> {
    let mut file = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}q\x00.".to_vec();
    file.extend(pickle(weights, true));
    file.extend(b"\x80\x02]q\x00(");
    for key in 0..weights.len() {
        text(&mut file, &key.to_string());
    }
    file.extend(b"e.");
    for (_, _, values) in weights {
        file.extend((values.len() as u64).to_le_bytes());
        file.extend(floats(values));
    }
    file
}

fn zipped(weights: &Weights) -> Vec<u8> {
    let mut entries = vec![("archive/data.pkl".to_owned(), pickle(weights, false))];
    entries.extend(
        weights
            .iter()
            .enumerate()
            .map(|(key, (_, _, values))| (format!("archive/data/{key}"), floats(values))),
    );
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in &entries {
        let (start, len) = (u32::try_from(file.len()).unwrap(), u32::try_from(bytes.len()).unwrap());
        let sizes = [[0; 4], len.to_le_bytes(), len.to_le_bytes()].concat();
        let name_len = u16::try_from(name.len()).unwrap().to_le_bytes();
        // PyTorch pads the local header so that the bytes are aligned.
        file.extend(
            [&b"PK\x03\x04"[..], &[0; 10], &sizes, &name_len, &[3, 0], name.as_bytes(), b"pad", bytes]
                .concat(),
        );
        let parts = [
            &b"PK\x01\x02"[..],
            &[0; 12],
            &sizes,
            &name_len,
            &[0; 12],
            &start.to_le_bytes(),
            name.as_bytes(),
        ];
        directory.extend(parts.concat());
    }
    let (at, len) = (u32::try_from(file.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    file.extend(directory);
    let end = [&b"PK\x05\x06"[..], &[0; 4], &count, &count, &len.to_le_bytes(), &at.to_le_bytes(), &[0; 2]];
    file.extend(end.concat());
    file
}

#[test]
fn both_forms_give_what_is_computed_by_hand() {
    // Weights of zero leave each normalisation's 2 * 0 + 1 = 1; so each project is 1. conv_45 gives 1. The block adds
    // its own 1, times the gate: sigmoid(1). The last convolutions: -2 (1 + gate) times 2 plus 1, PReLU a quarter of
    // it, times 2 plus 1. Four of these times a half, times 2 plus 1; the logits add two of that.
    let gate = 1.0 / (1.0 + (-1f32).exp());
    let separated = 0.25 * (2.0 * -2.0 * (1.0 + gate) + 1.0);
    let embedded = 2.0 * (4.0 * 0.5 * (2.0 * separated + 1.0)) + 1.0;
    let input = [7.0; 3 * 16 * 16];
    for file in [legacy(&weights()), zipped(&weights())] {
        let onnx = convert(Format::Pth, &[&file], SHAPE).unwrap();
        assert_close(&run(&onnx, SHAPE, &input)[0], &[2.0 * embedded; 3]);
    }
    let same = convert(Format::Pth, &[&legacy(&weights())], SHAPE).unwrap();
    assert_eq!(convert(Format::Pth, &[&zipped(&weights())], SHAPE).unwrap(), same);
}

#[test]
fn other_networks_and_other_tensors_are_refused() {
    let mut without = weights();
    without.retain(|(name, _, _)| name != "module.conv_6_dw.conv.weight");
    let error = convert(Format::Pth, &[&legacy(&without)], SHAPE).unwrap_err();
    assert!(matches!(&error, ConvertError::Unsupported(what) if what.contains("conv_6_dw")), "{error}");
    // Strides of a transposed tensor.
    let mut file = legacy(&weights());
    let name = b"module.linear.weight";
    let at = file.windows(name.len()).position(|window| window == name).unwrap();
    let strides = file[at..].windows(7).position(|window| window == b"(M\x04\x00M\x01\x00").unwrap();
    file[at + strides + 2] = 1;
    assert!(matches!(convert(Format::Pth, &[&file], SHAPE), Err(ConvertError::Unsupported(_))));
    let compressed = [&b"PK\x03\x04"[..], &legacy(&weights())].concat();
    assert!(convert(Format::Pth, &[&compressed], SHAPE).is_err());
}

#[test]
fn hostile_files_are_answered() {
    assert_withstands(Format::Pth, &[&legacy(&weights())], SHAPE);
    assert_withstands(Format::Pth, &[&zipped(&weights())], SHAPE);
}
