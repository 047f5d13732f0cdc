//! TFLite files built field by field, since no writer of them is at hand.

use super::testing::{assert_close, assert_withstands, floats, run};
use super::{ConvertError, Format, convert};

const SHAPE: [usize; 4] = [1, 1, 2, 2];

/// A field of a table being written.
enum Field {
    Byte(i8),
    Int(i32),
    Text(&'static str),
    Bytes(Vec<u8>),
    Ints(Vec<i32>),
    Table(Vec<(usize, Field)>),
    Tables(Vec<Vec<(usize, Field)>>),
}
use Field::{Byte, Bytes, Int, Ints, Table as Sub, Tables, Text};

fn put(buffer: &mut [u8], at: usize, value: usize) {
    buffer[at..at + 4].copy_from_slice(&u32::try_from(value - at).unwrap().to_le_bytes());
}

/// Appends a table and all it refers to; gives its place.
fn table(buffer: &mut Vec<u8>, fields: &[(usize, Field)]) -> usize {
    let count = fields.iter().map(|(index, _)| index + 1).max().unwrap_or(0);
    let mut entries = vec![0u16; count];
    for (place, (index, _)) in fields.iter().enumerate() {
        entries[*index] = u16::try_from(4 + 4 * place).unwrap();
    }
    let vtable = buffer.len();
    let sizes = [u16::try_from(4 + 2 * count).unwrap(), u16::try_from(4 + 4 * fields.len()).unwrap()];
    buffer.extend(sizes.iter().chain(&entries).flat_map(|word| word.to_le_bytes()));
    let start = buffer.len();
    buffer.extend(i32::try_from(start - vtable).unwrap().to_le_bytes());
    buffer.resize(start + 4 + 4 * fields.len(), 0);
    for (place, (_, field)) in fields.iter().enumerate() {
        let at = start + 4 + 4 * place;
        let mut vector = |count: usize, bytes: Vec<u8>| {
            let place = buffer.len();
            put(buffer, at, place);
            buffer.extend(u32::try_from(count).unwrap().to_le_bytes());
            buffer.extend(bytes);
            place
        };
        match field {
            Byte(value) => buffer[at..at + 1].copy_from_slice(&value.to_le_bytes()),
            Int(value) => buffer[at..at + 4].copy_from_slice(&value.to_le_bytes()),
            Text(text) => drop(vector(text.len(), text.as_bytes().to_vec())),
            Bytes(bytes) => drop(vector(bytes.len(), bytes.clone())),
            Ints(values) => drop(vector(values.len(), values.iter().flat_map(|v| v.to_le_bytes()).collect())),
            Sub(fields) => {
                let place = table(buffer, fields);
                put(buffer, at, place);
            }
            Tables(tables) => {
                let list = vector(tables.len(), vec![0; 4 * tables.len()]);
                for (index, fields) in tables.iter().enumerate() {
                    let place = table(buffer, fields);
                    put(buffer, list + 4 + 4 * index, place);
                }
            }
        }
    }
    start
}

fn tensor(shape: &[i32], kind: i8, buffer: i32, name: &'static str) -> Vec<(usize, Field)> {
    vec![(0, Ints(shape.to_vec())), (1, Byte(kind)), (2, Int(buffer)), (3, Text(name))]
}

fn operator(code: i32, inputs: &[i32], output: i32, options: Vec<(usize, Field)>) -> Vec<(usize, Field)> {
    vec![(0, Int(code)), (1, Ints(inputs.to_vec())), (2, Ints(vec![output])), (4, Sub(options))]
}

/// Every operator that is converted. `codes` are the builtin codes, in the order of the operators.
fn file(codes: [i8; 10]) -> Vec<u8> {
    let ints = |values: &[i32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let buffers = [
        vec![],
        [0x3C00u16, 0x4000].iter().flat_map(|half| half.to_le_bytes()).collect(), // 1, 2 as half floats
        floats(&[0.0, -1.0]),
        floats(&[0.5, 0.25]),
        floats(&[1.0, 10.0, 0.0, 100.0, 0.0, 0.0, 0.0, 0.0]),
        ints(&[0, 0, 1, 0, 0, 0, 0, 0]),
        ints(&[1, 4]),
    ];
    let tensors = vec![
        tensor(&[1, 2, 2, 1], 0, 0, "input"),
        tensor(&[2, 1, 1, 1], 1, 1, "half weights"),
        tensor(&[2, 1, 1, 1], 0, 0, "weights"),
        tensor(&[2], 0, 2, "bias"),
        tensor(&[1, 2, 2, 2], 0, 0, "conv"),
        tensor(&[1, 1, 2], 0, 3, "slope"),
        tensor(&[1, 2, 2, 2], 0, 0, "prelu"),
        tensor(&[1, 2, 2, 2], 0, 4, "depthwise weights"),
        tensor(&[1, 2, 2, 2], 0, 0, "depthwise"),
        tensor(&[1, 2, 2, 2], 0, 0, "sum"),
        tensor(&[1, 1, 1, 2], 0, 0, "pool"),
        tensor(&[4, 2], 2, 5, "paddings"),
        tensor(&[1, 2, 1, 2], 0, 0, "padded"),
        tensor(&[2], 2, 6, "shape"),
        tensor(&[1, 4], 0, 0, "flat"),
        tensor(&[1, 8], 0, 0, "twice"),
        tensor(&[1, 8], 0, 0, "out"),
    ];
    let operators = vec![
        operator(0, &[1], 2, vec![]),
        operator(1, &[0, 2, 3], 4, vec![(0, Byte(1)), (1, Int(1)), (2, Int(1))]),
        operator(2, &[4, 5], 6, vec![]),
        operator(3, &[6, 7], 8, vec![(0, Byte(0)), (1, Int(1)), (2, Int(1)), (3, Int(1))]),
        operator(4, &[6, 8], 9, vec![(0, Byte(1))]),
        operator(5, &[9], 10, vec![(0, Byte(1)), (1, Int(2)), (2, Int(2)), (3, Int(2)), (4, Int(2))]),
        operator(6, &[10, 11], 12, vec![]),
        operator(7, &[12, 13], 14, vec![]),
        operator(8, &[14, 14], 15, vec![(0, Int(1))]),
        operator(9, &[15], 16, vec![]),
    ];
    let subgraph =
        vec![(0, Tables(tensors)), (1, Ints(vec![0])), (2, Ints(vec![16])), (3, Tables(operators))];
    let codes = codes.into_iter().map(|code| vec![(0, Byte(code))]).collect();
    let buffers = buffers.into_iter().map(|bytes| vec![(0, Bytes(bytes))]).collect();
    let model = [(0, Int(3)), (1, Tables(codes)), (2, Tables(vec![subgraph])), (4, Tables(buffers))];
    let mut bytes = b"\0\0\0\0TFL3".to_vec();
    let root = table(&mut bytes, &model);
    put(&mut bytes, 0, root);
    bytes
}

const CODES: [i8; 10] = [6, 3, 54, 4, 0, 17, 34, 22, 2, 19];

#[test]
fn every_operator_gives_what_is_computed_by_hand() {
    let onnx = convert(Format::Tflite, &[&file(CODES)], SHAPE).unwrap();
    // Convolved: x and 2 x - 1. PReLU: half and a quarter of what is negative.
    // x = 1 2 / -4 3: first 1 2 / -2 3, second 1 3 / -2.25 5.
    // Depth-wise, 2x2 from the upper left, border below and right: the kernel's upper left weighs 1 and 10, its
    // upper right 0 and 100. First: as it is. Second: 10 of itself + 100 of its right neighbour.
    // First 1 2 / -2 3; second 310 30 / 477.5 50.
    // ReLU fused to the sum: 2 4 / 0 6; 311 33 / 475.25 55. Pooled: 6, 475.25. Padded above with a row of zeros.
    let expected = [0.0, 0.0, 6.0, 475.25, 0.0, 0.0, 6.0, 475.25];
    assert_close(&run(&onnx, SHAPE, &[1.0, 2.0, -4.0, 3.0])[0], &expected);
}

#[test]
fn operators_that_are_not_known_are_named() {
    for (code, word) in [(14, "LOGISTIC"), (99, "number 99"), (32, "custom")] {
        let mut codes = CODES;
        codes[2] = code;
        match convert(Format::Tflite, &[&file(codes)], SHAPE) {
            Err(ConvertError::Unsupported(what)) => assert!(what.contains(word), "{what}"),
            other => panic!("{code}: {other:?}"),
        }
    }
    assert!(convert(Format::Tflite, &[&file(CODES)], [1, 3, 2, 2]).is_err(), "another input");
}

#[test]
fn hostile_files_are_answered() {
    assert_withstands(Format::Tflite, &[&file(CODES)], SHAPE);
}
