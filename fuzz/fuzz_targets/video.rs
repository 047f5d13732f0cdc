//! The demuxers, and the first pictures through the decoders: whatever is recorded, a result or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use titre::biometrics::Video;

fuzz_target!(|bytes: &[u8]| {
    // Never another program: only what is built in is fuzzed.
    let Ok(video) = Video::open_without_programs(bytes.to_vec()) else { return };
    let _ = (video.len(), video.duration_ms(), video.rotation());
    if let Ok(pictures) = video.pictures() {
        // More pictures would only make each execution slower.
        for picture in pictures.take(4) {
            let _ = picture;
        }
    }
});
