//! OpenVINO intermediate representation (docs.openvino.ai, "IR v10/v11" and "Operation sets", opset1) to ONNX: a
//! description of layers and of the edges between their ports, and one file of weights that constants point into.

use super::bytes::slice;
use super::constant::{Constant, Element};
use super::graph::{GraphWriter, Window};
use super::xml::Element as Xml;
use super::{ConvertError, MAX_ITEMS, Result};
use std::collections::BTreeMap;

/// The ONNX model for a description and its weights.
pub(super) fn convert(xml: &[u8], bin: &[u8], input: [usize; 4]) -> Result<Vec<u8>> {
    let text = std::str::from_utf8(xml).map_err(|_| ConvertError::malformed("OpenVINO: text"))?;
    let net = Xml::parse(text)?;
    if net.name != "net" || !matches!(net.attribute("version")?, "10" | "11") {
        return Err(ConvertError::unsupported("an OpenVINO description of another version"));
    }
    let part = |name: &str| net.child(name).ok_or_else(|| ConvertError::malformed(format!("no {name}")));
    let (layers, edges) = (&part("layers")?.children, &part("edges")?.children);
    if layers.len() > MAX_ITEMS || edges.len() > MAX_ITEMS {
        return Err(ConvertError::TooLarge("layers"));
    }
    let mut sources: BTreeMap<&str, BTreeMap<u32, &str>> = BTreeMap::new();
    for edge in edges {
        let port = edge.attribute("to-port")?.parse().map_err(|_| ConvertError::malformed("a port"))?;
        sources.entry(edge.attribute("to-layer")?).or_default().insert(port, edge.attribute("from-layer")?);
    }
    let mut reader = Reader {
        writer: GraphWriter::new("openvino", INPUT, input),
        bin,
        input,
        values: BTreeMap::new(),
        results: 0,
    };
    for layer in layers {
        let inputs = sources.get(layer.attribute("id")?).map(|ports| ports.values().copied().collect());
        reader.layer(layer, inputs.unwrap_or_default())?;
    }
    reader.writer.finish()
}

/// What the graph's input is called.
const INPUT: &str = "input";

/// What a layer gives.
#[derive(Debug, Clone)]
enum Value {
    /// Weights: whoever uses them says in which shape.
    Stored(Constant),
    /// A tensor of the graph, by name.
    Computed(String),
}

struct Reader<'a> {
    writer: GraphWriter,
    bin: &'a [u8],
    input: [usize; 4],
    /// By the layer's id.
    values: BTreeMap<&'a str, Value>,
    results: usize,
}

/// A layer with the values that come in.
struct Call<'a, 'x> {
    layer: &'a Xml<'x>,
    id: &'a str,
    data: Xml<'x>,
    inputs: Vec<Value>,
}

impl Call<'_, '_> {
    fn refuse(&self, what: &str) -> ConvertError {
        let kind = self.layer.optional("type").unwrap_or_default();
        let name = self.layer.optional("name").unwrap_or_default();
        ConvertError::unsupported(format!("OpenVINO layer {kind} ({name}): {what}"))
    }

    fn computed(&self, index: usize) -> Result<&str> {
        match self.inputs.get(index) {
            Some(Value::Computed(name)) => Ok(name),
            _ => Err(self.refuse("weights where a tensor is expected")),
        }
    }

    fn stored(&self, index: usize) -> Result<&Constant> {
        match self.inputs.get(index) {
            Some(Value::Stored(constant)) => Ok(constant),
            _ => Err(self.refuse("weights that are computed")),
        }
    }

    fn pair(&self, attribute: &str) -> Result<[usize; 2]> {
        let list = numbers(self.data.attribute(attribute)?)?;
        list.try_into().map_err(|_| self.refuse(attribute))
    }

    /// The attribute, if it is there, must say this.
    fn only(&self, attribute: &str, allowed: &[&str]) -> Result<()> {
        match self.data.optional(attribute) {
            Some(value) if !allowed.contains(&value) => Err(self.refuse(&format!("{attribute}={value}"))),
            _ => Ok(()),
        }
    }

    fn window(&self, kernel: [usize; 2]) -> Result<Window> {
        self.only("auto_pad", &["explicit"])?;
        let ([top, left], [bottom, right]) = (self.pair("pads_begin")?, self.pair("pads_end")?);
        let dilations =
            if self.data.optional("dilations").is_some() { self.pair("dilations")? } else { [1, 1] };
        Ok(Window { kernel, strides: self.pair("strides")?, dilations, pads: [top, left, bottom, right] })
    }
}

/// A list of numbers between commas; an empty one is a scalar's shape.
fn numbers(text: &str) -> Result<Vec<usize>> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let parsed: std::result::Result<Vec<_>, _> = words.map(str::parse).collect();
    parsed.map_err(|_| ConvertError::malformed(format!("OpenVINO: {text:?} is no list of numbers")))
}

impl<'a> Reader<'a> {
    fn layer<'x>(&mut self, layer: &'a Xml<'x>, from: Vec<&str>) -> Result<()> {
        let id = layer.attribute("id")?;
        let inputs = from.iter().map(|from| self.values.get(from).cloned()).collect::<Option<Vec<_>>>();
        let inputs = inputs.ok_or_else(|| ConvertError::unsupported("OpenVINO layers out of order"))?;
        let data = layer.child("data").cloned().unwrap_or_default();
        let call = Call { layer, id, data, inputs };
        if layer.attribute("version")? != "opset1" {
            return Err(call.refuse("is of another operation set"));
        }
        let value = match layer.attribute("type")? {
            "Parameter" => self.parameter(&call)?,
            "Const" => self.constant(&call)?,
            "Convert" => self.convert(&call)?,
            "Add" => self.binary("Add", &call)?,
            "Multiply" => self.binary("Mul", &call)?,
            "Convolution" => self.convolution(&call, false)?,
            "GroupConvolution" => self.convolution(&call, true)?,
            "PReLU" => self.prelu(&call)?,
            "AvgPool" => self.average(&call)?,
            "Sigmoid" => Value::Computed(self.writer.plain("Sigmoid", &[call.computed(0)?], &name(id))?),
            "Result" => return self.result(&call),
            _ => return Err(call.refuse("is not one that titre converts")),
        };
        self.values.insert(id, value);
        Ok(())
    }

    fn parameter(&self, call: &Call<'_, '_>) -> Result<Value> {
        call.only("element_type", &["f32"])?;
        if numbers(call.data.attribute("shape")?)? != self.input {
            return Err(call.refuse("another shape of input"));
        }
        Ok(Value::Computed(INPUT.to_owned()))
    }

    fn constant(&self, call: &Call<'_, '_>) -> Result<Value> {
        let element = match call.data.attribute("element_type")? {
            "f16" => Element::F16,
            "f32" => Element::F32,
            other => return Err(call.refuse(&format!("weights of type {other}"))),
        };
        let number = |attribute: &str| {
            call.data.attribute(attribute)?.parse().map_err(|_| ConvertError::malformed(attribute))
        };
        let bytes = slice(self.bin, number("offset")?, number("size")?)?;
        Ok(Value::Stored(Constant::new(numbers(call.data.attribute("shape")?)?, element, bytes)?))
    }

    /// Half floats stay as they are stored; the graph widens them where they are used.
    fn convert(&self, call: &Call<'_, '_>) -> Result<Value> {
        call.only("destination_type", &["f32"])?;
        call.stored(0).map(|constant| Value::Stored(constant.clone()))
    }

    /// The name in the graph of an input of either kind; weights under the layer's own name, as they stand.
    fn operand(&mut self, call: &Call<'_, '_>, index: usize) -> Result<String> {
        match call.inputs.get(index) {
            Some(Value::Computed(name)) => Ok(name.clone()),
            Some(Value::Stored(constant)) => {
                self.writer.constant(&format!("{}.{index}", name(call.id)), constant)
            }
            None => Err(call.refuse("an input is missing")),
        }
    }

    fn binary(&mut self, operator: &str, call: &Call<'_, '_>) -> Result<Value> {
        call.only("auto_broadcast", &["numpy"])?;
        let (left, right) = (self.operand(call, 0)?, self.operand(call, 1)?);
        self.writer.plain(operator, &[&left, &right], &name(call.id)).map(Value::Computed)
    }

    fn convolution(&mut self, call: &Call<'_, '_>, grouped: bool) -> Result<Value> {
        let weights = call.stored(1)?;
        // Grouped weights are (groups, out / groups, in / groups, height, width); ONNX joins the first two.
        let (weights, groups) = match (grouped, weights.dims()) {
            (false, [_, _, _, _]) => (weights.clone(), 1),
            (true, [groups, out, seen, height, width]) => {
                let channels = groups.checked_mul(*out).ok_or(ConvertError::TooLarge("tensor"))?;
                (weights.reshaped(vec![channels, *seen, *height, *width])?, *groups)
            }
            _ => return Err(call.refuse("weights of other than two dimensions")),
        };
        let [_, _, height, width] = *weights.dims() else { return Err(call.refuse("weights")) };
        let window = call.window([height, width])?;
        let weights = self.writer.constant(&format!("{}.weight", name(call.id)), &weights)?;
        let inputs = [call.computed(0)?, &weights];
        self.writer.convolution(&inputs, &name(call.id), window, groups).map(Value::Computed)
    }

    fn prelu(&mut self, call: &Call<'_, '_>) -> Result<Value> {
        // One slope, or one a channel, whatever axes it is written with.
        let slope = call.stored(1)?;
        let count = slope.dims().iter().product();
        let slope = slope.reshaped(vec![count, 1, 1])?;
        let slope = self.writer.constant(&format!("{}.slope", name(call.id)), &slope)?;
        self.writer.plain("PRelu", &[call.computed(0)?, &slope], &name(call.id)).map(Value::Computed)
    }

    fn average(&mut self, call: &Call<'_, '_>) -> Result<Value> {
        call.only("rounding_type", &["floor"])?;
        call.only("exclude-pad", &["true"])?;
        let window = call.window(call.pair("kernel")?)?;
        self.writer.pool("AveragePool", call.computed(0)?, &name(call.id), window).map(Value::Computed)
    }

    fn result(&mut self, call: &Call<'_, '_>) -> Result<()> {
        let output = format!("out{}", self.results);
        self.results += 1;
        self.writer.plain("Identity", &[call.computed(0)?], &output)?;
        self.writer.output(&output);
        Ok(())
    }
}

fn name(id: &str) -> String {
    format!("n{id}")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_close, assert_withstands, floats, run};
    use super::super::{ConvertError, Format, convert};

    const SHAPE: [usize; 4] = [1, 2, 2, 2];

    fn layer(id: usize, kind: &str, data: &str) -> String {
        format!("<layer id=\"{id}\" name=\"l{id}\" type=\"{kind}\" version=\"opset1\"><data {data}/></layer>")
    }

    fn stored(id: usize, shape: &str, element: &str, at: usize, size: usize) -> String {
        let data = format!("shape=\"{shape}\" element_type=\"{element}\" offset=\"{at}\" size=\"{size}\"");
        layer(id, "Const", &data)
    }

    const WINDOW: &str =
        "strides=\"1, 1\" dilations=\"1, 1\" pads_begin=\"0, 0\" pads_end=\"0, 0\" auto_pad=\"explicit\"";

    /// Every layer that is converted: (x * half - 1), convolved, PReLU, averaged, sigmoid as a gate.
    fn xml() -> String {
        let layers = [
            layer(0, "Parameter", "shape=\"1,2,2,2\" element_type=\"f32\""),
            stored(1, "1,2,1,1", "f16", 0, 4),
            layer(2, "Convert", "destination_type=\"f32\""),
            layer(3, "Multiply", "auto_broadcast=\"numpy\""),
            stored(4, "2,2,1,1", "f32", 4, 16),
            layer(5, "Convolution", WINDOW),
            stored(6, "2", "f32", 20, 8),
            layer(7, "PReLU", ""),
            stored(8, "2,1,1,1,1", "f32", 28, 8),
            layer(9, "GroupConvolution", WINDOW),
            layer(
                10,
                "AvgPool",
                &format!("kernel=\"2, 2\" exclude-pad=\"true\" rounding_type=\"floor\" {WINDOW}"),
            ),
            layer(11, "Sigmoid", ""),
            layer(12, "Add", "auto_broadcast=\"numpy\""),
            layer(13, "Result", ""),
        ];
        let edges = [
            (1, 2, 0),
            (0, 3, 0),
            (2, 3, 1),
            (3, 5, 0),
            (4, 5, 1),
            (5, 7, 0),
            (6, 7, 1),
            (7, 9, 0),
            (8, 9, 1),
            (9, 10, 0),
            (10, 11, 0),
            (11, 12, 1),
            (10, 12, 0),
            (12, 13, 0),
        ];
        let edge = |(from, to, port): (usize, usize, usize)| {
            format!("<edge from-layer=\"{from}\" from-port=\"9\" to-layer=\"{to}\" to-port=\"{port}\"/>")
        };
        let edges: String = edges.into_iter().map(edge).collect();
        format!(
            "<?xml version=\"1.0\"?><net name=\"n\" version=\"11\"><layers>{}</layers><edges>{edges}</edges></net>",
            layers.concat()
        )
    }

    fn bin() -> Vec<u8> {
        // Half floats: 0.5 and 2.
        let halves = [0x3800u16, 0x4000].iter().flat_map(|half| half.to_le_bytes()).collect();
        [halves, floats(&[1.0, 1.0, 0.0, -1.0]), floats(&[0.5, 0.25]), floats(&[4.0, 3.0])].concat()
    }

    #[test]
    fn every_layer_gives_what_is_computed_by_hand() {
        let onnx = convert(Format::Openvino, &[xml().as_bytes(), &bin()], SHAPE).unwrap();
        let input = [2.0, 4.0, 6.0, -8.0, 1.0, 0.0, -1.0, 0.5];
        // Times half and 2: 1 2 3 -4; 2 0 -2 1. Convolved: 3 2 1 -3; -2 0 2 -1. PReLU: 3 2 1 -1.5; -0.5 0 2 -0.25.
        // Times 4 and 3, averaged: 4.5; 0.9375.
        let gate = |mean: f32| mean + 1.0 / (1.0 + (-mean).exp());
        assert_close(&run(&onnx, SHAPE, &input)[0], &[gate(4.5), gate(0.9375)]);
    }

    #[test]
    fn layers_and_attributes_that_are_not_known_are_named() {
        for (from, to, word) in [
            ("Sigmoid", "Tanh", "Tanh (l11)"),
            ("opset1", "opset8", "another operation set"),
            ("auto_pad=\"explicit\"", "auto_pad=\"same_upper\"", "auto_pad=same_upper"),
            ("exclude-pad=\"true\"", "exclude-pad=\"false\"", "exclude-pad=false"),
            ("element_type=\"f16\"", "element_type=\"i8\"", "weights of type i8"),
            ("shape=\"1,2,2,2\"", "shape=\"1,2,4,4\"", "another shape of input"),
            ("net name=\"n\" version=\"11\"", "net name=\"n\" version=\"7\"", "another version"),
        ] {
            let text = xml().replacen(from, to, 1);
            match convert(Format::Openvino, &[text.as_bytes(), &bin()], SHAPE) {
                Err(ConvertError::Unsupported(what)) => assert!(what.contains(word), "{what}"),
                other => panic!("{from} -> {to}: {other:?}"),
            }
        }
    }

    #[test]
    fn hostile_files_are_answered() {
        assert_withstands(Format::Openvino, &[xml().as_bytes(), &bin()], SHAPE);
    }
}
