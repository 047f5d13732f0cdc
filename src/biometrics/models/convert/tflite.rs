//! TensorFlow Lite (schema.fbs, version 3) to ONNX. TFLite orders axes N, H, W, C and ONNX N, C, H, W: tensors of
//! four axes are kept in ONNX's order throughout, all others as they are; a Reshape between the two kinds gets the
//! Transpose that makes it mean the same.

use super::constant::{Constant, Element};
use super::flatbuffer::Table;
use super::graph::{Attribute, GraphWriter, Window};
use super::{ConvertError, Result};
use std::collections::BTreeMap;

const IDENTIFIER: [u8; 4] = *b"TFL3";
/// N, C, H, W from N, H, W, C.
const TO_ONNX: [usize; 4] = [0, 3, 1, 2];
/// N, H, W, C from N, C, H, W.
const TO_TFLITE: [i64; 4] = [0, 2, 3, 1];

/// `BuiltinOperator`, by number, for messages.
const BUILTIN: [&str; 44] = [
    "ADD",
    "AVERAGE_POOL_2D",
    "CONCATENATION",
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "DEPTH_TO_SPACE",
    "DEQUANTIZE",
    "EMBEDDING_LOOKUP",
    "FLOOR",
    "FULLY_CONNECTED",
    "HASHTABLE_LOOKUP",
    "L2_NORMALIZATION",
    "L2_POOL_2D",
    "LOCAL_RESPONSE_NORMALIZATION",
    "LOGISTIC",
    "LSH_PROJECTION",
    "LSTM",
    "MAX_POOL_2D",
    "MUL",
    "RELU",
    "RELU_N1_TO_1",
    "RELU6",
    "RESHAPE",
    "RESIZE_BILINEAR",
    "RNN",
    "SOFTMAX",
    "SPACE_TO_DEPTH",
    "SVDF",
    "TANH",
    "CONCAT_EMBEDDINGS",
    "SKIP_GRAM",
    "CALL",
    "CUSTOM",
    "EMBEDDING_LOOKUP_SPARSE",
    "PAD",
    "UNIDIRECTIONAL_SEQUENCE_RNN",
    "GATHER",
    "BATCH_TO_SPACE_ND",
    "SPACE_TO_BATCH_ND",
    "TRANSPOSE",
    "MEAN",
    "SUB",
    "DIV",
    "SQUEEZE",
];

const FLOAT32: i8 = 0;
const FLOAT16: i8 = 1;
const INT32: i8 = 2;

/// The ONNX model for a TFLite file.
pub(super) fn convert(file: &[u8], input: [usize; 4]) -> Result<Vec<u8>> {
    let model = Table::root(file, IDENTIFIER)?;
    let mut operators = Vec::new();
    for code in model.tables(1)? {
        // Small codes stand in the first field, which old readers know; large ones in the last.
        operators.push((i32::from(code.byte(0, 0)?).max(code.int(3, 0)?), code.text(1)?));
    }
    let subgraphs = model.tables(2)?;
    let [subgraph] = subgraphs.as_slice() else {
        return Err(ConvertError::unsupported(format!("{} subgraphs", subgraphs.len())));
    };
    let mut reader = Reader::new(subgraph, &model.tables(4)?, input)?;
    for operator in subgraph.tables(3)? {
        let (code, custom) = *operators
            .get(operator.count(0, 0)?)
            .ok_or_else(|| ConvertError::malformed("an operator without code"))?;
        reader.operator(code, custom, &operator)?;
    }
    reader.writer.finish()
}

/// What is known of one tensor.
#[derive(Debug, Clone)]
struct Tensor<'a> {
    /// In the order of TFLite.
    shape: Vec<usize>,
    kind: i8,
    /// Its bytes, where they stand in the file; empty for what is computed.
    bytes: &'a [u8],
    /// What it is called in the graph.
    name: String,
}

struct Reader<'a> {
    writer: GraphWriter,
    tensors: Vec<Tensor<'a>>,
    /// Tensors that DEQUANTIZE makes out of stored ones.
    widened: BTreeMap<usize, usize>,
}

/// The inputs, the output and the options of one operator.
struct Call<'a> {
    inputs: Vec<usize>,
    output: usize,
    options: Option<Table<'a>>,
}

impl Call<'_> {
    fn input(&self, index: usize) -> Result<usize> {
        self.inputs.get(index).copied().ok_or_else(|| ConvertError::malformed("an input is missing"))
    }

    fn count(&self, field: usize, default: usize) -> Result<usize> {
        self.options.as_ref().map_or(Ok(default), |options| options.count(field, default))
    }

    fn byte(&self, field: usize) -> Result<i8> {
        self.options.as_ref().map_or(Ok(0), |options| options.byte(field, 0))
    }
}

fn positions(raw: &[i32], tensors: usize) -> Result<Vec<usize>> {
    let position = |index: &i32| usize::try_from(*index).ok().filter(|index| *index < tensors);
    raw.iter()
        .map(|index| position(index).ok_or_else(|| ConvertError::malformed("a tensor that is not there")))
        .collect()
}

impl<'a> Reader<'a> {
    fn new(subgraph: &Table<'a>, buffers: &[Table<'a>], input: [usize; 4]) -> Result<Self> {
        let mut tensors = Vec::new();
        for (index, tensor) in subgraph.tables(0)?.iter().enumerate() {
            let dims = tensor.ints(0)?;
            let shape = dims.iter().map(|dim| usize::try_from(*dim));
            let shape = shape.collect::<std::result::Result<Vec<_>, _>>();
            let buffer = buffers.get(tensor.count(2, 0)?);
            tensors.push(Tensor {
                shape: shape.map_err(|_| ConvertError::malformed("a negative size"))?,
                kind: tensor.byte(1, 0)?,
                bytes: buffer.map_or(Ok(&[][..]), |buffer| buffer.bytes(0))?,
                name: format!("t{index}"),
            });
        }
        let names = subgraph.tables(0)?;
        let [from] = positions(&subgraph.ints(1)?, tensors.len())?[..] else {
            return Err(ConvertError::unsupported("more than one input"));
        };
        let [n, c, h, w] = input;
        if tensors[from].shape != [n, h, w, c] || tensors[from].kind != FLOAT32 {
            return Err(ConvertError::malformed(format!("input is {:?}", tensors[from].shape)));
        }
        let mut writer = GraphWriter::new("tflite", &tensors[from].name, input);
        for output in positions(&subgraph.ints(2)?, tensors.len())? {
            tensors[output].name = names[output].text(3)?.to_owned();
            writer.output(&tensors[output].name);
        }
        Ok(Self { writer, tensors, widened: BTreeMap::new() })
    }

    fn name(&self, tensor: usize) -> &str {
        &self.tensors[tensor].name
    }

    fn operator(&mut self, code: i32, custom: &str, operator: &Table<'a>) -> Result<()> {
        let inputs = positions(&operator.ints(1)?, self.tensors.len())?;
        let [output] = positions(&operator.ints(2)?, self.tensors.len())?[..] else {
            return Err(ConvertError::unsupported("an operator with several outputs"));
        };
        let call = Call { inputs, output, options: operator.table(4)? };
        match code {
            0 => self.add(&call),
            2 => self.concatenation(&call),
            3 => self.convolution(&call, false),
            4 => self.convolution(&call, true),
            6 => self.dequantize(&call),
            17 => self.max_pool(&call),
            19 => self.relu(&call),
            22 => self.reshape(&call),
            34 => self.pad(&call),
            54 => self.prelu(&call),
            32 => Err(ConvertError::unsupported(format!("TFLite custom operator {custom}"))),
            _ => {
                let known = usize::try_from(code).ok().and_then(|code| BUILTIN.get(code));
                let name = known.map_or_else(|| format!("number {code}"), |name| (*name).to_owned());
                Err(ConvertError::unsupported(format!("TFLite operator {name}")))
            }
        }
    }

    /// What is stored for a tensor, directly or behind a DEQUANTIZE.
    fn stored(&self, tensor: usize) -> Result<Constant> {
        let tensor = &self.tensors[self.widened.get(&tensor).copied().unwrap_or(tensor)];
        let element = match tensor.kind {
            FLOAT32 => Element::F32,
            FLOAT16 => Element::F16,
            kind => return Err(ConvertError::unsupported(format!("TFLite weights of type {kind}"))),
        };
        if tensor.bytes.is_empty() {
            return Err(ConvertError::unsupported("TFLite weights that are computed"));
        }
        Constant::new(tensor.shape.clone(), element, tensor.bytes)
    }

    fn stored_ints(&self, tensor: usize) -> Result<Vec<i64>> {
        let tensor = &self.tensors[tensor];
        let (words, rest) = tensor.bytes.as_chunks::<4>();
        if tensor.kind != INT32 || words.is_empty() || words.len() > 16 || !rest.is_empty() {
            return Err(ConvertError::unsupported("a shape that is computed"));
        }
        Ok(words.iter().map(|word| i32::from_le_bytes(*word).into()).collect())
    }

    /// Height and width of a tensor of four axes.
    fn plane(&self, tensor: usize) -> Result<[usize; 2]> {
        match self.tensors[tensor].shape[..] {
            [_, height, width, _] => Ok([height, width]),
            _ => Err(ConvertError::unsupported("a picture without four axes")),
        }
    }

    /// The node's output, or where an activation is fused to it, what that makes of the output.
    fn activated(
        &mut self,
        activation: i8,
        output: usize,
        node: impl Fn(&mut Self, &str) -> Result<()>,
    ) -> Result<()> {
        let name = self.name(output).to_owned();
        match activation {
            0 => node(self, &name),
            1 => {
                let before = format!("{name}.linear");
                node(self, &before)?;
                self.writer.plain("Relu", &[&before], &name).map(drop)
            }
            other => Err(ConvertError::unsupported(format!("TFLite fused activation {other}"))),
        }
    }

    fn add(&mut self, call: &Call<'_>) -> Result<()> {
        let (left, right) = (call.input(0)?, call.input(1)?);
        let (a, b) = (&self.tensors[left], &self.tensors[right]);
        // Broadcasting aligns the last axes, which differ between the two orders.
        if a.shape.len() != b.shape.len() || !a.bytes.is_empty() || !b.bytes.is_empty() {
            return Err(ConvertError::unsupported("TFLite ADD of different ranks or of weights"));
        }
        self.activated(call.byte(0)?, call.output, |reader, output| {
            let inputs = [reader.name(left).to_owned(), reader.name(right).to_owned()];
            reader.writer.plain("Add", &[&inputs[0], &inputs[1]], output).map(drop)
        })
    }

    /// Padding as TensorFlow defines it: `SAME` keeps ceil(size / stride), the odd pixel after.
    fn window(
        &self,
        call: &Call<'_>,
        input: usize,
        kernel: [usize; 2],
        strides: [usize; 2],
        dilations: [usize; 2],
    ) -> Result<Window> {
        let mut window = Window { strides, dilations, ..Window::of(kernel) };
        match call.byte(0)? {
            0 => {
                for (axis, size) in self.plane(input)?.into_iter().enumerate() {
                    let wrong = || ConvertError::malformed("a window");
                    let reach =
                        kernel[axis].checked_sub(1).and_then(|reach| reach.checked_mul(dilations[axis]));
                    let steps = size
                        .checked_sub(1)
                        .zip(size.checked_sub(1).and_then(|last| last.checked_div(strides[axis])));
                    let (last, steps) = steps.ok_or_else(wrong)?;
                    let total = reach
                        .and_then(|reach| (steps * strides[axis]).checked_add(reach))
                        .ok_or_else(wrong)?;
                    let total = total.saturating_sub(last);
                    window.pads[axis] = total / 2;
                    window.pads[axis + 2] = total - total / 2;
                }
            }
            1 => {}
            other => return Err(ConvertError::unsupported(format!("TFLite padding {other}"))),
        }
        Ok(window)
    }

    fn convolution(&mut self, call: &Call<'_>, depthwise: bool) -> Result<()> {
        let (input, weights) = (call.input(0)?, self.stored(call.input(1)?)?);
        let [_, height, width, channels] = *weights.dims() else {
            return Err(ConvertError::malformed("a convolution's weights"));
        };
        // Depthwise weights are (1, H, W, out), others (out, H, W, in).
        let (weights, groups, activation, dilation) = if depthwise {
            let groups =
                *self.tensors[input].shape.get(3).ok_or_else(|| ConvertError::malformed("a picture"))?;
            if groups == 0 || channels % groups != 0 {
                return Err(ConvertError::malformed("depthwise channels"));
            }
            (weights.permuted(&[3, 0, 1, 2])?, groups, call.byte(4)?, 5)
        } else {
            (weights.permuted(&TO_ONNX)?, 1, call.byte(3)?, 4)
        };
        let strides = [call.count(2, 1)?, call.count(1, 1)?];
        let dilations = [call.count(dilation + 1, 1)?, call.count(dilation, 1)?];
        let window = self.window(call, input, [height, width], strides, dilations)?;
        let output = self.name(call.output).to_owned();
        let mut inputs = vec![self.name(input).to_owned()];
        inputs.push(self.writer.constant(&format!("{output}.weight"), &weights)?);
        if call.inputs.len() > 2 {
            let bias = self.stored(call.input(2)?)?;
            inputs.push(self.writer.constant(&format!("{output}.bias"), &bias)?);
        }
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        self.activated(activation, call.output, |reader, output| {
            reader.writer.convolution(&inputs, output, window, groups).map(drop)
        })
    }

    fn max_pool(&mut self, call: &Call<'_>) -> Result<()> {
        let input = call.input(0)?;
        let kernel = [call.count(4, 0)?, call.count(3, 0)?];
        let strides = [call.count(2, 1)?, call.count(1, 1)?];
        let window = self.window(call, input, kernel, strides, [1, 1])?;
        self.activated(call.byte(5)?, call.output, |reader, output| {
            let input = reader.name(input).to_owned();
            reader.writer.pool("MaxPool", &input, output, window).map(drop)
        })
    }

    fn dequantize(&mut self, call: &Call<'_>) -> Result<()> {
        let input = call.input(0)?;
        if self.tensors[input].kind != FLOAT16 || self.tensors[input].bytes.is_empty() {
            return Err(ConvertError::unsupported("TFLite DEQUANTIZE of anything but stored half floats"));
        }
        self.widened.insert(call.output, input);
        Ok(())
    }

    fn reshape(&mut self, call: &Call<'_>) -> Result<()> {
        let input = call.input(0)?;
        let shape = match (call.inputs.get(1), &call.options) {
            (Some(shape), _) => self.stored_ints(*shape)?,
            (None, Some(options)) => options.ints(0)?.into_iter().map(i64::from).collect(),
            (None, None) => return Err(ConvertError::malformed("RESHAPE without shape")),
        };
        let output = self.name(call.output).to_owned();
        let mut from = self.name(input).to_owned();
        if self.tensors[input].shape.len() == 4 {
            let perm = vec![("perm", Attribute::Ints(TO_TFLITE.to_vec()))];
            from = self.writer.node("Transpose", &[&from], &format!("{output}.nhwc"), perm)?;
        }
        if shape.len() == 4 {
            return Err(ConvertError::unsupported("TFLite RESHAPE to four axes"));
        }
        let shape = self.writer.integers(&format!("{output}.shape"), &shape)?;
        self.writer.plain("Reshape", &[&from, &shape], &output).map(drop)
    }

    fn concatenation(&mut self, call: &Call<'_>) -> Result<()> {
        let inputs: Vec<String> = call.inputs.iter().map(|input| self.name(*input).to_owned()).collect();
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let rank = self.tensors[call.output].shape.len();
        let axis = call.options.as_ref().map_or(Ok(0), |options| options.int(0, 0))?;
        if rank == 4 {
            return Err(ConvertError::unsupported("TFLite CONCATENATION of four axes"));
        }
        self.activated(call.byte(1)?, call.output, |reader, output| {
            let axis = vec![("axis", Attribute::Int(axis.into()))];
            reader.writer.node("Concat", &inputs, output, axis).map(drop)
        })
    }

    fn pad(&mut self, call: &Call<'_>) -> Result<()> {
        let (input, pads) = (call.input(0)?, self.stored_ints(call.input(1)?)?);
        if pads.len() != 8 || pads.iter().any(|pad| !(0..=1024).contains(pad)) {
            return Err(ConvertError::unsupported("TFLite PAD of other than four axes"));
        }
        // Pairs by axis in TFLite's order; all befores, then all afters, in ONNX's. The value is left out: it is
        // zero by default, and tract wants it without axes where others take one.
        let side = |side: usize| TO_ONNX.iter().map(move |axis| 2 * axis + side);
        let order: Vec<i64> = side(0).chain(side(1)).map(|from| pads[from]).collect();
        let output = self.name(call.output).to_owned();
        let from = self.name(input).to_owned();
        let pads = self.writer.integers(&format!("{output}.pads"), &order)?;
        self.writer.plain("Pad", &[&from, &pads], &output).map(drop)
    }

    fn relu(&mut self, call: &Call<'_>) -> Result<()> {
        let (from, output) = (self.name(call.input(0)?).to_owned(), self.name(call.output).to_owned());
        self.writer.plain("Relu", &[&from], &output).map(drop)
    }

    fn prelu(&mut self, call: &Call<'_>) -> Result<()> {
        let slope = self.stored(call.input(1)?)?;
        if slope.dims().len() != 3 {
            return Err(ConvertError::unsupported("TFLite PRELU with a slope of other than three axes"));
        }
        let output = self.name(call.output).to_owned();
        let slope = self.writer.constant(&format!("{output}.slope"), &slope.permuted(&[2, 0, 1])?)?;
        let from = self.name(call.input(0)?).to_owned();
        self.writer.plain("PRelu", &[&from, &slope], &output).map(drop)
    }
}
