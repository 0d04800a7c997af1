//! Findings, report formats and the command line.
