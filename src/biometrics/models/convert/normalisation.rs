//! Batch normalisation as it is when a network runs: one factor and one summand a channel, which the layer before it
//! takes into its weights. What remains is one layer instead of two or three.

use super::constant::Constant;
use super::{ConvertError, Result};

/// What becomes of a channel: times the first, plus the second.
#[derive(Debug)]
pub(super) struct Normalisation(Vec<(f64, f64)>);

/// The four vectors of a trained normalisation, one value a channel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trained<'a> {
    pub(super) scale: &'a [f32],
    pub(super) shift: &'a [f32],
    pub(super) mean: &'a [f32],
    pub(super) variance: &'a [f32],
}

impl Normalisation {
    /// `scale * (x - mean) / sqrt(variance + epsilon) + shift`
    pub(super) fn new(trained: Trained<'_>, epsilon: f64) -> Result<Self> {
        let Trained { scale, shift, mean, variance } = trained;
        let channels = scale.len();
        if channels == 0 || [shift.len(), mean.len(), variance.len()] != [channels; 3] {
            return Err(ConvertError::malformed("normalisation: channels"));
        }
        let channel = |at: usize| {
            let factor = f64::from(scale[at]) / (f64::from(variance[at]) + epsilon).sqrt();
            (factor, f64::from(shift[at]) - f64::from(mean[at]) * factor)
        };
        Ok(Self((0..channels).map(channel).collect()))
    }

    /// The factors, as a tensor of this shape.
    pub(super) fn factors(&self, dims: Vec<usize>) -> Result<Constant> {
        Constant::of_f32(dims, &self.0.iter().map(|(factor, _)| *factor as f32).collect::<Vec<_>>())
    }

    /// The summands, as a tensor of this shape.
    pub(super) fn summands(&self, dims: Vec<usize>) -> Result<Constant> {
        Constant::of_f32(dims, &self.0.iter().map(|(_, summand)| *summand as f32).collect::<Vec<_>>())
    }

    /// The weights of the layer before, one row an output channel, and its bias, with this in them.
    pub(super) fn folded(&self, weights: &Constant, bias: Option<&Constant>) -> Result<(Constant, Constant)> {
        let (values, rows) = (weights.values()?, self.0.len());
        let bias = bias.map_or_else(|| Ok(vec![0.0; rows]), Constant::values)?;
        if weights.dims().first() != Some(&rows) || bias.len() != rows {
            return Err(ConvertError::malformed("normalisation of other channels"));
        }
        let row = values.len() / rows;
        let scaled = |(at, value): (usize, &f32)| (f64::from(*value) * self.0[at / row].0) as f32;
        let scaled: Vec<f32> = values.iter().enumerate().map(scaled).collect();
        let sum =
            |((factor, summand), bias): (&(f64, f64), &f32)| (summand + factor * f64::from(*bias)) as f32;
        let sums: Vec<f32> = self.0.iter().zip(&bias).map(sum).collect();
        Ok((Constant::of_f32(weights.dims().to_vec(), &scaled)?, Constant::of_f32(vec![rows], &sums)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_and_bias_take_it_in() {
        let trained =
            Trained { scale: &[2.0, 1.0], shift: &[1.0, 0.0], mean: &[0.5, 3.0], variance: &[3.0, 0.0] };
        // 2 (x - 0.5) / 2 + 1 = x + 0.5; (x - 3) / 1.
        let normalisation = Normalisation::new(trained, 1.0).unwrap();
        let weights = Constant::of_f32(vec![2, 2], &[1.0, 2.0, 3.0, 4.0]).unwrap();
        let bias = Constant::of_f32(vec![2], &[10.0, 20.0]).unwrap();
        let (folded, sums) = normalisation.folded(&weights, Some(&bias)).unwrap();
        assert_eq!(folded.values().unwrap(), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(sums.values().unwrap(), [10.5, 17.0]);
        let (_, sums) = normalisation.folded(&weights, None).unwrap();
        assert_eq!(sums.values().unwrap(), [0.5, -3.0]);
        let other = Constant::of_f32(vec![1, 4], &[1.0; 4]).unwrap();
        assert!(
            normalisation.folded(&other, None).is_err()
                && normalisation.folded(&weights, Some(&other)).is_err()
        );
        assert!(Normalisation::new(Trained { mean: &[0.0], ..trained }, 1.0).is_err());
    }
}
