//! The module of milo in an interpreter, with limits on its steps and its memory.

use std::fs;
use std::sync::OnceLock;

use parsers::End;
use wasmi::{
    Caller, Config, Engine, Error, Instance, Linker, Memory, Module, Store, StoreLimits,
    StoreLimitsBuilder, TrapCode, TypedFunc,
};

use crate::linked::{MOST_SHOWN, next_piece};
use crate::worker::installed;
use crate::{Failure, Peer, Pieces, Seen};

/// Where npm puts the package, under the folder of the installed peers.
const PACKAGE: &str = "node/node_modules/@perseveranza-pets/milo";
/// Its numbers: `MessageTypes`, `Callbacks`, `States` and `Errors` in the package's index.js.
const REQUEST: i32 = 1;
const ON_FINISH: i32 = 3;
const ON_MESSAGE_COMPLETE: i32 = 5;
const ON_DATA: i32 = 25;
const STATE_ERROR: i32 = 2;
const STATE_TUNNEL: i32 = 19;
const UNEXPECTED_EOF: i32 = 4;

/// How many steps one call may take, and for each byte that it is shown.
const STEPS: u64 = 1 << 20;
const STEPS_A_BYTE: u64 = 1 << 12;
/// The most memory of the module, in bytes.
const MOST_MEMORY: usize = 64 << 20;

/// The version that its package.json gives.
pub fn version() -> String {
    static VERSION: OnceLock<String> = OnceLock::new();
    let read = || {
        let file = installed::path(&format!("{PACKAGE}/package.json"))?;
        let package: serde_json::Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
        Some(package.get("version")?.as_str()?.to_owned())
    };
    VERSION
        .get_or_init(|| read().unwrap_or_else(|| "?".to_owned()))
        .clone()
}

/// What it has told during one call.
struct Told {
    /// Where requests end, as offsets in what it is shown, each with how much data there was before.
    ends: Vec<(usize, usize)>,
    /// The data of requests, as it lies in what it is shown.
    data: Vec<(usize, usize)>,
    has_finished: bool,
    position: Option<TypedFunc<i32, i32>>,
    limits: StoreLimits,
}

/// milo.
pub(crate) struct Milo {
    store: Store<Told>,
    memory: Memory,
    alloc: TypedFunc<i32, i32>,
    create: TypedFunc<(), i32>,
    destroy: TypedFunc<i32, ()>,
    set_mode: TypedFunc<(i32, i32), ()>,
    parse: TypedFunc<(i32, i32, i32), i32>,
    finish: TypedFunc<i32, ()>,
    state: TypedFunc<i32, i32>,
    error: TypedFunc<i32, i32>,
    /// Where it is shown bytes, and how many fit there.
    window: (i32, usize),
}

fn failure(error: Error) -> Failure {
    match error.as_trap_code() {
        Some(TrapCode::OutOfFuel) => Failure::Hang,
        _ => Failure::Panic(error.to_string()),
    }
}

fn run_callback(mut caller: Caller<'_, Told>, kind: i32, parser: i32, at: i32, length: i32) {
    match kind {
        ON_DATA => {
            let piece = (size(at), size(length));
            caller.data_mut().data.push(piece);
        }
        ON_MESSAGE_COMPLETE => {
            // The offsets of this call are zero.
            let position = caller.data().position;
            let at = position.and_then(|position| position.call(&mut caller, parser).ok());
            let told = caller.data_mut();
            told.ends.push((size(at.unwrap_or(0)), told.data.len()));
        }
        ON_FINISH => caller.data_mut().has_finished = true,
        _ => {}
    }
}

/// A number of the module's, which knows none below zero.
fn size(number: i32) -> usize {
    number.cast_unsigned() as usize
}

impl Milo {
    /// milo, of its package.
    ///
    /// # Errors
    /// [`Failure::Absent`] when that is not installed.
    pub fn open() -> Result<Self, Failure> {
        let file = installed::path(&format!("{PACKAGE}/milo.wasm"));
        let bytes = file.and_then(|file| fs::read(file).ok());
        let bytes = bytes.ok_or_else(|| {
            Failure::Absent("its package is not installed; run peers/install milo".to_owned())
        })?;
        Self::of(&bytes).map_err(|error| Failure::Absent(format!("it cannot be run: {error}")))
    }

    fn of(bytes: &[u8]) -> Result<Self, Error> {
        let mut config = Config::default();
        config.consume_fuel(true);
        let engine = Engine::new(&config);
        let module = Module::new(&engine, bytes)?;
        let told = Told {
            ends: Vec::new(),
            data: Vec::new(),
            has_finished: false,
            position: None,
            limits: StoreLimitsBuilder::new().memory_size(MOST_MEMORY).build(),
        };
        let mut store = Store::new(&engine, told);
        store.limiter(|told| &mut told.limits);
        store.set_fuel(STEPS)?;
        let mut linker = Linker::new(&engine);
        linker.func_wrap("env", "run_callback", run_callback)?;
        let instance = linker.instantiate_and_start(&mut store, &module)?;
        let memory = instance.get_memory(&store, "memory");
        let memory = memory.ok_or_else(|| Error::new("it has no memory"))?;
        store.data_mut().position = Some(instance.get_typed_func(&store, "get_position")?);
        Ok(Self {
            memory,
            alloc: named(&instance, &store, "alloc")?,
            create: named(&instance, &store, "create")?,
            destroy: named(&instance, &store, "destroy")?,
            set_mode: named(&instance, &store, "set_mode")?,
            parse: named(&instance, &store, "parse")?,
            finish: named(&instance, &store, "finish")?,
            state: named(&instance, &store, "get_state")?,
            error: named(&instance, &store, "get_error_code")?,
            window: (0, 0),
            store,
        })
    }

    /// Gives it the steps for a call, and room to be shown so many bytes.
    fn prepare(&mut self, shown: usize) -> Result<(), Error> {
        let steps = STEPS + STEPS_A_BYTE * shown as u64;
        self.store.set_fuel(steps)?;
        if self.window.1 < shown {
            let room = shown.next_power_of_two().max(1 << 12);
            let room = i32::try_from(room).map_err(|_| Error::new("too long for it"))?;
            let at = self.alloc.call(&mut self.store, room)?;
            self.window = (at, size(room));
        }
        Ok(())
    }

    /// Shows it bytes: how many it accepts.
    fn show(&mut self, parser: i32, shown: &[u8]) -> Result<usize, Error> {
        self.prepare(shown.len())?;
        let at = self.window.0;
        let written = self.memory.write(&mut self.store, size(at), shown);
        written.map_err(|error| Error::new(error.to_string()))?;
        let told = self.store.data_mut();
        told.ends.clear();
        told.data.clear();
        let length = i32::try_from(shown.len()).map_err(|_| Error::new("too long for it"))?;
        let taken = self.parse.call(&mut self.store, (parser, at, length))?;
        Ok(size(taken).min(shown.len()))
    }

    /// Hands on what was told of bytes that lie at `from` in the input.
    fn hand_on(&self, shown: &[u8], from: usize, seen: &mut Seen) {
        let told = self.store.data();
        let mut data = told.data.iter().enumerate().peekable();
        let mut take = |before: usize, seen: &mut Seen| {
            while let Some((_, (at, length))) = data.next_if(|(nth, _)| *nth < before) {
                seen.take_content(shown.get(*at..at + length).unwrap_or(&[]));
            }
        };
        for (at, before) in &told.ends {
            take(*before, seen);
            seen.end_message(from + at);
        }
        take(usize::MAX, seen);
    }

    fn stream(
        &mut self,
        parser: i32,
        input: &[u8],
        pieces: Pieces,
        seen: &mut Seen,
    ) -> Result<End, Error> {
        self.set_mode.call(&mut self.store, (parser, REQUEST))?;
        self.store.data_mut().has_finished = false;
        let (mut given, mut used, mut all_shown) = (0, 0, 0);
        while given < input.len() {
            given += next_piece(input, given, pieces).len();
            let shown = input.get(used..given).unwrap_or(&[]);
            all_shown += shown.len();
            if all_shown > MOST_SHOWN {
                return Err(Error::from(TrapCode::OutOfFuel));
            }
            let taken = self.show(parser, shown)?;
            self.hand_on(shown, used, seen);
            used += taken;
            if self.store.data().has_finished {
                return Ok(End::Complete);
            }
            match self.state.call(&mut self.store, parser)? {
                STATE_ERROR => return Ok(End::Rejected),
                // After an upgrade, or CONNECT, it reads nothing more.
                STATE_TUNNEL => {
                    seen.end_message(used);
                    return Ok(End::Tunnel);
                }
                _ => {}
            }
        }
        self.prepare(0)?;
        self.finish.call(&mut self.store, parser)?;
        Ok(match self.error.call(&mut self.store, parser)? {
            UNEXPECTED_EOF => End::Incomplete,
            0 => End::Complete,
            _ => End::Rejected,
        })
    }
}

/// A function of the module.
fn named<P: wasmi::WasmParams, R: wasmi::WasmResults>(
    instance: &Instance,
    store: &Store<Told>,
    name: &str,
) -> Result<TypedFunc<P, R>, Error> {
    instance.get_typed_func(store, name)
}

impl Peer for Milo {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        self.prepare(0).map_err(failure)?;
        let parser = self.create.call(&mut self.store, ()).map_err(failure)?;
        let end = self.stream(parser, input, pieces, seen).map_err(failure)?;
        seen.end_stream(end);
        self.destroy.call(&mut self.store, parser).map_err(failure)
    }
}
