//! The cases, real traffic, and structured inputs.
