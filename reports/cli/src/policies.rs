//! `misframe session policies` and `misframe hop policies`: the policies, and the quirks of which they are made.

use std::process::ExitCode;

use parsers::policy::{Habit, Named, Policy};
use serde_json::json;

use super::args::TextOrJson;
use super::{CLEAN, Console};

/// Lists policies, and the habits of which they are made under a title of their own.
pub fn list<P: Policy>(
    policies: &[Named<P>],
    title: &str,
    habits: &[&Habit<P>],
    format: TextOrJson,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    for named in policies {
        let habits: Vec<_> = named.habits.iter().map(|habit| habit.id).collect();
        if format == TextOrJson::Json {
            console.object(&json!({
                "policy": named.name,
                "habits": habits,
                "text": named.text,
                "sources": named.sources(),
            }))?;
            continue;
        }
        let habits = match habits.as_slice() {
            [] => "no habit".to_owned(),
            some => some.join("+"),
        };
        writeln!(console.out, "{}  {habits}\n    {}", named.name, named.text)?;
        for source in named.sources() {
            writeln!(console.out, "    {source}")?;
        }
    }
    if format == TextOrJson::Text {
        writeln!(console.out, "\n{title}:")?;
    }
    for habit in habits {
        let (id, text, source) = (habit.id, habit.text, habit.source);
        if format == TextOrJson::Json {
            console.object(&json!({"habit": id, "text": text, "source": source}))?;
            continue;
        }
        writeln!(console.out, "\n{id}\n    {text}\n    {source}")?;
    }
    Ok(ExitCode::from(CLEAN))
}
