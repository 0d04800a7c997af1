//! The engines whose cases are played: what an engine is, and what every finding has. Bytes are read by families.

mod hop;
mod session;

use std::path::Path;
use std::sync::Arc;

use corpus::generate::GENERATE;
use parsers::core::compare::Level;
use parsers::{Rule, Signature};
use serde_json::{Value, json};

use crate::format::picture::Palette;
use crate::hunt::Subject;
use crate::judge::confirm::Confirmation;
use crate::judge::confirm::Evidence;

/// Every engine.
pub static ENGINES: &[&dyn Engine] = &[&hop::HopEngine, &session::SessionEngine];

/// What plays cases of one sort: loads them, judges them and draws them.
pub trait Engine: Sync {
    /// Kebab-case; its folder of cases has this name.
    fn name(&self) -> &'static str;

    /// The field that its cases have and those of no other engine, by which a case is known outside of that folder.
    fn field(&self) -> &'static str;

    /// Every rule that a finding may have.
    fn rules(&self) -> &'static [&'static Rule];

    /// Loads the case in this file and plays it.
    ///
    /// # Errors
    /// Everything that is wrong with the case.
    fn play(&self, path: &Path) -> anyhow::Result<Arc<dyn PlayedCase>>;

    /// What of it can be hunted; none where nothing draws its cases by chance.
    fn subject(&self) -> Option<&'static dyn Subject>;
}

/// A case that was played.
pub trait PlayedCase {
    /// The engine that has played it.
    fn engine(&self) -> &'static dyn Engine;

    /// The gravest of what was found.
    fn found(&self) -> Option<EngineFinding<'_>>;

    /// What a person wrote of it, and where it comes from.
    fn about(&self) -> [String; 2];

    /// Its picture.
    fn draw(&self, palette: &Palette) -> String;

    /// What a finding has besides what every finding has, as an object.
    fn details(&self) -> Value;

    /// Everything that happened, as an object; `file` is the name of the case.
    fn events(&self, file: &str) -> Value;
}

/// What every finding has.
pub struct EngineFinding<'e> {
    /// Where it begins: at which byte, event or reader, from zero.
    pub at: usize,
    /// How grave it is.
    pub level: Level,
    /// How readings differ, or the verdict of what was played, in a word.
    pub kind: &'e str,
    /// The field's name for it.
    pub class: Option<&'e str>,
    /// What it means, in one sentence.
    pub direction: String,
    /// The rules behind it, the first the one to blame.
    pub rules: Vec<&'static Rule>,
    /// The evidence for it.
    pub evidence: Evidence,
    /// The live chains that have, when it is confirmed.
    pub confirmed_by: &'e [Confirmation],
    /// One identity for everything that is alike.
    pub signature: &'e Signature,
}

impl EngineFinding<'_> {
    /// What it is: the kind, then the class.
    pub fn title(&self) -> String {
        match self.class {
            Some(class) => format!("{} {class}", self.kind),
            None => self.kind.to_owned(),
        }
    }

    /// The evidence, in a line without hostile bytes: the word, and the chains that confirm it.
    pub fn evidence_line(&self) -> String {
        let word = self.evidence.word();
        let chains: Vec<_> = self.confirmed_by.iter().map(Confirmation::phrase).collect();
        match chains.as_slice() {
            [] => word.to_owned(),
            chains => format!("{word} by {}", chains.join("; ")),
        }
    }
}

/// The engine with this name.
pub fn named(name: &str) -> Option<&'static dyn Engine> {
    ENGINES.iter().copied().find(|engine| engine.name() == name)
}

/// Everything that can be hunted.
pub fn subjects() -> Vec<&'static dyn Subject> {
    let families = GENERATE.families().map(|family| family as &dyn Subject);
    let played = ENGINES.iter().filter_map(|engine| engine.subject());
    families.chain(played).collect()
}

/// The finding of a case that was played, as an object. Fields may be added; none is ever renamed.
pub fn object(played: &dyn PlayedCase, file: &str) -> Option<Value> {
    let found = played.found()?;
    let mut object = json!({
        "file": file,
        "family": played.engine().name(),
        "at": found.at,
        "divergence": found.kind,
        "level": found.level.word(),
        "class": found.class,
        "signature": found.signature.to_string(),
        "direction": found.direction,
        "rules": found.rules.iter().map(|rule| rule.id).collect::<Vec<_>>(),
        "evidence": found.evidence.word(),
        "groups": [],
    });
    extend(&mut object, played.details());
    Some(object)
}

/// A case that was played, as an object: its finding, if it has one, and everything that happened.
pub fn reading(played: &dyn PlayedCase, file: &str) -> Value {
    let nothing = || json!({"file": file, "family": played.engine().name(), "level": null});
    let mut object = object(played, file).unwrap_or_else(nothing);
    extend(&mut object, json!({"played": played.events(file)}));
    object
}

/// What there is to say of a finding besides, for tools.
pub(crate) fn properties(played: &dyn PlayedCase) -> Value {
    let Some(found) = played.found() else {
        return Value::Null;
    };
    let mut object = json!({"at": found.at, "class": found.class, "divergence": found.kind});
    extend(&mut object, played.details());
    object
}

fn extend(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}
