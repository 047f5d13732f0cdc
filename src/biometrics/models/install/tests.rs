//! Installing from a folder, without a network.
