//! What can be hunted: how the fuzzer's bytes become inputs, which readers judge them, and what a hunt ought to see.

use std::collections::HashSet;
use std::path::Path;

use arbitrary::Unstructured;
use corpus::CorpusError;
use parsers::{Family, Signature};

use super::novelty::Novelty;
use super::record::Records;
use crate::judge::ask::PeerChoice;

/// Something to hunt: a family of messages, or sessions.
pub trait Subject: Sync {
    /// Kebab-case, as given to `--family`; its folder of cases is called so.
    fn name(&self) -> &'static str;

    /// What the cases of the folder `corpus` are to a hunt.
    ///
    /// # Errors
    /// Cases that cannot be read.
    fn known(&self, corpus: &Path) -> Result<KnownCases, CorpusError>;

    /// A hunter that writes what it finds to `records`. With each of the fuzzer's inputs it judges so many
    /// `variants` of it, which costs less than asking the fuzzer for as many inputs; `peers` judge every input
    /// too, where there are peers for it.
    fn hunter(
        &'static self,
        records: Records,
        variants: u64,
        peers: &[PeerChoice],
    ) -> Box<dyn Hunter>;

    /// Another input of the fuzzer, made of this one.
    fn mutate(&self, data: &[u8], choices: &mut Unstructured<'_>) -> Vec<u8>;

    /// The family of messages that this is, of which peers can be asked.
    fn family(&self) -> Option<&'static Family> {
        None
    }

    /// What a long hunt ought to see.
    fn wanted(&self) -> Wanted;
}

/// Judges the inputs of one worker.
pub trait Hunter {
    /// Judges one input of the fuzzer, and variants of it that it decides.
    ///
    /// # Panics
    /// When the input breaks a law: that is a fault in misframe, and the fuzzer keeps the input.
    fn step(&mut self, data: &[u8], novelty: &mut dyn Novelty);

    /// How many inputs were judged, with the variants.
    fn inputs(&self) -> u64;

    /// Of our own readings only those that are named judge, of which there may be none for what is hunted; and strict,
    /// with which every reader is compared.
    fn narrow(&mut self, _readings: &[String]) {}

    /// What peers understand of messages that they end alike is compared too.
    fn compare_facts(&mut self) {}

    /// The dialects among those that are named which are for what is hunted judge every input too.
    ///
    /// # Errors
    /// When a dialect is for nothing.
    fn add(&mut self, _dialects: &[String]) -> anyhow::Result<()> {
        Ok(())
    }
}

/// What the cases are to a hunt.
#[derive(Default)]
pub struct KnownCases {
    /// The signatures of what they show.
    pub signatures: HashSet<Signature>,
    /// Inputs of the fuzzer to begin with, each with the name of its case.
    pub seeds: Vec<(String, Vec<u8>)>,
}

/// What a long hunt ought to see, as [`Records::alone`] receives it.
pub struct Wanted {
    /// Each of them.
    pub ids: Vec<&'static str>,
    /// What they are, and were seen to do, in a sentence: "5 of 6 `what`".
    pub what: &'static str,
}
