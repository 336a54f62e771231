//! Panics become traps. Nobody reads a panic's message in a browser: the standard library writes it to a stream that
//! does not exist there, and then traps. Here the functions that would compose it trap at once, and whatever served
//! the message alone falls away in `wasm-opt`.

use std::ops::Range;

use walrus::ir::Value;
use walrus::{ConstExpr, DataKind, FunctionKind, Module};

/// Where the functions that never return live, by demangled name.
const NEVER_RETURN: [&str; 22] = [
    "__rustc::rust_begin_unwind",
    "__rustc::__rust_alloc_error_handler",
    "alloc::alloc::handle_alloc_error",
    "alloc::collections::btree::node::splitpoint::panic",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "alloc::string::String::split_off::assert_failed",
    "alloc::vec::Vec<T,A>::insert::assert_failed",
    "alloc::vec::Vec<T,A>::remove::assert_failed",
    "alloc::vec::Vec<T,A>::split_off::assert_failed",
    "alloc::vec::Vec<T,A>::swap_remove::assert_failed",
    "core::cell::panic_already_",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_",
    "core::str::slice_error_fail",
    "core::slice::sort::shared::smallsort::panic_on_ord_violation",
    "std::alloc::rust_oom",
    "std::panicking::",
];

/// Replaces the body of every such function by a trap; gives how many.
pub(crate) fn trap(module: &mut Module) -> usize {
    let mut trapped = 0;
    for function in module.funcs.iter_mut() {
        let Some(name) = &function.name else { continue };
        let name = format!("{:#}", rustc_demangle::demangle(name));
        let FunctionKind::Local(local) = &mut function.kind else {
            continue;
        };
        if NEVER_RETURN.iter().any(|prefix| name.starts_with(prefix)) {
            let mut body = local.builder_mut().func_body();
            body.instrs_mut().clear();
            body.unreachable();
            trapped += 1;
        }
    }
    trapped
}

/// Octets of a [`core::panic::Location`]: address and length of a file's name, line, column.
const LOCATION: usize = 16;
const LONGEST_NAME: usize = 200;
const LAST_LINE: usize = 100_000;
const LAST_COLUMN: usize = 1_000;

/// Blanks the places in the sources that panics would have told, and the names of the source files.
pub(crate) fn forget_places(module: &mut Module) {
    let segments: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    for segment in segments {
        let data = module.data.get_mut(segment);
        let DataKind::Active {
            offset: ConstExpr::Value(Value::I32(start)),
            ..
        } = data.kind
        else {
            continue;
        };
        let Ok(start) = usize::try_from(start) else {
            continue;
        };
        // Locations lie at multiples of four in memory.
        let first = start.next_multiple_of(4) - start;
        let mut blank: Vec<Range<usize>> = Vec::new();
        for place in (first..data.value.len()).step_by(4) {
            if let Some(name) = file_name(&data.value, place, start) {
                blank.extend([place..place + LOCATION, name]);
            }
        }
        for range in blank {
            data.value.get_mut(range).unwrap_or_default().fill(0);
        }
    }
}

/// Where the name of the source file lies, if there is a location at `place`.
fn file_name(data: &[u8], place: usize, start: usize) -> Option<Range<usize>> {
    let location = data.get(place..place + LOCATION)?;
    let mut words = location.chunks_exact(4).map(|word| {
        word.iter()
            .rev()
            .fold(0, |word, octet| word << 8 | usize::from(*octet))
    });
    let (address, length, line, column) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let at = address.checked_sub(start)?;
    let name = data.get(at..at.checked_add(length)?)?;
    let is_location = name.ends_with(b".rs")
        && name.is_ascii()
        && length < LONGEST_NAME
        && (1..LAST_LINE).contains(&line)
        && (1..LAST_COLUMN).contains(&column);
    is_location.then_some(at..at + length)
}
