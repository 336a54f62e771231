//! A module that notes which of its functions have run: a page of memory after its own, one byte a function.

use walrus::ir::{MemArg, StoreKind, Value};
use walrus::{ConstExpr, Module, ValType};

/// Octets of a page of WebAssembly memory.
const PAGE: u64 = 65_536;

/// Adds the notes. The module's exports `notes` and `functions` tell where they begin and how many there are; a note's
/// place is that of its function among the module's own.
pub(crate) fn note_what_runs(module: &mut Module) -> Result<(), Box<dyn std::error::Error>> {
    let memory = module.get_memory_id()?;
    let functions: Vec<_> = module.funcs.iter_local().map(|(id, _)| id).collect();
    let count = u64::try_from(functions.len())?;
    let room = module.memories.get_mut(memory);
    // Memory that is asked for later follows after what there is at first.
    let notes = room.initial * PAGE;
    room.initial += count.div_ceil(PAGE);
    for (place, function) in (notes..).zip(functions) {
        let body = module.funcs.get_mut(function).kind.unwrap_local_mut();
        let unaligned = MemArg { align: 1, offset: 0 };
        body.builder_mut()
            .func_body()
            .const_at(0, Value::I32(i32::try_from(place)?))
            .const_at(1, Value::I32(1))
            .store_at(2, memory, StoreKind::I32_8 { atomic: false }, unaligned);
    }
    for (name, value) in [("notes", notes), ("functions", count)] {
        let value = ConstExpr::Value(Value::I32(i32::try_from(value)?));
        let global = module.globals.add_local(ValType::I32, false, false, value);
        module.exports.add(name, global);
    }
    Ok(())
}
