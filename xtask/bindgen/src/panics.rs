//! Panics become traps. Nobody reads a panic's message in a browser: the standard library writes it to a stream that
//! does not exist there, and then traps. Here the functions that would compose it trap at once, and whatever served
//! the message alone falls away in `wasm-opt`.

use walrus::{FunctionKind, Module};

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
        let FunctionKind::Local(local) = &mut function.kind else { continue };
        if NEVER_RETURN.iter().any(|prefix| name.starts_with(prefix)) {
            let mut body = local.builder_mut().func_body();
            body.instrs_mut().clear();
            body.unreachable();
            trapped += 1;
        }
    }
    trapped
}
