//! `misframe session policies` and `misframe hop policies`: the policies, and the quirks of which they are made.

use std::process::ExitCode;

use parsers::core::policy::{NamedPolicy, Policy, Quirk};
use serde_json::json;

use super::args::TextOrJson;
use super::{CLEAN, Console};

/// Lists policies, and the quirks of which they are made under a title of their own.
pub fn list<P: Policy>(
    policies: &[NamedPolicy<P>],
    title: &str,
    quirks: &[&Quirk<P>],
    format: TextOrJson,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    for named in policies {
        let quirks: Vec<_> = named.quirks.iter().map(|quirk| quirk.id).collect();
        if format == TextOrJson::Json {
            console.object(&json!({
                "policy": named.name,
                "quirks": quirks,
                "text": named.text,
                "sources": named.sources(),
            }))?;
            continue;
        }
        let quirks = match quirks.as_slice() {
            [] => "no quirk".to_owned(),
            some => some.join("+"),
        };
        writeln!(console.out, "{}  {quirks}\n    {}", named.name, named.text)?;
        for source in named.sources() {
            writeln!(console.out, "    {source}")?;
        }
    }
    if format == TextOrJson::Text {
        writeln!(console.out, "\n{title}:")?;
    }
    for quirk in quirks {
        let (id, text, source) = (quirk.id, quirk.text, quirk.source);
        if format == TextOrJson::Json {
            console.object(&json!({"quirk": id, "text": text, "source": source}))?;
            continue;
        }
        writeln!(console.out, "\n{id}\n    {text}\n    {source}")?;
    }
    Ok(ExitCode::from(CLEAN))
}
