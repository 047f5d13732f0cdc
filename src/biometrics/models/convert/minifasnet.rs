//! MiniFASNet (minivision-ai/Silent-Face-Anti-Spoofing, src/model_lib/MiniFASNet.py, evaluation mode) as a graph.
//! A state_dict holds weights without structure. The structure is the table below; channels, kernels and the number
//! of blocks follow from the weights, so the same table serves V1 and V2, with squeeze-and-excitation or without.
//! Batch normalisation is folded into the layer before it.

use super::constant::Constant;
use super::graph::{Attribute, GraphWriter, Window};
use super::normalisation::{Normalisation, Trained};
use super::pth::{self, StateDict};
use super::{ConvertError, Result};

/// Of `torch.nn.BatchNorm2d`.
const EPSILON: f64 = 1e-5;

/// One stage of the network.
#[derive(Debug, Clone, Copy)]
enum Stage {
    /// Convolution, normalisation, PReLU.
    Conv { stride: usize },
    /// As `Conv`, without border and without PReLU.
    Linear,
    /// Widen, filter each channel, narrow.
    DepthWise { stride: usize },
    /// Blocks of `DepthWise`, each added to what came in; as many as there are weights for.
    Residual,
}

/// The stages up to the vector of 512, in order.
const STAGES: [(&str, Stage); 10] = [
    ("conv1", Stage::Conv { stride: 2 }),
    ("conv2_dw", Stage::Conv { stride: 1 }),
    ("conv_23", Stage::DepthWise { stride: 2 }),
    ("conv_3", Stage::Residual),
    ("conv_34", Stage::DepthWise { stride: 2 }),
    ("conv_4", Stage::Residual),
    ("conv_45", Stage::DepthWise { stride: 2 }),
    ("conv_5", Stage::Residual),
    ("conv_6_sep", Stage::Conv { stride: 1 }),
    ("conv_6_dw", Stage::Linear),
];
/// More blocks than any such network has.
const MAX_BLOCKS: usize = 32;

/// The ONNX model for a file of weights.
pub(super) fn convert(file: &[u8], input: [usize; 4]) -> Result<Vec<u8>> {
    let mut weights = pth::read(file)?;
    // What was trained on several devices has every name prefixed.
    if weights.keys().all(|name| name.starts_with("module.")) {
        weights =
            weights.into_iter().map(|(name, value)| (name["module.".len()..].to_owned(), value)).collect();
    }
    let mut writer = GraphWriter::new("minifasnet", "input", input);
    writer.output("output");
    let mut builder = Builder { weights: &weights, writer };
    let mut last = "input".to_owned();
    for (name, stage) in STAGES {
        last = builder.stage(name, stage, &last)?;
    }
    last = builder.writer.node("Flatten", &[&last], "flat", vec![("axis", Attribute::Int(1))])?;
    last = builder.dense("linear", Some("bn"), &last, "embedding")?;
    builder.dense("prob", None, &last, "output")?;
    builder.writer.finish()
}

struct Builder<'a> {
    weights: &'a StateDict,
    writer: GraphWriter,
}

impl Builder<'_> {
    fn weight(&self, name: &str) -> Result<&Constant> {
        self.weights
            .get(name)
            .ok_or_else(|| ConvertError::unsupported(format!("weights without {name}: not MiniFASNet")))
    }

    fn normalisation(&self, name: &str) -> Result<Normalisation> {
        let part = |part: &str| self.weight(&format!("{name}.{part}"))?.values();
        let (scale, shift) = (part("weight")?, part("bias")?);
        let (mean, variance) = (part("running_mean")?, part("running_var")?);
        let trained = Trained { scale: &scale, shift: &shift, mean: &mean, variance: &variance };
        Normalisation::new(trained, EPSILON)
    }

    fn stage(&mut self, name: &str, stage: Stage, from: &str) -> Result<String> {
        match stage {
            Stage::Conv { stride } => self.conv_block(name, from, stride),
            Stage::Linear => self.convolution(&format!("{name}.conv"), &format!("{name}.bn"), from, 1, false),
            Stage::DepthWise { stride } => self.depth_wise(name, from, stride),
            Stage::Residual => {
                let mut last = from.to_owned();
                for block in 0..MAX_BLOCKS {
                    let name = format!("{name}.model.{block}");
                    if block > 0 && !self.weights.contains_key(&format!("{name}.conv.conv.weight")) {
                        break;
                    }
                    let inner = self.depth_wise(&name, &last, 1)?;
                    last = self.writer.plain("Add", &[&last, &inner], &format!("{name}.sum"))?;
                }
                Ok(last)
            }
        }
    }

    fn depth_wise(&mut self, name: &str, from: &str, stride: usize) -> Result<String> {
        let wide = self.conv_block(&format!("{name}.conv"), from, 1)?;
        let filtered = self.conv_block(&format!("{name}.conv_dw"), &wide, stride)?;
        let project = format!("{name}.project");
        let narrow =
            self.convolution(&format!("{project}.conv"), &format!("{project}.bn"), &filtered, 1, true)?;
        let excitation = format!("{name}.se_module");
        if !self.weights.contains_key(&format!("{excitation}.fc1.weight")) {
            return Ok(narrow);
        }
        // Squeeze and excitation: each channel weighed by what the mean of all says.
        let part = |part: &str| format!("{excitation}.{part}");
        let mean = self.writer.plain("GlobalAveragePool", &[&narrow], &part("mean"))?;
        let squeezed = self.convolution(&part("fc1"), &part("bn1"), &mean, 1, true)?;
        let squeezed = self.writer.plain("Relu", &[&squeezed], &part("relu"))?;
        let gate = self.convolution(&part("fc2"), &part("bn2"), &squeezed, 1, true)?;
        let gate = self.writer.plain("Sigmoid", &[&gate], &part("gate"))?;
        self.writer.plain("Mul", &[&narrow, &gate], &part("out"))
    }

    fn conv_block(&mut self, name: &str, from: &str, stride: usize) -> Result<String> {
        let conv = self.convolution(&format!("{name}.conv"), &format!("{name}.bn"), from, stride, true)?;
        let slope = self.weight(&format!("{name}.prelu.weight"))?;
        let channels = slope.dims().iter().product();
        let slope = slope.reshaped(vec![channels, 1, 1])?;
        let slope = self.writer.constant(&format!("{name}.slope"), &slope)?;
        self.writer.plain("PRelu", &[&conv, &slope], &format!("{name}.prelu"))
    }

    /// A convolution with its normalisation. A border of half the kernel where `border`; one group a channel where
    /// the weights see one channel.
    fn convolution(
        &mut self,
        conv: &str,
        bn: &str,
        from: &str,
        stride: usize,
        border: bool,
    ) -> Result<String> {
        let weights = self.weight(&format!("{conv}.weight"))?;
        let [channels, seen, height, width] = *weights.dims() else {
            return Err(ConvertError::malformed(format!("{conv}: not four axes")));
        };
        let (weights, bias) = self.normalisation(bn)?.folded(weights, None)?;
        let groups = if seen == 1 { channels } else { 1 };
        let mut window = Window { strides: [stride; 2], ..Window::of([height, width]) };
        if border {
            window.pads = [height / 2, width / 2, height / 2, width / 2];
        }
        let weights = self.writer.constant(&format!("{conv}.weight"), &weights)?;
        let bias = self.writer.constant(&format!("{conv}.bias"), &bias)?;
        self.writer.convolution(&[from, &weights, &bias], conv, window, groups)
    }

    /// A matrix, perhaps with its normalisation.
    fn dense(&mut self, name: &str, bn: Option<&str>, from: &str, output: &str) -> Result<String> {
        let weights = self.weight(&format!("{name}.weight"))?.clone();
        let (weights, bias) = match bn {
            Some(bn) => {
                let (weights, bias) = self.normalisation(bn)?.folded(&weights, None)?;
                (weights, Some(bias))
            }
            None => (weights, None),
        };
        let mut inputs = vec![from.to_owned(), self.writer.constant(&format!("{name}.weight"), &weights)?];
        if let Some(bias) = bias {
            inputs.push(self.writer.constant(&format!("{name}.bias"), &bias)?);
        }
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        self.writer.node("Gemm", &inputs, output, vec![("transB", Attribute::Int(1))])
    }
}
