//! An ONNX graph being written (onnx.proto3 of ONNX 1.8, operator set 13): nodes in the order in which they run,
//! weights as initialisers. The same calls give the same bytes.

use super::constant::{Constant, Element};
use super::{ConvertError, MAX_BYTES, MAX_ITEMS, Result};
use prost::Message;
use tract_onnx::pb;

/// The operator set that every written graph asks for.
const OPSET: i64 = 13;
/// The version of the file format that goes with it.
const IR_VERSION: i64 = 7;

const FLOAT: i32 = pb::tensor_proto::DataType::Float as i32;
const FLOAT16: i32 = pb::tensor_proto::DataType::Float16 as i32;
const INT64: i32 = pb::tensor_proto::DataType::Int64 as i32;

/// The value of a node's attribute.
#[derive(Debug, Clone)]
pub(super) enum Attribute {
    Int(i64),
    Ints(Vec<i64>),
}

/// The attributes of a convolution or a pooling window, all in the order height, width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) kernel: [usize; 2],
    pub(super) strides: [usize; 2],
    pub(super) dilations: [usize; 2],
    /// Top, left, bottom, right.
    pub(super) pads: [usize; 4],
}

impl Window {
    /// A window that moves by one and has no border.
    pub(super) const fn of(kernel: [usize; 2]) -> Self {
        Self { kernel, strides: [1; 2], dilations: [1; 2], pads: [0; 4] }
    }

    fn attributes(self, pooling: bool) -> Result<Vec<(&'static str, Attribute)>> {
        let ints = |values: &[usize], least: usize| {
            // A graph with absurd windows would make tract allocate; no model here comes near.
            let sane = values.iter().all(|value| (least..=1024).contains(value));
            let value = || Attribute::Ints(values.iter().map(|value| *value as i64).collect());
            sane.then(value).ok_or_else(|| ConvertError::malformed(format!("a window of {self:?}")))
        };
        let mut attributes = vec![("kernel_shape", ints(&self.kernel, 1)?)];
        if !pooling {
            attributes.push(("dilations", ints(&self.dilations, 1)?));
        }
        attributes.push(("pads", ints(&self.pads, 0)?));
        attributes.push(("strides", ints(&self.strides, 1)?));
        Ok(attributes)
    }
}

/// A graph on its way to a file.
#[derive(Debug)]
pub(super) struct GraphWriter {
    graph: pb::GraphProto,
    weights: usize,
}

impl GraphWriter {
    /// A graph with one input of single floats.
    pub(super) fn new(name: &str, input: &str, shape: [usize; 4]) -> Self {
        let mut graph = pb::GraphProto { name: name.to_owned(), ..Default::default() };
        graph.input.push(value(input, Some(shape)));
        Self { graph, weights: 0 }
    }

    /// Names a value that the graph gives, of single floats.
    pub(super) fn output(&mut self, name: &str) {
        self.graph.output.push(value(name, None));
    }

    /// Adds a node; gives back the name of its output.
    pub(super) fn node(
        &mut self,
        operator: &str,
        inputs: &[&str],
        output: &str,
        attributes: Vec<(&str, Attribute)>,
    ) -> Result<String> {
        if self.graph.node.len() >= MAX_ITEMS {
            return Err(ConvertError::TooLarge("operators"));
        }
        self.graph.node.push(pb::NodeProto {
            input: inputs.iter().map(|input| (*input).to_owned()).collect(),
            output: vec![output.to_owned()],
            name: output.to_owned(),
            op_type: operator.to_owned(),
            attribute: attributes.into_iter().map(|(name, value)| attribute(name, value)).collect(),
            ..Default::default()
        });
        Ok(output.to_owned())
    }

    /// A node without attributes.
    pub(super) fn plain(&mut self, operator: &str, inputs: &[&str], output: &str) -> Result<String> {
        self.node(operator, inputs, output, Vec::new())
    }

    /// `Conv`: inputs are the tensor, the weights (out, in / groups, height, width) and perhaps the bias.
    pub(super) fn convolution(
        &mut self,
        inputs: &[&str],
        output: &str,
        window: Window,
        groups: usize,
    ) -> Result<String> {
        let mut attributes = window.attributes(false)?;
        attributes.push(("group", Attribute::Int(groups as i64)));
        self.node("Conv", inputs, output, attributes)
    }

    /// `MaxPool` or `AveragePool`; the border does not count.
    pub(super) fn pool(
        &mut self,
        operator: &str,
        input: &str,
        output: &str,
        window: Window,
    ) -> Result<String> {
        let attributes = window.attributes(true)?;
        self.node(operator, &[input], output, attributes)
    }

    /// Adds weights; gives back the name under which they are single floats.
    pub(super) fn constant(&mut self, name: &str, constant: &Constant) -> Result<String> {
        let (data_type, stored) = match constant.element() {
            Element::F32 => (FLOAT, name.to_owned()),
            Element::F16 => (FLOAT16, format!("{name}.f16")),
        };
        self.initialiser(&stored, constant.dims(), data_type, constant.bytes().to_vec())?;
        if constant.element() == Element::F16 {
            self.node("Cast", &[&stored], name, vec![("to", Attribute::Int(FLOAT.into()))])?;
        }
        Ok(name.to_owned())
    }

    /// Adds a list of integers, such as a shape.
    pub(super) fn integers(&mut self, name: &str, values: &[i64]) -> Result<String> {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.initialiser(name, &[values.len()], INT64, bytes)?;
        Ok(name.to_owned())
    }

    fn initialiser(&mut self, name: &str, dims: &[usize], data_type: i32, bytes: Vec<u8>) -> Result<()> {
        self.weights = self.weights.saturating_add(bytes.len());
        if self.weights > MAX_BYTES {
            return Err(ConvertError::TooLarge("weights"));
        }
        self.graph.initializer.push(pb::TensorProto {
            dims: dims.iter().map(|dim| *dim as i64).collect(),
            data_type,
            name: name.to_owned(),
            raw_data: bytes,
            ..Default::default()
        });
        Ok(())
    }

    /// The file.
    pub(super) fn finish(self) -> Result<Vec<u8>> {
        if self.graph.output.is_empty() {
            return Err(ConvertError::malformed("a graph without output"));
        }
        let model = pb::ModelProto {
            ir_version: IR_VERSION,
            opset_import: vec![pb::OperatorSetIdProto { domain: String::new(), version: OPSET }],
            // No version of titre: the same original must give the same digest from every release.
            producer_name: "titre models install".to_owned(),
            graph: Some(self.graph),
            ..Default::default()
        };
        Ok(model.encode_to_vec())
    }
}

fn attribute(name: &str, value: Attribute) -> pb::AttributeProto {
    use pb::attribute_proto::AttributeType;
    let mut attribute = pb::AttributeProto { name: name.to_owned(), ..Default::default() };
    match value {
        Attribute::Int(value) => {
            attribute.i = value;
            attribute.r#type = AttributeType::Int as i32;
        }
        Attribute::Ints(values) => {
            attribute.ints = values;
            attribute.r#type = AttributeType::Ints as i32;
        }
    }
    attribute
}

fn value(name: &str, shape: Option<[usize; 4]>) -> pb::ValueInfoProto {
    use pb::tensor_shape_proto::{Dimension, dimension};
    let dimension = |dim: usize| Dimension {
        denotation: String::new(),
        value: Some(dimension::Value::DimValue(dim as i64)),
    };
    let shape = shape.map(|shape| pb::TensorShapeProto { dim: shape.into_iter().map(dimension).collect() });
    let tensor = pb::type_proto::Tensor { elem_type: FLOAT, shape };
    pb::ValueInfoProto {
        name: name.to_owned(),
        r#type: Some(pb::TypeProto {
            denotation: String::new(),
            value: Some(pb::type_proto::Value::TensorType(tensor)),
        }),
        doc_string: String::new(),
    }
}
