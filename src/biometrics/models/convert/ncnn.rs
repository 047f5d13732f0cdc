//! ncnn (Tencent/ncnn, "param and model file structure") to ONNX. The text has one layer a line: type, name, number
//! of inputs and outputs, their names, then `key=value`. The weights follow each other in the order of the layers,
//! without names; so a layer that is not understood makes everything behind it unreadable, and is refused. Each
//! output is used once (a Split names it anew), so a normalisation goes into the layer before it.

use super::bytes::Cursor;
use super::constant::Constant;
use super::graph::{Attribute, GraphWriter, Window};
use super::normalisation::{Normalisation, Trained};
use super::{ConvertError, MAX_ITEMS, Result};
use std::collections::BTreeMap;

const MAGIC: &str = "7767517";

/// The ONNX model for a parameter text and its weights.
pub(super) fn convert(param: &[u8], bin: &[u8], input: [usize; 4]) -> Result<Vec<u8>> {
    let text = std::str::from_utf8(param).map_err(|_| ConvertError::malformed("ncnn: text"))?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines.next() != Some(MAGIC) {
        return Err(ConvertError::malformed("ncnn: no magic number"));
    }
    let counts = lines.next().and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    let layers: Vec<Layer<'_>> = lines.map(Layer::parse).collect::<Result<_>>()?;
    let Some((first, rest)) = layers.split_first() else {
        return Err(ConvertError::malformed("ncnn: empty"));
    };
    if counts != Some(layers.len()) || layers.len() > MAX_ITEMS {
        return Err(ConvertError::malformed("ncnn: number of layers"));
    }
    let ("Input", [name]) = (first.kind, &first.outputs[..]) else {
        return Err(ConvertError::unsupported("an ncnn graph that does not begin with one input"));
    };
    let mut reader = Reader {
        writer: GraphWriter::new("ncnn", name, input),
        weights: Cursor::new(bin),
        aliases: BTreeMap::new(),
        waiting: None,
        known: BTreeMap::from([((*name).to_owned(), Known { channels: input[1], flat: false })]),
    };
    for layer in rest {
        reader.layer(layer)?;
    }
    reader.write_waiting()?;
    if reader.weights.remaining() != 0 {
        return Err(ConvertError::malformed("ncnn: weights of no layer"));
    }
    let output = layers.last().and_then(|layer| layer.outputs.first().copied()).unwrap_or_default();
    reader.writer.output(output);
    reader.writer.finish()
}

/// One line of the text.
struct Layer<'a> {
    kind: &'a str,
    name: &'a str,
    inputs: Vec<&'a str>,
    outputs: Vec<&'a str>,
    values: BTreeMap<i32, &'a str>,
}

impl<'a> Layer<'a> {
    fn parse(line: &'a str) -> Result<Self> {
        let malformed =
            || ConvertError::malformed(format!("ncnn: {}", line.chars().take(80).collect::<String>()));
        let mut words = line.split_whitespace();
        let kind = words.next().ok_or_else(malformed)?;
        let name = words.next().ok_or_else(malformed)?;
        let mut count = || words.next()?.parse::<usize>().ok().filter(|count| *count <= 64);
        let (inputs, outputs) = count().zip(count()).ok_or_else(malformed)?;
        let rest: Vec<&str> = words.collect();
        let (inputs, rest) = rest.split_at_checked(inputs).ok_or_else(malformed)?;
        let (outputs, rest) = rest.split_at_checked(outputs).ok_or_else(malformed)?;
        let pair = |word: &&'a str| {
            let (key, value) = word.split_once('=')?;
            Some((key.parse().ok()?, value))
        };
        let values = rest.iter().map(pair).collect::<Option<_>>().ok_or_else(malformed)?;
        Ok(Self { kind, name, inputs: inputs.to_vec(), outputs: outputs.to_vec(), values })
    }

    fn refuse(&self, what: &str) -> ConvertError {
        ConvertError::unsupported(format!("ncnn layer {} ({}): {what}", self.kind, self.name))
    }

    fn number<T: std::str::FromStr>(&self, key: i32, default: T) -> Result<T> {
        let value = self.values.get(&key).map(|value| value.parse());
        value.unwrap_or(Ok(default)).map_err(|_| self.refuse(&format!("parameter {key}")))
    }

    /// Refuses parameters other than these, which change what the layer does.
    fn only(&self, keys: &[i32]) -> Result<()> {
        match self.values.keys().find(|key| !keys.contains(key)) {
            Some(key) => Err(self.refuse(&format!("parameter {key}"))),
            None => Ok(()),
        }
    }

    fn output(&self) -> Result<&'a str> {
        match self.outputs[..] {
            [output] => Ok(output),
            _ => Err(self.refuse("several outputs")),
        }
    }
}

struct Reader<'a> {
    writer: GraphWriter,
    weights: Cursor<'a>,
    /// What a Split only names anew.
    aliases: BTreeMap<String, String>,
    known: BTreeMap<String, Known>,
    /// The layer before this one, where a normalisation may still go into it.
    waiting: Option<Linear>,
}

/// A convolution, or a matrix where there is no window.
struct Linear {
    name: String,
    from: String,
    output: String,
    weights: Constant,
    bias: Option<Constant>,
    window: Option<(Window, usize)>,
}

/// What is known of a value: how many channels, and whether it is (N, C) instead of a picture.
#[derive(Debug, Clone, Copy)]
struct Known {
    channels: usize,
    flat: bool,
}

impl Reader<'_> {
    fn layer(&mut self, layer: &Layer<'_>) -> Result<()> {
        if layer.kind != "BatchNorm" {
            self.write_waiting()?;
        }
        match layer.kind {
            "Split" => {
                let (from, _) = self.input(layer, 0)?;
                for output in &layer.outputs {
                    self.aliases.insert((*output).to_owned(), from.clone());
                }
                Ok(())
            }
            "Convolution" => self.convolution(layer, false),
            "ConvolutionDepthWise" => self.convolution(layer, true),
            "BatchNorm" => self.batch_norm(layer),
            "PReLU" => self.prelu(layer),
            "BinaryOp" => self.binary(layer),
            "InnerProduct" => self.inner_product(layer),
            _ => Err(layer.refuse("is not one that titre converts")),
        }
    }

    fn input(&self, layer: &Layer<'_>, index: usize) -> Result<(String, Known)> {
        let name = layer.inputs.get(index).ok_or_else(|| layer.refuse("an input is missing"))?;
        let name = self.aliases.get(*name).map_or(*name, String::as_str);
        let known = self.known.get(name).ok_or_else(|| layer.refuse("an input that nothing gives"))?;
        Ok((name.to_owned(), *known))
    }

    fn made(&mut self, output: &str, known: Known) {
        self.known.insert(output.to_owned(), known);
    }

    /// The next `count` values, single floats.
    fn floats(&mut self, dims: Vec<usize>, count: usize) -> Result<Constant> {
        let len = count.checked_mul(4).ok_or(ConvertError::TooLarge("weights"))?;
        Constant::new(dims, super::constant::Element::F32, self.weights.take(len)?)
    }

    /// A tensor behind the word that says how it is stored; only single floats (0) occur.
    fn flagged(&mut self, layer: &Layer<'_>, dims: Vec<usize>, count: usize) -> Result<Constant> {
        match self.weights.u32()? {
            0 => self.floats(dims, count),
            flag => Err(layer.refuse(&format!("weights stored as {flag:#x}"))),
        }
    }

    fn convolution(&mut self, layer: &Layer<'_>, depthwise: bool) -> Result<()> {
        layer.only(&[0, 1, 11, 2, 12, 3, 13, 4, 14, 5, 6, 7])?;
        let (from, known) = self.input(layer, 0)?;
        let both = |first: i32, default| -> Result<[usize; 2]> {
            let width = layer.number(first, default)?;
            Ok([layer.number(first + 10, width)?, width])
        };
        let (out, kernel, groups) =
            (layer.number(0, 0usize)?, both(1, 0)?, if depthwise { layer.number(7, 1)? } else { 1 });
        let [top, left] = both(4, 0)?;
        let window =
            Window { kernel, strides: both(3, 1)?, dilations: both(2, 1)?, pads: [top, left, top, left] };
        let seen = known.channels.checked_div(groups);
        let seen = seen.filter(|seen| seen * groups == known.channels && *seen > 0 && !known.flat);
        let seen = seen.ok_or_else(|| layer.refuse("groups"))?;
        let count = layer.number(6, 0usize)?;
        let dims = vec![out, seen, kernel[0], kernel[1]];
        let weights = self.flagged(layer, dims, count)?;
        let bias = if layer.number(5, 0)? == 1 { Some(self.floats(vec![out], out)?) } else { None };
        self.wait(layer, from, weights, bias, Some((window, groups)))?;
        self.made(layer.output()?, Known { channels: out, flat: false });
        Ok(())
    }

    fn wait(
        &mut self,
        layer: &Layer<'_>,
        from: String,
        weights: Constant,
        bias: Option<Constant>,
        window: Option<(Window, usize)>,
    ) -> Result<()> {
        let (name, output) = (layer.name.to_owned(), layer.output()?.to_owned());
        self.waiting = Some(Linear { name, from, output, weights, bias, window });
        Ok(())
    }

    fn write_waiting(&mut self) -> Result<()> {
        let Some(Linear { name, from, output, weights, bias, window }) = self.waiting.take() else {
            return Ok(());
        };
        let flat = match window {
            Some(_) => from,
            None => {
                let axis = vec![("axis", Attribute::Int(1))];
                self.writer.node("Flatten", &[&from], &format!("{name}.flat"), axis)?
            }
        };
        let mut inputs = vec![flat, self.writer.constant(&format!("{name}.weight"), &weights)?];
        if let Some(bias) = bias {
            inputs.push(self.writer.constant(&format!("{name}.bias"), &bias)?);
        }
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        match window {
            Some((window, groups)) => self.writer.convolution(&inputs, &output, window, groups)?,
            None => self.writer.node("Gemm", &inputs, &output, vec![("transB", Attribute::Int(1))])?,
        };
        Ok(())
    }

    /// `slope * (x - mean) / sqrt(variance + eps) + bias`, which is one product and one sum a channel.
    fn batch_norm(&mut self, layer: &Layer<'_>) -> Result<()> {
        layer.only(&[0, 1])?;
        let ((from, known), channels) = (self.input(layer, 0)?, layer.number(0, 0usize)?);
        let epsilon: f64 = layer.number(1, 0.0)?;
        if channels == 0 || channels != known.channels {
            return Err(layer.refuse("channels"));
        }
        let mut next = || self.floats(vec![channels], channels)?.values();
        let (slope, mean, variance, bias) = (next()?, next()?, next()?, next()?);
        let trained = Trained { scale: &slope, shift: &bias, mean: &mean, variance: &variance };
        let normalisation = Normalisation::new(trained, epsilon)?;
        if let Some(mut linear) = self.waiting.take_if(|linear| linear.output == from) {
            let (weights, bias) = normalisation.folded(&linear.weights, linear.bias.as_ref())?;
            (linear.weights, linear.bias) = (weights, Some(bias));
            linear.output = layer.output()?.to_owned();
            // What the layer gave by itself is no longer there for anyone.
            self.known.remove(&from);
            self.made(layer.output()?, known);
            self.waiting = Some(linear);
            return self.write_waiting();
        }
        self.write_waiting()?;
        // (C, 1, 1) for pictures; after the matrix there is only (N, C).
        let dims = if known.flat { vec![channels] } else { vec![channels, 1, 1] };
        let (name, output) = (layer.name, layer.output()?);
        let factors = normalisation.factors(dims.clone())?;
        let scale = self.writer.constant(&format!("{name}.scale"), &factors)?;
        let shift = self.writer.constant(&format!("{name}.shift"), &normalisation.summands(dims)?)?;
        let scaled = self.writer.plain("Mul", &[&from, &scale], &format!("{name}.scaled"))?;
        self.writer.plain("Add", &[&scaled, &shift], output)?;
        self.made(output, known);
        Ok(())
    }

    fn prelu(&mut self, layer: &Layer<'_>) -> Result<()> {
        layer.only(&[0])?;
        let ((from, known), count) = (self.input(layer, 0)?, layer.number(0, 0usize)?);
        if count != known.channels && count != 1 || known.flat {
            return Err(layer.refuse("slopes"));
        }
        let slope = self.floats(vec![count, 1, 1], count)?;
        let slope = self.writer.constant(&format!("{}.slope", layer.name), &slope)?;
        self.writer.plain("PRelu", &[&from, &slope], layer.output()?)?;
        self.made(layer.output()?, known);
        Ok(())
    }

    fn binary(&mut self, layer: &Layer<'_>) -> Result<()> {
        layer.only(&[0, 1, 2])?;
        let operator = match layer.number(0, 0)? {
            0 => "Add",
            1 => "Sub",
            2 => "Mul",
            other => return Err(layer.refuse(&format!("operation {other}"))),
        };
        let (from, known) = self.input(layer, 0)?;
        let other = if layer.number(1, 0)? == 1 {
            let scalar = Constant::of_f32(vec![1], &[layer.number(2, 0f32)?])?;
            self.writer.constant(&format!("{}.scalar", layer.name), &scalar)?
        } else {
            let (other, as_well) = self.input(layer, 1)?;
            if as_well.channels != known.channels || as_well.flat != known.flat {
                return Err(layer.refuse("operands of different channels"));
            }
            other
        };
        self.writer.plain(operator, &[&from, &other], layer.output()?)?;
        self.made(layer.output()?, known);
        Ok(())
    }

    fn inner_product(&mut self, layer: &Layer<'_>) -> Result<()> {
        layer.only(&[0, 1, 2])?;
        let (from, _) = self.input(layer, 0)?;
        let (out, count) = (layer.number(0, 0usize)?, layer.number(2, 0usize)?);
        let seen = count.checked_div(out).ok_or_else(|| layer.refuse("no outputs"))?;
        let weights = self.flagged(layer, vec![out, seen], count)?;
        let bias = if layer.number(1, 0)? == 1 { Some(self.floats(vec![out], out)?) } else { None };
        self.wait(layer, from, weights, bias, None)?;
        self.made(layer.output()?, Known { channels: out, flat: true });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_close, assert_withstands, floats, run};
    use super::super::{ConvertError, Format, convert};

    const SHAPE: [usize; 4] = [1, 2, 2, 2];

    /// Every layer that is converted: two channels of 2x2, to two numbers.
    const PARAM: &str = "7767517
11 12
Input data 0 1 data 0=2 1=2 2=2
BinaryOp minus 1 1 data minus 0=1 1=1 2=1.0
Convolution conv 1 1 minus conv 0=2 1=1 5=1 6=4
BatchNorm norm 1 1 conv norm 0=2 1=0.0
PReLU slope 1 1 norm slope 0=2
Split split 1 2 slope left right
ConvolutionDepthWise dw 1 1 left dw 0=2 1=1 5=0 6=2 7=2
BinaryOp sum 2 1 dw right sum 0=0
BatchNorm alone 1 1 sum alone 0=2
InnerProduct fc 1 1 alone fc 0=2 1=1 2=16
BatchNorm last 1 1 fc last 0=2
";

    fn bin() -> Vec<u8> {
        let flag = 0u32.to_le_bytes().to_vec();
        let fc: Vec<f32> = (0..16).map(|at| if at < 8 { 1.0 } else { at as f32 }).collect();
        [
            flag.clone(),
            floats(&[1.0, 1.0, 0.0, -2.0]), // conv: x0 + x1, -2 x1
            floats(&[0.5, 0.0]),
            floats(&[2.0, 1.0]), // norm: slope, mean, variance, bias
            floats(&[0.5, 0.0]),
            floats(&[4.0, 1.0]),
            floats(&[0.0, 3.0]),
            floats(&[0.25, 0.5]), // slope
            flag.clone(),
            floats(&[10.0, 100.0]), // dw
            floats(&[2.0, 1.0]),    // alone: slope, mean, variance, bias
            floats(&[0.0, 1.0]),
            floats(&[1.0, 1.0]),
            floats(&[0.0, 0.0]),
            flag,
            floats(&fc),
            floats(&[0.0, 1000.0]),
            floats(&[1.0, 1.0]), // last
            floats(&[0.0, 999.0]),
            floats(&[1.0, 1.0]),
            floats(&[5.0, 0.0]),
        ]
        .concat()
    }

    #[test]
    fn every_layer_gives_what_is_computed_by_hand() {
        let onnx = convert(Format::Ncnn, &[PARAM.as_bytes(), &bin()], SHAPE).unwrap();
        let input = [1.0, 2.0, 3.0, -4.0, 1.0, 1.0, 2.0, 3.0];
        // After minus: x0 = 0 1 2 -5, x1 = 0 0 1 2.
        // Convolution: x0 + x1 + 0.5 = 0.5 1.5 3.5 -2.5; -2 x1 = 0 0 -2 -4.
        // Norm: 2 (y - 0.5) / 2 = 0 1 3 -3; y + 3 = 3 3 1 -1. Slope: 0 1 3 -0.75; 3 3 1 -0.5.
        // Depth-wise plus itself: 0 11 33 -8.25; 303 303 101 -50.5.
        // Normalised alone, after the sum: twice the first; the second less one. After the matrix: 5 more; 999 less.
        let last = [0.0, 22.0, 66.0, -16.5, 302.0, 302.0, 100.0, -51.5f32];
        let weighed: f32 = last.iter().zip(8..).map(|(value, weight)| value * weight as f32).sum();
        assert_close(&run(&onnx, SHAPE, &input)[0], &[last.iter().sum::<f32>() + 5.0, weighed + 1.0]);
    }

    #[test]
    fn layers_and_parameters_that_are_not_known_are_named() {
        for (from, to, word) in [
            ("Split split", "Slice split", "Slice (split)"),
            ("6=4", "6=4 9=1", "parameter 9"),
            ("2=1.0", "2=1.0 0=7", "operation 7"),
            ("7=2", "7=3", "groups"),
            ("PReLU slope 1 1 norm", "PReLU slope 1 1 none", "nothing gives"),
        ] {
            let text = PARAM.replacen(from, to, 1);
            match convert(Format::Ncnn, &[text.as_bytes(), &bin()], SHAPE) {
                Err(ConvertError::Unsupported(what)) => assert!(what.contains(word), "{what}"),
                other => panic!("{from} -> {to}: {other:?}"),
            }
        }
        let longer = [bin(), vec![0]].concat();
        assert!(convert(Format::Ncnn, &[PARAM.as_bytes(), &longer], SHAPE).is_err());
        let mut half = bin();
        half[..4].copy_from_slice(&0x0130_6B47u32.to_le_bytes());
        assert!(convert(Format::Ncnn, &[PARAM.as_bytes(), &half], SHAPE).is_err());
    }

    #[test]
    fn hostile_files_are_answered() {
        assert_withstands(Format::Ncnn, &[PARAM.as_bytes(), &bin()], SHAPE);
    }
}
