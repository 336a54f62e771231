//! An order of functions that compresses. gzip finds repetitions within its window of 32 KiB, so each place goes to the
//! function that has most in common with those just before it. Functions are given their places as names, which
//! `wasm-opt --reorder-functions-by-name` then follows.
#![expect(clippy::indexing_slicing, reason = "bodies and pieces are numbered here")]

use std::collections::{BTreeMap, VecDeque};

use walrus::Module;

/// Octets that are compared as one; shorter repetitions gain nothing.
const PIECE: usize = 6;
/// Octets of code that count as just before: a little less than the window.
const WINDOW: usize = 30_000;
/// Keeps small functions, which are alike by chance, from going before large ones.
const SMALL: usize = 64;
/// The code section's number (WebAssembly core specification, binary format).
const CODE_SECTION: u8 = 10;

/// Names the functions of a module by their places; gives the module anew.
pub(crate) fn name_by_place(module: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let bodies = bodies(module).ok_or("no code section")?;
    let mut named = Module::from_buffer(module)?;
    let functions: Vec<_> = named.funcs.iter_local().map(|(id, _)| id).collect();
    for (place, body) in order(&bodies).into_iter().enumerate() {
        let function = functions.get(body).ok_or("fewer functions than bodies")?;
        named.funcs.get_mut(*function).name = Some(format!("{place:05}"));
    }
    Ok(named.emit_wasm())
}

/// The functions' code, in the module's order.
fn bodies(module: &[u8]) -> Option<Vec<&[u8]>> {
    let mut sections = module.get(8..)?;
    loop {
        let (&number, rest) = sections.split_first()?;
        let (size, rest) = number_from(rest)?;
        let (mut section, rest) = rest.split_at_checked(size)?;
        if number == CODE_SECTION {
            let (count, rest) = number_from(section)?;
            section = rest;
            return (0..count)
                .map(|_| {
                    let (size, rest) = number_from(section)?;
                    let (body, rest) = rest.split_at_checked(size)?;
                    section = rest;
                    Some(body)
                })
                .collect();
        }
        sections = rest;
    }
}

/// An unsigned LEB128 number and what follows.
fn number_from(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let length = bytes.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let (number, rest) = bytes.split_at(length);
    let number = number.iter().rev().try_fold(0_usize, |number, byte| {
        Some(number.checked_mul(0x80)? + usize::from(byte & 0x7f))
    })?;
    Some((number, rest))
}

/// Which body comes when.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let (pieces, holders) = pieces(bodies);
    // Of each body, how many of its pieces stand in the window; of each piece, how often it stands there.
    let mut common = vec![0_usize; bodies.len()];
    let mut standing = vec![0_usize; holders.len()];
    let mut window = VecDeque::new();
    let mut octets = 0;
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    // What does not fit: the largest first, and then whatever is most like it.
    let likeness = |common: &[usize], body: usize| {
        let share = common[body] * 1_000_000 / (pieces[body].len() + SMALL);
        (share, bodies[body].len(), std::cmp::Reverse(body))
    };
    while let Some(next) = (0..left.len()).max_by_key(|place| likeness(&common, left[*place])) {
        let next = left.swap_remove(next);
        order.push(next);
        window.push_back(next);
        octets += bodies[next].len();
        for piece in &pieces[next] {
            standing[*piece] += 1;
            if standing[*piece] == 1 {
                holders[*piece].iter().for_each(|holder| common[*holder] += 1);
            }
        }
        while octets > WINDOW && window.len() > 1 {
            let Some(gone) = window.pop_front() else { break };
            octets -= bodies[gone].len();
            for piece in &pieces[gone] {
                standing[*piece] -= 1;
                if standing[*piece] == 0 {
                    holders[*piece].iter().for_each(|holder| common[*holder] -= 1);
                }
            }
        }
    }
    order
}

/// The different pieces of each body, numbered, and the bodies that hold each piece.
fn pieces(bodies: &[&[u8]]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let mut numbers = BTreeMap::new();
    let mut holders: Vec<Vec<usize>> = Vec::new();
    let pieces = bodies
        .iter()
        .enumerate()
        .map(|(body, code)| {
            let mut own: Vec<usize> = code
                .windows(PIECE)
                .map(|piece| {
                    let next = numbers.len();
                    *numbers.entry(piece).or_insert(next)
                })
                .collect();
            own.sort_unstable();
            own.dedup();
            holders.resize_with(numbers.len(), Vec::new);
            own.iter().for_each(|piece| holders[*piece].push(body));
            own
        })
        .collect();
    (pieces, holders)
}
