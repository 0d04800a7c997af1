//! Captures to streams.
