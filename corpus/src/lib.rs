//! The cases, real traffic, and structured inputs.
pub mod generate;
