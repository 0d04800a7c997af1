//! libFuzzer's driver: the one place that calls into C++.
//!
//! A worker runs libFuzzer in its own process, without instrumentation: what guides it are the counters
//! of [`COUNTERS`], which it finds by the name of the section that they lie in.
#![deny(unsafe_op_in_unsafe_fn)]
#![allow(
    unsafe_code,
    reason = "libFuzzer is C++; each use says why it is sound"
)]

use std::cell::RefCell;
use std::ffi::{CString, c_char, c_int};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU8, Ordering};

use anyhow::{Context, Result};
use reports::hunt::{COUNTERS, Hunter, Novelty, Pulse, Quarry, WorkerOptions, mutate, prepare};

unsafe extern "C" {
    fn LLVMFuzzerRunDriver(
        count: *mut c_int,
        arguments: *mut *mut *mut c_char,
        callback: extern "C" fn(*const u8, usize) -> c_int,
    ) -> c_int;
}

// libFuzzer-sys carries the C++; nothing of its Rust side is used.
use libfuzzer_sys as _;

/// libFuzzer finds them by the name of their section, and clears them before every input.
// SAFETY: the section holds nothing but bytes, all of which may be written at any time.
#[used]
#[unsafe(link_section = "__libfuzzer_extra_counters")]
static COUNTS: [AtomicU8; COUNTERS] = [const { AtomicU8::new(0) }; COUNTERS];

thread_local! {
    static WORKER: RefCell<Option<Worker>> = const { RefCell::new(None) };
}

struct Worker {
    quarry: &'static dyn Quarry,
    hunter: Box<dyn Hunter>,
    pulse: Pulse,
}

struct Counts;

impl Novelty for Counts {
    fn raise(&mut self, index: usize, value: u8) {
        if let Some(count) = COUNTS.get(index) {
            count.store(value, Ordering::Relaxed);
        }
    }
}

/// Runs one worker until its time is over.
///
/// # Errors
/// What keeps it from starting.
pub fn run(options: &WorkerOptions) -> Result<ExitCode> {
    let (hunter, arguments) = prepare(options)?;
    WORKER.set(Some(Worker {
        quarry: options.family,
        hunter,
        pulse: Pulse::default(),
    }));
    // A broken law ends the process: libFuzzer keeps the input.
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // A peer that panics is a result.
        if peers::is_asking() {
            return;
        }
        report(panic);
        std::process::abort();
    }));
    let arguments = arguments
        .into_iter()
        .map(CString::new)
        .collect::<Result<Vec<_>, _>>();
    let arguments = arguments.context("the output folder's name holds a NUL")?;
    let mut pointers: Vec<_> = arguments
        .iter()
        .map(|text| text.as_ptr().cast_mut())
        .collect();
    let mut count = c_int::try_from(pointers.len()).context("too many arguments")?;
    pointers.push(std::ptr::null_mut());
    let mut pointers = pointers.as_mut_ptr();
    // SAFETY: the arguments are a null-terminated array of null-terminated strings that outlives the
    // call, and libFuzzer does not write through them.
    let status = unsafe { LLVMFuzzerRunDriver(&raw mut count, &raw mut pointers, judge) };
    Ok(ExitCode::from(u8::try_from(status).unwrap_or(2)))
}

extern "C" fn judge(data: *const u8, size: usize) -> c_int {
    let input = match size {
        0 => &[],
        // SAFETY: libFuzzer gives `size` readable bytes that stay as they are during the call.
        _ => unsafe { std::slice::from_raw_parts(data, size) },
    };
    WORKER.with_borrow_mut(|worker| {
        if let Some(worker) = worker {
            worker.hunter.step(input, &mut Counts);
            worker.pulse.beat(worker.hunter.inputs());
        }
    });
    0
}

/// libFuzzer's mutator, found by its name: one change in four is left to libFuzzer's own.
#[unsafe(no_mangle)]
extern "C" fn LLVMFuzzerCustomMutator(
    data: *mut u8,
    size: usize,
    max_size: usize,
    seed: u32,
) -> usize {
    unsafe extern "C" {
        fn LLVMFuzzerMutate(data: *mut u8, size: usize, max_size: usize) -> usize;
    }
    if seed.is_multiple_of(4) {
        // SAFETY: the arguments are libFuzzer's own.
        return unsafe { LLVMFuzzerMutate(data, size, max_size) };
    }
    // SAFETY: libFuzzer gives a buffer of `max_size` bytes, of which `size` are initialised; it owns
    // all of them as initialised memory, and nobody else uses them during the call.
    let buffer = unsafe { std::slice::from_raw_parts_mut(data, max_size) };
    WORKER.with_borrow(|worker| match worker {
        Some(worker) => mutate(worker.quarry, buffer, size, max_size, seed),
        None => size,
    })
}

/// The Rust side of libfuzzer-sys wants a target by this name; its entry point is not used.
#[unsafe(no_mangle)]
extern "C" fn rust_fuzzer_test_input(_input: *const u8, _size: usize) -> c_int {
    0
}
