//! Real hops one behind the other: which of them loses an upgrade?

use parsers::hop::HopPolicy;
use peers::Failure;
use peers::live::Server;
use peers::live::hop::{Handshake, measure_route};
use serde_json::{Value, json};

use super::predict::losses;
use super::replay::{TIMES, as_words};

/// One hop of several.
#[derive(Clone, Debug)]
pub struct Passed {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: String,
    /// The fields of an upgrade that reached it and not what is behind it.
    pub lost: Vec<String>,
    /// The fields that its policy has it lose there.
    pub predicted: Vec<String>,
    /// What resulted from the upgrade along the hops up to this one, each time.
    pub measured: [Handshake; TIMES],
}

/// Asks along the first hop, along the first two, and so on: what is lost with one hop more is lost there.
///
/// # Errors
/// As [`super::replay::replay`].
pub fn along(route: &[&'static Server]) -> Result<Vec<Passed>, Failure> {
    let unknown = || Failure::Unknown("a policy in peers/lab/hop has no name".to_owned());
    let policies = route.iter().map(|hop| {
        Some((
            hop.declared.reader.as_str(),
            HopPolicy::named(&hop.declared.policy).ok()?,
        ))
    });
    let policies = policies.collect::<Option<Vec<_>>>().ok_or_else(unknown)?;
    let predicted = losses(&policies).ok_or_else(unknown)?;
    let mut before: Vec<&str> = Vec::new();
    let mut passed = Vec::new();
    for (nth, (hop, predicted)) in route.iter().zip(predicted).enumerate() {
        let until = route.get(..=nth).unwrap_or(route);
        let measured = [measure_route(until)?, measure_route(until)?];
        let all = measured.first().and_then(|one| one.lost.clone());
        let all = all.unwrap_or_default();
        let new = all.iter().filter(|name| !before.contains(name));
        passed.push(Passed {
            name: hop.name,
            version: hop.version()?,
            lost: new.map(|name| (*name).to_owned()).collect(),
            predicted,
            measured,
        });
        before = all;
    }
    Ok(passed)
}

impl Passed {
    /// Whether it did as its policy predicts, both times.
    pub fn is_as_predicted(&self) -> bool {
        let [first, second] = &self.measured;
        // A hop before it may have written the names in another case.
        let lower = |names: &[String]| {
            names
                .iter()
                .map(|name| name.to_ascii_lowercase())
                .collect::<Vec<_>>()
        };
        let is_same = lower(&self.lost) == lower(&self.predicted);
        is_same && first == second && first.lost.is_some()
    }

    /// It in a line.
    pub fn line(&self, nth: usize) -> String {
        let [first, _] = &self.measured;
        let lost = match self.lost.as_slice() {
            [] => "loses nothing".to_owned(),
            some => format!("loses {}", some.join(", ")),
        };
        let verdict = match (self.is_as_predicted(), self.predicted.as_slice()) {
            (true, _) => "as predicted".to_owned(),
            (false, []) => "differs: was to lose nothing".to_owned(),
            (false, some) => format!("differs: was to lose {}", some.join(", ")),
        };
        let (name, version, so_far) = (self.name, &self.version, as_words(first));
        format!("h{nth}  {name} {version}  {lost}  (up to here: {so_far})  {verdict}")
    }

    /// It as an object. Fields may be added; none is ever renamed.
    pub fn json(&self, nth: usize) -> Value {
        json!({
            "at": nth,
            "hop": self.name,
            "version": self.version,
            "lost": self.lost,
            "predicted": self.predicted,
            "as_predicted": self.is_as_predicted(),
        })
    }
}
