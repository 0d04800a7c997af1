//! `misframe rules`: the rules of each family, and every way in which a reader may relax one.

use corpus::number::counted;
use std::process::ExitCode;

use parsers::{Demand, FAMILIES, Family, Leniency, Rule};
use serde_json::json;

use super::args::{RulesArgs, RulesFormat};
use super::{CLEAN, Console};
use reports::format::rulebook;

pub fn run(args: &RulesArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let families = match args.family.as_slice() {
        [] => FAMILIES,
        some => some,
    };
    if args.format == RulesFormat::Markdown {
        console.out.write_all(rulebook::page(families).as_bytes())?;
        return Ok(ExitCode::from(CLEAN));
    }
    for (nth, family) in families.iter().enumerate() {
        if args.format == RulesFormat::Text {
            let gap = if nth == 0 { "" } else { "\n" };
            let rules = counted(family.rules.len(), "rule");
            let leniencies = counted(family.leniencies.len(), "leniency");
            write!(console.out, "{gap}{}: {rules}, {leniencies}", family.name)?;
            match family.restrictions.len() {
                0 => writeln!(console.out)?,
                some => writeln!(console.out, ", {} (-)", counted(some, "restriction"))?,
            }
        }
        for rule in family.rules {
            match args.format {
                RulesFormat::Json => object(family, rule, console)?,
                RulesFormat::Text | RulesFormat::Markdown => text(family, rule, console)?,
            }
        }
    }
    Ok(ExitCode::from(CLEAN))
}

fn text(family: &Family, rule: &Rule, console: &mut Console<'_>) -> anyhow::Result<()> {
    writeln!(
        console.out,
        "\n{}  {}  {}",
        rule.id,
        rule.spec,
        rule.bound()
    )?;
    writeln!(console.out, "    {}", rule.text)?;
    if !rule.broken.instead.is_empty() {
        writeln!(console.out, "    or: {}", rule.broken.instead)?;
    }
    for leniency in family.leniencies.iter().filter(|l| l.rule == rule) {
        let standing = rulebook::standing(leniency);
        writeln!(
            console.out,
            "  {} ({standing}): {}",
            leniency.id, leniency.text
        )?;
    }
    for restriction in family.restrictions.iter().filter(|r| r.rule == rule) {
        writeln!(console.out, "  -{}: {}", restriction.id, restriction.text)?;
    }
    Ok(())
}

fn object(family: &Family, rule: &Rule, console: &mut Console<'_>) -> anyhow::Result<()> {
    let relaxed_by = family.leniencies.iter().filter(|l| l.rule == rule);
    let leniencies: Vec<_> = relaxed_by
        .map(|leniency| leniency_object(leniency))
        .collect();
    let beyond = family.restrictions.iter().filter(|r| r.rule == rule);
    let restrictions: Vec<_> = beyond
        .map(|restriction| json!({"id": restriction.id, "text": restriction.text}))
        .collect();
    let binds = rule.binds.iter();
    let binds: serde_json::Map<_, _> = binds
        .map(|(party, force)| (party.word().to_owned(), json!(force.word())))
        .collect();
    let object = json!({
        "family": family.name,
        "rule": rule.id,
        "spec": rule.spec,
        "force": rule.force.word(),
        "binds": binds,
        "broken": demand(rule.broken),
        "kept": demand(rule.kept),
        "closing": rule.closing.map(demand),
        "text": rule.text,
        "leniencies": leniencies,
        "restrictions": restrictions,
    });
    console.object(&object)?;
    Ok(())
}

fn leniency_object(leniency: &Leniency) -> serde_json::Value {
    json!({
        "id": leniency.id,
        "text": leniency.text,
        "standing": leniency.standing().word(),
        "demand": demand(leniency.demand),
        "of_proxy": leniency.of_proxy.map(demand),
    })
}

fn demand(demand: &Demand) -> serde_json::Value {
    json!({
        "force": demand.force.word(),
        "spec": demand.spec,
        "text": demand.text,
        "instead": demand.instead,
        "derived": demand.is_derived,
    })
}
