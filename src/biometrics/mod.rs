//! Holds: portrait, video, detection, quality, liveness, comparison, models.
//! May use: lds.
//! Implements: ISO/IEC 19794-5 (portrait), ISO/IEC 30107-3 (presentation attack detection), ISO/IEC 2382-37 (words).
