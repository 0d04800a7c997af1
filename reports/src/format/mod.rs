//! Findings as text, as a page, and in the formats that other tools read.

pub mod entry;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod omission;
pub mod picture;
pub mod rulebook;
pub mod sarif;
