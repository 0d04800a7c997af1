//! `misframe rules`: the rules of each family, and every way in which a reader may waive one.

use std::process::ExitCode;

use parsers::{FAMILIES, Family, Force, Rule};
use serde_json::json;

use super::args::{RulesArgs, TextOrJson};
use super::{CLEAN, Console};

pub fn run(args: &RulesArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let families = match args.family.as_slice() {
        [] => FAMILIES,
        some => some,
    };
    for (nth, family) in families.iter().enumerate() {
        if args.format == TextOrJson::Text {
            let gap = if nth == 0 { "" } else { "\n" };
            let (rules, leniencies) = (family.rules.len(), family.leniencies.len());
            write!(
                console.out,
                "{gap}{}: {rules} rules, {leniencies} leniencies",
                family.name
            )?;
            match family.restrictions.len() {
                0 => writeln!(console.out)?,
                some => writeln!(console.out, ", {some} restrictions (-)")?,
            }
        }
        for rule in family.rules {
            match args.format {
                TextOrJson::Text => text(family, rule, console)?,
                TextOrJson::Json => object(family, rule, console)?,
            }
        }
    }
    Ok(ExitCode::from(CLEAN))
}

fn text(family: &Family, rule: &Rule, console: &mut Console<'_>) -> anyhow::Result<()> {
    let (spec, force) = (rule.spec, word(rule.force));
    writeln!(console.out, "\n{}  {spec}  {force}", rule.id)?;
    writeln!(console.out, "    {}", rule.text)?;
    for leniency in family.leniencies.iter().filter(|l| l.rule == rule) {
        writeln!(console.out, "  {}: {}", leniency.id, leniency.text)?;
    }
    for restriction in family.restrictions.iter().filter(|r| r.rule == rule) {
        writeln!(console.out, "  -{}: {}", restriction.id, restriction.text)?;
    }
    Ok(())
}

fn object(family: &Family, rule: &Rule, console: &mut Console<'_>) -> anyhow::Result<()> {
    let waived_by = family.leniencies.iter().filter(|l| l.rule == rule);
    let leniencies: Vec<_> = waived_by
        .map(|leniency| json!({"id": leniency.id, "text": leniency.text}))
        .collect();
    let beyond = family.restrictions.iter().filter(|r| r.rule == rule);
    let restrictions: Vec<_> = beyond
        .map(|restriction| json!({"id": restriction.id, "text": restriction.text}))
        .collect();
    let object = json!({
        "family": family.name,
        "rule": rule.id,
        "spec": rule.spec,
        "force": word(rule.force),
        "text": rule.text,
        "leniencies": leniencies,
        "restrictions": restrictions,
    });
    console.object(&object)?;
    Ok(())
}

fn word(force: Force) -> &'static str {
    match force {
        Force::May => "MAY",
        Force::Should => "SHOULD",
        Force::Must => "MUST",
    }
}
