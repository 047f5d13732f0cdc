//! One graph, run by tract: pixels in, named vectors out.
//! tract's default executor is single-threaded; parallel work goes over frames, the graph being shared.

use super::ModelError;
use super::manifest::{Colour, Model};
use image::RgbImage;
use std::sync::Arc;
use tract_onnx::prelude::*;

/// A model ready to run.
#[derive(Debug)]
pub struct Network {
    model: Model,
    plan: Arc<TypedRunnableModel>,
    outputs: Vec<String>,
}

impl Network {
    pub(super) fn build(model: &Model, bytes: &[u8]) -> Result<Self, ModelError> {
        let unusable = |error: TractError| ModelError::unusable(&model.name, format!("{error:#}"));
        // Graphs with a symbolic batch carry shapes that do not unify with a fixed input; tract finds its own.
        let onnx = tract_onnx::onnx().with_ignore_output_shapes(true).with_ignore_value_info(true);
        let mut graph = onnx.model_for_read(&mut std::io::Cursor::new(bytes)).map_err(unusable)?;
        graph.set_input_fact(0, f32::fact(model.input.shape).into()).map_err(unusable)?;
        let outlets = graph.output_outlets().map_err(unusable)?.to_vec();
        let outputs = outlets
            .iter()
            .map(|outlet| {
                graph
                    .outlet_label(*outlet)
                    .map_or_else(|| graph.node(outlet.node).name.clone(), str::to_owned)
            })
            .collect();
        let plan = graph.into_optimized().and_then(|graph| graph.into_runnable()).map_err(unusable)?;
        Ok(Self { model: model.clone(), plan, outputs })
    }

    /// Its entry in the manifest.
    #[must_use]
    pub const fn model(&self) -> &Model {
        &self.model
    }

    /// Width and height of the input.
    #[must_use]
    pub const fn input_size(&self) -> (u32, u32) {
        let [_, _, height, width] = self.model.input.shape;
        (width as u32, height as u32)
    }

    /// Runs on a picture of exactly the input's size.
    ///
    /// # Errors
    /// [`ModelError::Unusable`] where the picture has another size or the graph fails.
    pub fn run(&self, picture: &RgbImage) -> Result<Outputs<'_>, ModelError> {
        if picture.dimensions() != self.input_size() {
            let (width, height) = picture.dimensions();
            return Err(self.unusable(format!("given a picture of {width}x{height}")));
        }
        let input = &self.model.input;
        let plane = picture.width() as usize * picture.height() as usize;
        let mut samples = vec![0f32; 3 * plane];
        let order = match input.colour {
            Colour::Rgb => [0, 1, 2],
            Colour::Bgr => [2, 1, 0],
        };
        let factor = 1.0 / input.divide;
        for (at, pixel) in picture.as_raw().chunks_exact(3).enumerate() {
            for (channel, from) in order.into_iter().enumerate() {
                samples[channel * plane + at] = (f32::from(pixel[from]) - input.subtract) * factor;
            }
        }
        let failed = |error: TractError| self.unusable(format!("{error:#}"));
        let tensor = Tensor::from_shape(&input.shape, &samples).map_err(failed)?;
        let mut values = Vec::new();
        for value in self.plan.run(tvec!(tensor.into())).map_err(failed)? {
            let view = value.to_plain_array_view::<f32>().map_err(failed)?;
            values.push(view.iter().copied().collect());
        }
        Ok(Outputs { network: self, values })
    }

    fn unusable(&self, reason: impl ToString) -> ModelError {
        ModelError::unusable(&self.model.name, reason)
    }
}

/// What a graph gave, flattened, in the graph's order.
#[derive(Debug)]
pub struct Outputs<'a> {
    network: &'a Network,
    values: Vec<Vec<f32>>,
}

impl Outputs<'_> {
    /// The output called `name`, of exactly `len` finite values.
    ///
    /// # Errors
    /// [`ModelError::Unusable`] where there is none, or it is something else.
    pub fn named(&self, name: &str, len: usize) -> Result<&[f32], ModelError> {
        let at = self.network.outputs.iter().position(|output| output == name);
        let at = at.ok_or_else(|| {
            self.network.unusable(format!("no output {name}, only {}", self.network.outputs.join(", ")))
        })?;
        self.at(at, len)
    }

    /// The output at `index`, of exactly `len` finite values.
    ///
    /// # Errors
    /// [`ModelError::Unusable`] where there is none, or it is something else.
    pub fn at(&self, index: usize, len: usize) -> Result<&[f32], ModelError> {
        let values = self
            .values
            .get(index)
            .ok_or_else(|| self.network.unusable(format!("no output number {index}")))?;
        if values.len() != len {
            return Err(self.network.unusable(format!("{} output values, expected {len}", values.len())));
        }
        if values.iter().any(|value| !value.is_finite()) {
            return Err(self.network.unusable("an output is not a number"));
        }
        Ok(values)
    }

    /// The output at `index`, however long, if all is finite and there is something.
    ///
    /// # Errors
    /// [`ModelError::Unusable`] else.
    pub fn whole(&self, index: usize) -> Result<&[f32], ModelError> {
        let len = self.values.get(index).map_or(0, Vec::len);
        if len == 0 {
            return Err(self.network.unusable(format!("no output number {index}")));
        }
        self.at(index, len)
    }
}
