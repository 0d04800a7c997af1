//! What every protocol shares: rules, parsers, readings, and how two readings are compared.

pub mod compare;
pub mod explain;
pub mod facts;
pub mod input;
pub mod laws;
pub mod parser;
pub mod policy;
pub mod rule;
pub mod signature;
pub mod state;
pub mod unpack;
pub mod verdict;
