//! Pictures in display order, each with its time, whoever decodes them.

use super::colour::{Matrix, Picture};
use super::container::Movie;
use super::decoder::{self, Decoder, Planes, Ready, broken};
use super::external::{Ffmpeg, Running};
use super::{MAX_PICTURES, VideoError};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Where decoded pictures come from.
pub(super) trait Source: Send {
    /// The next picture in display order and its time in milliseconds; `None` after the last.
    fn next(&mut self) -> Result<Option<(Planes, i64)>, VideoError>;

    /// How its samples become red, green and blue. Known from the first picture on.
    fn matrix(&self) -> Matrix;
}

/// Decodes a video from its start. An error ends it.
pub struct Pictures<'a> {
    source: Box<dyn Source + 'a>,
    rotation: u16,
    size: Option<(u32, u32)>,
    given: usize,
    last_ms: i64,
    ended: bool,
}

impl<'a> Pictures<'a> {
    pub(super) fn new(
        file: &'a [u8],
        movie: &'a Movie,
        external: Option<&Ffmpeg>,
    ) -> Result<Self, VideoError> {
        let source: Box<dyn Source + 'a> = match external {
            Some(ffmpeg) => Box::new(Running::start(ffmpeg, file, movie.container)?),
            None => {
                let decoder = decoder::open(movie, file)?;
                Box::new(Fed {
                    file,
                    movie,
                    decoder,
                    ready: Ready::new(),
                    next: 0,
                    given: 0,
                    finished: false,
                })
            }
        };
        Ok(Self { source, rotation: movie.rotation, size: None, given: 0, last_ms: 0, ended: false })
    }

    fn advance(&mut self) -> Result<Option<Picture>, VideoError> {
        let Some((planes, pts_ms)) = self.source.next()? else { return Ok(None) };
        let size = (planes.width, planes.height);
        if *self.size.get_or_insert(size) != size {
            return Err(broken(self.given, "the size of the pictures changes"));
        }
        // The order of gestures is the order of times: forged ones must not rearrange them.
        if pts_ms < self.last_ms {
            return Err(VideoError::Malformed("the times of the pictures run backwards"));
        }
        if self.given >= MAX_PICTURES {
            return Err(VideoError::TooLarge(format!("the video has more than {MAX_PICTURES} pictures")));
        }
        self.last_ms = pts_ms;
        let index = self.given;
        self.given += 1;
        let matrix = self.source.matrix();
        Ok(Some(Picture { planes, matrix, rotation: self.rotation, pts_ms, index }))
    }
}

impl Iterator for Pictures<'_> {
    type Item = Result<Picture, VideoError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.advance().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

/// A decoder of our own, fed with one coded picture after the other.
struct Fed<'a> {
    file: &'a [u8],
    movie: &'a Movie,
    decoder: Box<dyn Decoder>,
    ready: Ready,
    next: usize,
    given: usize,
    finished: bool,
}

impl Fed<'_> {
    /// Decoders are young: should one panic on a stream, that stream is broken, not the program.
    fn guarded(
        &mut self,
        work: impl FnOnce(&mut dyn Decoder, &mut Ready) -> Result<(), VideoError>,
    ) -> Result<(), VideoError> {
        let (decoder, ready) = (self.decoder.as_mut(), &mut self.ready);
        catch_unwind(AssertUnwindSafe(|| work(decoder, ready)))
            .unwrap_or_else(|_| Err(broken(self.next, "the decoder gave up")))
    }
}

impl Source for Fed<'_> {
    fn next(&mut self) -> Result<Option<(Planes, i64)>, VideoError> {
        loop {
            if let Some((planes, number)) = self.ready.pop_front() {
                self.given += 1;
                let sample = self.movie.samples.get(number);
                let sample = sample.ok_or_else(|| broken(number, "a picture that is not listed"))?;
                if (planes.width, planes.height) != self.decoder.size() {
                    return Err(broken(number, "the size of the pictures changes"));
                }
                if sample.shown {
                    return Ok(Some((planes, self.movie.milliseconds(sample.pts))));
                }
            } else if self.next < self.movie.samples.len() {
                let coded = self.movie.coded(self.file, self.next)?;
                let number = self.next;
                self.guarded(|decoder, ready| decoder.feed(coded, number, ready))?;
                self.next += 1;
            } else if !self.finished {
                self.finished = true;
                self.guarded(|decoder, ready| decoder.finish(ready))?;
            } else {
                // What is listed and does not come out was lost in decoding.
                let listed = self.movie.samples.len().saturating_sub(self.decoder.hidden());
                if self.given < listed {
                    let reason = format!("only {} of {listed} pictures could be decoded", self.given);
                    return Err(broken(self.given, reason));
                }
                return Ok(None);
            }
        }
    }

    fn matrix(&self) -> Matrix {
        self.decoder.matrix()
    }
}
