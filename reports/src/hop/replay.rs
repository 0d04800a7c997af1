//! Real hops, asked what their policies predict: each question twice, and what differs is said.

use std::collections::BTreeSet;

use parsers::hop::HopPolicy;
use parsers::session::SessionVerdict;
use peers::Failure;
use peers::live::Server;
use peers::live::hop::{
    Handshake, Measured, NextUsersGot, Posts, RejectedUpgrade, Surplus, measure,
};
use serde_json::{Value, json};

use super::arrival;
use super::predict::{Predicted, is_as, predict};

/// How often each question is asked.
pub(crate) const TIMES: usize = 2;

/// What a real hop did, beside what its policy predicts.
#[derive(Clone, Debug)]
pub struct HopReplay {
    /// The name of the hop.
    pub name: &'static str,
    /// Its version.
    pub version: String,
    /// The policy that its configuration is said to have.
    pub policy: &'static str,
    /// What that predicts.
    pub predicted: Predicted,
    /// What was measured, each time.
    pub measured: [Measured; TIMES],
}

/// Asks one hop.
///
/// # Errors
/// As [`Server::start`]; [`Failure::Unknown`] when its policy has no name.
pub fn replay(server: &'static Server) -> Result<HopReplay, Failure> {
    let policy = server.declared.policy.as_str();
    let predicted = HopPolicy::named(policy)
        .ok()
        .and_then(|policy| predict(&server.declared.reader, policy));
    let predicted = predicted.ok_or_else(|| {
        Failure::Unknown(format!(
            "{policy:?} is no policy of a hop, or its reader is none"
        ))
    })?;
    let version = server.version()?;
    Ok(HopReplay {
        name: server.name,
        version,
        policy,
        predicted,
        measured: [measure(server)?, measure(server)?],
    })
}

impl HopReplay {
    /// How what was measured differs from what is predicted, or from one time to the other.
    pub fn differences(&self) -> Vec<String> {
        let [first, second] = &self.measured;
        let mut differences = Vec::new();
        let mut twice = |what: &str, differ: bool, one: String, other: String| {
            if differ {
                differences.push(format!("{what} twice: {one}, then {other}"));
            }
        };
        let (one, other) = (&first.handshake, &second.handshake);
        twice("handshake", one != other, as_words(one), as_words(other));
        let (one, other) = (&first.rejection, &second.rejection);
        twice(
            "rejected upgrade",
            one != other,
            rejection(one),
            rejection(other),
        );
        let (one, other) = (&first.posts, &second.posts);
        twice("POST", one != other, posts(one), posts(other));
        let (one, other) = (&first.surplus, &second.surplus);
        twice("surplus", one != other, surplus(one), surplus(other));
        let [one, other] = &self.measured;
        let (one, other) = (
            arrival::measured(&one.fields),
            arrival::measured(&other.fields),
        );
        let again = arrival::differences(&one, &other);
        differences.extend(again.iter().map(|what| format!("fields twice: {what}")));
        let predicted = &self.predicted;
        differences.extend(arrival::differences(&predicted.fields, &one));
        let shake = &first.handshake;
        let lost: Vec<_> = predicted
            .lost
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        if shake.is_through != predicted.is_switched || shake.lost.as_deref() != Some(&lost) {
            let lost = lost_words(predicted.is_switched, &lost);
            differences.push(format!("handshake was to be {lost}"));
        }
        if first.rejection.reaches_origin != predicted.reaches_origin {
            let crosses = crosses(predicted.reaches_origin);
            differences.push(format!("rejected upgrade was to be {crosses}"));
        }
        let [cold, warm] = predicted.posts;
        if first.posts != (Posts { cold, warm }) {
            differences.push(format!(
                "POST was to be carried out {cold} and {warm} times"
            ));
        }
        let got = &first.surplus;
        let users = [
            ("same segment", &got.same),
            ("idle", &got.idle),
            ("before", &got.before),
        ];
        for ((when, got), verdict) in users.into_iter().zip(predicted.surplus) {
            if !is_as(verdict, got) {
                differences.push(format!("surplus, {when}: was to be {}", verdict.word()));
            }
        }
        differences
    }

    /// What is a defect of the hop, whatever was predicted. A response that comes before a user's own is none.
    pub fn defects(&self) -> Vec<String> {
        let [first, _] = &self.measured;
        let mut defects = Vec::new();
        if first.rejection.reaches_origin && !first.rejection.is_open {
            defects.push("a request crosses a rejected upgrade (RFC 9110 §7.8)".to_owned());
        }
        let most = first.posts.cold.max(first.posts.warm);
        if most > 1 {
            defects.push(format!(
                "one POST is carried out {most} times (RFC 9110 §9.2.2)"
            ));
        }
        if [&first.surplus.same, &first.surplus.idle].contains(&&NextUsersGot::Surplus) {
            defects.push("a surplus response reaches another user (RFC 9112 §9.2)".to_owned());
        }
        let lost = first.handshake.lost.iter().flatten();
        let by_fault = lost.filter(|name| !["Upgrade", "Connection"].contains(name));
        defects.extend(by_fault.map(|name| format!("{name} is lost (RFC 9110 §5.1)")));
        let fields = arrival::measured(&first.fields);
        let fields: BTreeSet<_> = fields.into_iter().flat_map(|said| said.defects).collect();
        defects.extend(fields);
        defects
    }

    /// The fields that are lost as a rule has it, or by a fault, in a line; none where nothing is lost as predicted.
    pub fn losses(&self) -> Option<String> {
        let [first, _] = &self.measured;
        let lost = first.handshake.lost.as_deref()?;
        let predicted = self.predicted.lost.iter();
        let both = predicted.filter(|(name, _)| lost.contains(&name.as_str()));
        let words: Vec<_> = both
            .map(|(name, spec)| format!("{name} ({spec})"))
            .collect();
        (!words.is_empty()).then(|| format!("lost by rule: {}", words.join(", ")))
    }

    /// What it does with fields that is no defect.
    pub fn quirks(&self) -> BTreeSet<String> {
        let [first, _] = &self.measured;
        arrival::quirks(&arrival::measured(&first.fields))
    }

    /// The cells of its row in a table.
    pub fn cells(&self) -> [String; HEADS.len()] {
        let [first, _] = &self.measured;
        let differences = self.differences();
        let verdict = match differences.is_empty() {
            true => "as predicted".to_owned(),
            false => format!("differs: {}", differences.join("; ")),
        };
        [
            self.name.to_owned(),
            self.version.clone(),
            as_words(&first.handshake),
            rejection(&first.rejection),
            posts(&first.posts),
            surplus(&first.surplus),
            arrival::cell(&arrival::measured(&first.fields)),
            verdict,
        ]
    }

    /// It as an object. Fields may be added; none is ever renamed.
    pub fn json(&self) -> Value {
        let measured = self.measured.iter().map(|one| {
            json!({
                "handshake": {
                    "status": one.handshake.status,
                    "lost": one.handshake.lost,
                    "through": one.handshake.is_through,
                },
                "rejected_upgrade": {
                    "status": one.rejection.status,
                    "open": one.rejection.is_open,
                    "crosses": one.rejection.reaches_origin,
                },
                "posts": [one.posts.cold, one.posts.warm],
                "surplus": [
                    got(&one.surplus.same), got(&one.surplus.idle), got(&one.surplus.before),
                ],
                "fields": arrival::json(&arrival::measured(&one.fields)),
            })
        });
        let lost = self.predicted.lost.iter();
        let lost = lost.map(|(name, spec)| json!({"field": name, "spec": spec}));
        json!({
            "hop": self.name,
            "version": self.version,
            "policy": self.policy,
            "measured": measured.collect::<Vec<_>>(),
            "predicted": {
                "lost": lost.collect::<Vec<_>>(),
                "through": self.predicted.is_switched,
                "crosses": self.predicted.reaches_origin,
                "posts": self.predicted.posts,
                "surplus": self.predicted.surplus.map(|verdict| verdict.word()),
                "fields": arrival::json(&self.predicted.fields),
            },
            "differences": self.differences(),
            "defects": self.defects(),
        })
    }
}

/// The heads of the columns.
pub const HEADS: [&str; 8] = [
    "hop",
    "version",
    "handshake",
    "rejected upgrade",
    "POST",
    "surplus",
    "fields",
    "policy",
];

fn lost_words(is_through: bool, lost: &[&str]) -> String {
    match (lost, is_through) {
        ([], true) => "through".to_owned(),
        ([], false) => "not through".to_owned(),
        (lost, _) => format!("lost {}", lost.join(", ")),
    }
}

/// What resulted from an upgrade, in words.
pub(crate) fn as_words(shake: &Handshake) -> String {
    let status = status(shake.status);
    match &shake.lost {
        None => format!("{status}, not forwarded"),
        Some(lost) => format!("{status}, {}", lost_words(shake.is_through, lost)),
    }
}

fn status(status: Option<u16>) -> String {
    status.map_or_else(|| "no answer".to_owned(), |status| status.to_string())
}

fn crosses(crosses: bool) -> &'static str {
    match crosses {
        true => "crossed",
        false => "kept shut",
    }
}

fn rejection(rejection: &RejectedUpgrade) -> String {
    let status = status(rejection.status);
    match rejection.is_open {
        true => format!("{status}, nothing is forbidden"),
        false => format!("{status}, {}", crosses(rejection.reaches_origin)),
    }
}

fn posts(posts: &Posts) -> String {
    format!("{} {}", posts.cold, posts.warm)
}

fn got(got: &NextUsersGot) -> String {
    match got {
        NextUsersGot::Own => "own".to_owned(),
        NextUsersGot::Surplus => "surplus".to_owned(),
        NextUsersGot::Other(what) => corpus::escape::display(what.as_bytes()),
    }
}

fn surplus(users: &Surplus) -> String {
    let before = match users.before {
        NextUsersGot::Surplus => SessionVerdict::Inherent.word().to_owned(),
        _ => got(&users.before),
    };
    format!("{} {} {before}", got(&users.same), got(&users.idle))
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::indexing_slicing, clippy::unwrap_used)]

    use peers::live::hop::{FIELDS, Fields};

    use super::super::predict::send;
    use super::*;

    fn as_careful() -> Measured {
        Measured {
            handshake: Handshake {
                status: Some(200),
                lost: Some(vec!["Upgrade", "Connection"]),
                is_through: false,
            },
            rejection: RejectedUpgrade {
                status: Some(200),
                is_open: false,
                reaches_origin: false,
            },
            posts: Posts { cold: 1, warm: 1 },
            surplus: Surplus {
                same: NextUsersGot::Own,
                idle: NextUsersGot::Own,
                before: NextUsersGot::Surplus,
            },
            fields: as_predicted(),
        }
    }

    /// What the careful hop forwards of each request whose fields are looked at.
    fn as_predicted() -> Vec<Fields> {
        let careful =
            |came: &[u8]| send(&[("strict", HopPolicy::default())], false, came.to_vec()).unwrap();
        let arrived = FIELDS
            .iter()
            .map(|(_, came)| careful(came).stages[1].input.clone());
        let fields = arrived.enumerate().map(|(asked, arrived)| Fields {
            asked,
            arrived: Some(arrived).filter(|arrived| !arrived.is_empty()),
        });
        fields.collect()
    }

    fn replayed(measured: [Measured; TIMES]) -> HopReplay {
        HopReplay {
            name: "mine",
            version: "1.0".to_owned(),
            policy: "careful",
            predicted: predict("strict", HopPolicy::default()).unwrap(),
            measured,
        }
    }

    #[test]
    fn whatever_differs_is_said() {
        let careful = as_careful();
        let same = replayed([careful.clone(), careful.clone()]);
        assert_eq!(same.differences(), [""; 0]);
        assert_eq!(same.defects(), [""; 0]);
        type Change = fn(&mut Measured);
        let changes: [(Change, usize); 10] = [
            (|one| one.handshake.lost = Some(Vec::new()), 0),
            (|one| one.handshake.lost = None, 0),
            (|one| one.handshake.is_through = true, 0),
            (|one| one.rejection.reaches_origin = true, 1),
            (|one| one.posts.warm = 2, 1),
            (|one| one.surplus.idle = NextUsersGot::Surplus, 1),
            (|one| one.surplus.before = NextUsersGot::Own, 0),
            (
                |one| one.surplus.same = NextUsersGot::Other("/b: nothing".to_owned()),
                0,
            ),
            (|one| one.fields[0].arrived = None, 0),
            (
                |one| {
                    one.fields[9].arrived =
                        Some(b"GET /version HTTP/1.1\r\nHost: a\r\n\r\n".to_vec())
                },
                1,
            ),
        ];
        for (change, defects) in changes {
            let mut other = careful.clone();
            change(&mut other);
            let twice = replayed([other.clone(), other.clone()]);
            assert_eq!(twice.differences().len(), 1, "{other:?}");
            assert_eq!(twice.defects().len(), defects, "{other:?}");
            let once = replayed([careful.clone(), other]);
            assert_eq!(once.differences().len(), 1);
        }
    }
}
