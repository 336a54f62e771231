//! One module in two parts: the functions that ordinary verdicts run, and the rest.
//!
//! Both parts share memory, tables and globals, and the bodies of functions are those of the whole module. In the
//! first part a function of the rest is a call through a place of the function table, which is empty until the rest
//! is instantiated with the first part's exports: until then such a call traps. So the parts together are the whole
//! module, and the first alone gives the whole module's answer or none.
//!
//! That holds for two parts of one build alone. Each names the build, and with a part of another the rest does not link.

#![expect(
    clippy::indexing_slicing,
    reason = "places are those of the module's own functions"
)]

use std::collections::BTreeSet;

use walrus::ir::{Visitor, dfs_in_order};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionId, FunctionKind, GlobalKind, ImportKind,
    ImportedFunction, Module, TableId, ir,
};

/// What the first part's exports are called in the rest's imports.
const FIRST: &str = "first";

type Error = Box<dyn std::error::Error>;

/// The two modules.
pub(crate) struct Parts {
    pub(crate) first: Vec<u8>,
    pub(crate) rest: Vec<u8>,
}

/// Splits a module; `used` tells of each function of its own, in order, whether it belongs to the first part. Where
/// nothing is told, all do. `build` is a digest of both.
pub(crate) fn split(module: &[u8], used: Option<Vec<bool>>, build: &str) -> Result<Parts, Error> {
    let plan = Plan::of(&Module::from_buffer(module)?, used)?;
    Ok(Parts {
        first: first(Module::from_buffer(module)?, &plan, build)?,
        rest: rest(Module::from_buffer(module)?, &plan, build)?,
    })
}

/// Functions by their place among the module's own: every reading of the module gives them in the same order.
struct Plan {
    used: Vec<bool>,
    /// Functions of the rest that the first part names.
    doors: Vec<usize>,
    /// Functions of the first part that the rest names.
    lent: Vec<usize>,
}

impl Plan {
    fn of(module: &Module, used: Option<Vec<bool>>) -> Result<Self, Error> {
        let own = own_functions(module);
        let used = used.unwrap_or_else(|| vec![true; own.len()]);
        if own.len() != used.len() {
            return Err(format!("{} functions, {} marks", own.len(), used.len()).into());
        }
        let [mut by_first, mut by_rest] = [Named::default(), Named::default()];
        for (function, used) in own.iter().zip(&used) {
            let body = module.funcs.get(*function).kind.unwrap_local();
            let named = if *used { &mut by_first } else { &mut by_rest };
            dfs_in_order(named, body, body.entry_block());
        }
        // What the first part gives to the outside, and its tables.
        by_first.functions.extend(module.start);
        by_first
            .functions
            .extend(module.exports.iter().filter_map(|export| match export.item {
                ExportItem::Function(function) => Some(function),
                _ => None,
            }));
        for element in module.elements.iter() {
            match &element.items {
                ElementItems::Functions(functions) => by_first.functions.extend(functions),
                ElementItems::Expressions(..) => return Err("a table of expressions".into()),
            }
        }
        let places = |named: &Named, of_first: bool| {
            let places = own.iter().zip(&used).enumerate();
            places
                .filter(|(_, (function, used))| **used == of_first && named.functions.contains(function))
                .map(|(place, _)| place)
                .collect()
        };
        let (doors, lent) = (places(&by_first, false), places(&by_rest, true));
        Ok(Self { used, doors, lent })
    }
}

/// The functions that code names.
#[derive(Default)]
struct Named {
    functions: BTreeSet<FunctionId>,
}

impl<'instr> Visitor<'instr> for Named {
    fn visit_function_id(&mut self, function: &FunctionId) {
        self.functions.insert(*function);
    }
}

fn own_functions(module: &Module) -> Vec<FunctionId> {
    module.funcs.iter_local().map(|(id, _)| id).collect()
}

/// Makes room for the doors at the table's end; gives the table and where they begin.
fn with_doors(module: &mut Module, plan: &Plan) -> Result<(TableId, i32), Error> {
    let id = module
        .tables
        .main_function_table()?
        .ok_or("no table of functions")?;
    let table = module.tables.get_mut(id);
    let start = i32::try_from(table.initial)?;
    table.initial += u64::try_from(plan.doors.len())?;
    table.maximum = table.maximum.map(|maximum| maximum.max(table.initial));
    Ok((id, start))
}

fn first(mut module: Module, plan: &Plan, build: &str) -> Result<Vec<u8>, Error> {
    let own = own_functions(&module);
    let (table, start) = with_doors(&mut module, plan)?;
    for (number, place) in plan.lent.iter().enumerate() {
        module.exports.add(&lent_name(number), own[*place]);
    }
    share(&mut module, build);
    for (function, used) in own.iter().zip(&plan.used) {
        if !used {
            empty(&mut module, *function);
        }
    }
    for (door, place) in (start..).zip(&plan.doors) {
        let function = own[*place];
        let ty = module.funcs.get(function).ty();
        let body = module.funcs.get_mut(function).kind.unwrap_local_mut();
        let arguments = body.args.clone();
        let mut body = body.builder_mut().func_body();
        body.instrs_mut().clear();
        for argument in arguments {
            body.local_get(argument);
        }
        body.i32_const(door).call_indirect(ty, table);
    }
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

fn rest(mut module: Module, plan: &Plan, build: &str) -> Result<Vec<u8>, Error> {
    let own = own_functions(&module);
    let (table, start) = with_doors(&mut module, plan)?;
    module.start = None;
    for export in module.exports.iter().map(walrus::Export::id).collect::<Vec<_>>() {
        module.exports.delete(export);
    }
    for element in module
        .elements
        .iter()
        .map(walrus::Element::id)
        .collect::<Vec<_>>()
    {
        module.elements.delete(element);
    }
    for data in module.data.iter().map(walrus::Data::id).collect::<Vec<_>>() {
        module.data.delete(data);
    }
    borrow(&mut module, build);
    for (place, used) in plan.used.iter().enumerate() {
        let function = own[place];
        if let Ok(number) = plan.lent.binary_search(&place) {
            let import = module.imports.add(FIRST, &lent_name(number), function);
            let ty = module.funcs.get(function).ty();
            module.funcs.get_mut(function).kind = FunctionKind::Import(ImportedFunction { import, ty });
        } else if *used {
            empty(&mut module, function);
        }
    }
    let kind = ElementKind::Active {
        table,
        offset: ConstExpr::Value(ir::Value::I32(start)),
    };
    let doors = plan.doors.iter().map(|place| own[*place]).collect();
    let element = module.elements.add(kind, ElementItems::Functions(doors));
    module.tables.get_mut(table).elem_segments.insert(element);
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

/// A body that is named no more.
fn empty(module: &mut Module, function: FunctionId) {
    let body = module.funcs.get_mut(function).kind.unwrap_local_mut();
    let mut body = body.builder_mut().func_body();
    body.instrs_mut().clear();
    body.unreachable();
}

/// Exports memory, tables and globals.
fn share(module: &mut Module, build: &str) {
    let memories = module
        .memories
        .iter()
        .map(|memory| ExportItem::Memory(memory.id()));
    let tables = module.tables.iter().map(|table| ExportItem::Table(table.id()));
    let globals = module
        .globals
        .iter()
        .map(|global| ExportItem::Global(global.id()));
    let shared: Vec<ExportItem> = memories.chain(tables).chain(globals).collect();
    for (name, item) in shared_names(build).zip(shared) {
        module.exports.add(&name, item);
    }
}

/// Imports what [`share`] exports.
fn borrow(module: &mut Module, build: &str) {
    let mut names = shared_names(build);
    let mut import = |imports: &mut walrus::ModuleImports, kind: ImportKind| {
        imports.add(FIRST, &names.next().unwrap_or_default(), kind)
    };
    for memory in module.memories.iter_mut() {
        memory.import = Some(import(&mut module.imports, ImportKind::Memory(memory.id())));
        memory.data_segments.clear();
    }
    for table in module.tables.iter_mut() {
        table.import = Some(import(&mut module.imports, ImportKind::Table(table.id())));
        table.elem_segments.clear();
    }
    for id in module.globals.iter().map(walrus::Global::id).collect::<Vec<_>>() {
        let global = module.globals.get_mut(id);
        global.kind = GlobalKind::Import(import(&mut module.imports, ImportKind::Global(global.id())));
    }
}

/// The first of them, the memory, is named by the build.
fn shared_names(build: &str) -> impl Iterator<Item = String> {
    let others = (0..).map(|number: usize| format!("s{number}"));
    std::iter::once(build.to_owned()).chain(others)
}

fn lent_name(number: usize) -> String {
    format!("{number:x}")
}
