//! The page of rules: each with its section, the parties that it binds, its leniencies, and the known software that reads so.

use corpus::number::counted;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use parsers::core::rule::sections;
use parsers::{Family, Leniency, Rule, Standing};

use crate::judge::shipped;

/// The page about `families`, as Markdown; it ends with a line break.
pub fn page(families: &[&'static Family]) -> String {
    let mut text = String::from(
        "# Rules\n\nWritten by `misframe rules --format markdown`; a test sees to it that this page is current.\n\n\
         Each rule has its source, which role it binds with which force, and the named ways to relax it. A leniency is *permitted*\n\
         (a MAY permits it, or nothing is against it), *against a SHOULD* or *against a MUST*, by the sentence that is named\n\
         where it is not the rule's own. Software is named where its learned dialect has the leniency.\n",
    );
    for family in families {
        let users = users(family);
        let _ = writeln!(text, "\n## {}\n", family.name);
        tally(family, &mut text);
        for rule in family.rules {
            section(family, rule, &users, &mut text);
        }
    }
    text
}

/// The peers that have each leniency and restriction, by its id.
type Users = BTreeMap<&'static str, Vec<&'static str>>;

/// The readers with each leniency and restriction, by its id.
fn users(family: &'static Family) -> Users {
    let mut users = Users::new();
    for reader in shipped::of(family) {
        for id in family.ids(&reader.relaxes) {
            users.entry(id).or_default().push(reader.peer.as_str());
        }
    }
    users
}

fn tally(family: &Family, text: &mut String) {
    let count = |standing| {
        let all = family.leniencies.iter();
        all.filter(|one| one.standing() == standing).count()
    };
    let _ = writeln!(
        text,
        "{}, {}: {} permitted, {} against a SHOULD, {} against a MUST; {}.",
        counted(family.rules.len(), "rule"),
        counted(family.leniencies.len(), "leniency"),
        count(Standing::Permitted),
        count(Standing::AgainstShould),
        count(Standing::AgainstMust),
        counted(family.restrictions.len(), "restriction"),
    );
}

fn section(family: &Family, rule: &'static Rule, users: &Users, text: &mut String) {
    let _ = writeln!(text, "\n### {}\n", rule.id);
    let _ = writeln!(text, "{}. Binds: {}.\n", source(rule.spec), rule.bound());
    let _ = writeln!(text, "{}\n", plain(rule.text));
    if !rule.broken.instead.is_empty() {
        let _ = writeln!(
            text,
            "A recipient may instead: {}.\n",
            plain(rule.broken.instead)
        );
    }
    let users_of = |id: &str| match users.get(id) {
        Some(names) => format!(" *{}*", names.join(", ")),
        None => String::new(),
    };
    for leniency in family.leniencies.iter().filter(|one| one.rule == rule) {
        let (id, standing) = (leniency.id, standing(leniency));
        let by = match leniency.demand.spec == rule.broken.spec {
            true => String::new(),
            false => format!(", {}", source(leniency.demand.spec)),
        };
        let _ = writeln!(
            text,
            "- `{id}` ({standing}{by}): {}{}",
            plain(leniency.text),
            users_of(id)
        );
    }
    for restriction in family.restrictions.iter().filter(|one| one.rule == rule) {
        let id = restriction.id;
        let _ = writeln!(
            text,
            "- `-{id}` (restriction): {}{}",
            plain(restriction.text),
            users_of(id)
        );
    }
}

/// What the specification says of a leniency, as reports say it.
pub fn standing(leniency: &Leniency) -> String {
    let word = leniency.standing().word();
    match leniency.of_proxy {
        Some(demand) => format!(
            "{word}; of a proxy, {} ({})",
            demand.force.word(),
            demand.spec
        ),
        None => word.to_owned(),
    }
}

/// A source with a link to each section of an RFC.
fn source(spec: &str) -> String {
    let mut linked = plain(spec);
    let mut from = 0;
    for (number, section) in sections(spec) {
        let name = format!("§{section}");
        let Some(at) = linked.get(from..).and_then(|rest| rest.find(&name)) else {
            continue;
        };
        let kind = if section.starts_with(|c: char| c.is_ascii_digit()) {
            "section"
        } else {
            "appendix"
        };
        let link = format!("[{name}](https://www.rfc-editor.org/rfc/rfc{number}#{kind}-{section})");
        linked.replace_range(from + at..from + at + name.len(), &link);
        from += at + link.len();
    }
    linked
}

/// Text of ours in Markdown: what would be markup there is escaped.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(
            character,
            '*' | '_' | '`' | '<' | '>' | '[' | ']' | '\\' | '|' | '#'
        ) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_section_is_linked() {
        let linked = source("RFC 9112 §6.3, §C.1; RFC 9110 §5.3; POSIX");
        let site = "https://www.rfc-editor.org/rfc/rfc";
        assert_eq!(
            linked,
            format!(
                "RFC 9112 [§6.3]({site}9112#section-6.3), [§C.1]({site}9112#appendix-C.1); \
                 RFC 9110 [§5.3]({site}9110#section-5.3); POSIX"
            )
        );
    }
}
