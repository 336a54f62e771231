//! What a page draws, as far as a symbol may be in it: areas and images. Text, lines, clipping and shadings are passed
//! over (ISO 32000-2 §8.2).

use std::collections::BTreeSet;

use super::error::PdfError;
use super::file::File;
use super::filters::unpack;
use super::lexer::{Lexer, Word};
use super::object::{Dictionary, Object, Stream};
use super::pixels::{self, resource};
use super::raster::Raster;
use crate::budget::{FORM_OPERATORS, MAX_PDF_DEPTH, MAX_PDF_INFLATED, MAX_PDF_POINTS};
use crate::image::Grey;

/// Most operands of an operator that are kept.
const OPERANDS: usize = 16;

/// What was found on a page.
#[derive(Debug)]
pub(super) enum Drawn {
    Image(Grey),
    Jpeg(Vec<u8>),
    Page(Raster),
}

/// A graphics state, as far as it matters here.
#[derive(Clone, Copy, Debug)]
struct State {
    matrix: [f64; 6],
    dark: bool,
}

pub(super) struct Interpreter<'a> {
    file: &'a File,
    state: State,
    saved: Vec<State>,
    path: Vec<Vec<(f64, f64)>>,
    points: usize,
    raster: Raster,
    found: Vec<Drawn>,
    given: &'a mut BTreeSet<usize>,
    operators: usize,
    depth: usize,
}

impl<'a> Interpreter<'a> {
    pub(super) fn new(
        file: &'a File,
        sheet: [f64; 4],
        operators: usize,
        given: &'a mut BTreeSet<usize>,
    ) -> Self {
        Self {
            file,
            state: State {
                matrix: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
                dark: true,
            },
            saved: Vec::new(),
            path: Vec::new(),
            points: 0,
            raster: Raster::new(sheet),
            found: Vec::new(),
            given,
            operators,
            depth: 0,
        }
    }

    pub(super) fn operators_left(&self) -> usize {
        self.operators
    }

    /// Takes operators from the budget.
    fn count(&mut self, operators: usize) -> Result<(), PdfError> {
        let left = self.operators.checked_sub(operators);
        self.operators = left.ok_or(PdfError::TooMuch("operators"))?;
        Ok(())
    }

    /// The images, then the sheet.
    pub(super) fn finish(mut self) -> Vec<Drawn> {
        self.found.push(Drawn::Page(self.raster));
        self.found
    }

    pub(super) fn run(&mut self, contents: &[u8], resources: &Dictionary) -> Result<(), PdfError> {
        let mut lexer = Lexer::new(contents, 0);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(word) = lexer.word() {
            let operator = match word {
                Word::Operand(operand) => {
                    if operands.len() < OPERANDS {
                        operands.push(operand);
                    }
                    continue;
                }
                Word::Operator(operator) => operator,
            };
            self.count(1)?;
            match operator {
                b"Do" => self.paint(operands.first(), resources)?,
                b"BI" => self.inline(&mut lexer)?,
                _ => self.apply(operator, &operands),
            }
            operands.clear();
        }
        Ok(())
    }

    fn apply(&mut self, operator: &[u8], operands: &[Object]) {
        let numbers: Vec<f64> = operands.iter().filter_map(Object::number).collect();
        match (operator, numbers.as_slice()) {
            (b"q", _) if self.saved.len() < MAX_PDF_DEPTH => self.saved.push(self.state),
            (b"Q", _) => self.state = self.saved.pop().unwrap_or(self.state),
            (b"cm", &[a, b, c, d, e, f]) => {
                self.state.matrix = product([a, b, c, d, e, f], self.state.matrix)
            }
            (b"g", &[grey]) => self.state.dark = grey < 0.5,
            (b"rg", &[red, green, blue]) => self.state.dark = red + green + blue < 1.5,
            (b"k", &[cyan, magenta, yellow, black]) => {
                self.state.dark = (1.0 - black) * (3.0 - cyan - magenta - yellow) < 1.5
            }
            (b"sc" | b"scn", parts @ ([_] | [_, _, _])) => {
                let count = if parts.len() == 1 { 1.0 } else { 3.0 };
                self.state.dark = parts.iter().sum::<f64>() < 0.5 * count;
            }
            // What an uncoloured or unknown pattern paints is not known: not dark.
            (b"sc" | b"scn", _) => self.state.dark = false,
            (b"cs", _) => self.state.dark = true,
            (b"m", &[x, y]) => {
                self.path.push(Vec::new());
                self.point(x, y);
            }
            (b"l", &[x, y]) | (b"c", &[_, _, _, _, x, y]) | (b"v" | b"y", &[_, _, x, y]) => self.point(x, y),
            (b"re", &[x, y, width, height]) => {
                self.path.push(Vec::new());
                for (x, y) in [(x, y), (x + width, y), (x + width, y + height), (x, y + height)] {
                    self.point(x, y);
                }
                self.path.push(Vec::new());
            }
            (b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*", _) => self.fill(),
            (b"n" | b"S" | b"s", _) => self.forget(),
            _ => {}
        }
    }

    fn point(&mut self, x: f64, y: f64) {
        if self.points >= MAX_PDF_POINTS {
            return;
        }
        self.points += 1;
        let [a, b, c, d, e, f] = self.state.matrix;
        if self.path.is_empty() {
            self.path.push(Vec::new());
        }
        if let Some(line) = self.path.last_mut() {
            line.push((a * x + c * y + e, b * x + d * y + f));
        }
    }

    fn fill(&mut self) {
        self.path.retain(|line| line.len() > 2);
        self.raster.fill(&self.path, self.state.dark);
        self.forget();
    }

    fn forget(&mut self) {
        self.path.clear();
        self.points = 0;
    }

    /// An image or a form by its name in the resources.
    fn paint(&mut self, name: Option<&Object>, resources: &Dictionary) -> Result<(), PdfError> {
        let name = name.and_then(Object::name).unwrap_or_default();
        let Object::Stream(stream) = resource(self.file, resources, b"XObject", name)? else {
            return Ok(());
        };
        match self.file.get(&stream.dictionary, b"Subtype")?.name() {
            Some(b"Image") if self.given.insert(stream.start) => {
                let file = self.file;
                let image = file
                    .stream(&stream)
                    .and_then(|unpacked| pixels::read(file, &stream, unpacked));
                self.found.extend(PdfError::or_absent(image)?);
            }
            Some(b"Form") if self.depth < MAX_PDF_DEPTH => {
                self.count(FORM_OPERATORS)?;
                let Some(contents) = self.file.content(&stream)? else {
                    return Ok(());
                };
                let own = self.file.get(&stream.dictionary, b"Resources")?;
                let (state, saved) = (self.state, std::mem::take(&mut self.saved));
                let matrix = self.file.get(&stream.dictionary, b"Matrix")?;
                let matrix: Vec<f64> = matrix
                    .array()
                    .unwrap_or_default()
                    .iter()
                    .filter_map(Object::number)
                    .collect();
                if let Ok(matrix) = <[f64; 6]>::try_from(matrix) {
                    self.state.matrix = product(matrix, state.matrix);
                }
                self.depth += 1;
                self.run(&contents, own.dictionary().unwrap_or(resources))?;
                self.depth -= 1;
                (self.state, self.saved) = (state, saved);
            }
            _ => {}
        }
        Ok(())
    }

    /// An image within the contents (§8.9.7).
    fn inline(&mut self, lexer: &mut Lexer<'_>) -> Result<(), PdfError> {
        let Some(dictionary) = lexer.dictionary(b"ID", 0) else {
            return Ok(());
        };
        lexer.at += 1;
        let Some(raw) = lexer.until_end_of_image() else {
            return Ok(());
        };
        let of = |long: &[u8], short: &[u8]| dictionary.get(long).or_else(|| dictionary.get(short)).cloned();
        let list = |object| match object {
            Some(Object::Array(items)) => items,
            other => other.into_iter().collect(),
        };
        let parameters = list(of(b"DecodeParms", b"DP"));
        let filters = list(of(b"Filter", b"F"));
        let filters = filters
            .iter()
            .zip(parameters.into_iter().map(Some).chain(std::iter::repeat(None)));
        let filters: Vec<_> = filters
            .filter_map(|(name, own)| {
                Some((
                    name.name()?.to_vec(),
                    own.as_ref()
                        .and_then(Object::dictionary)
                        .cloned()
                        .unwrap_or_default(),
                ))
            })
            .collect();
        let stream = Stream { dictionary, start: 0 };
        let image = unpack(raw.to_vec(), &filters, MAX_PDF_INFLATED / 4)
            .and_then(|unpacked| pixels::read(self.file, &stream, unpacked));
        self.found.extend(PdfError::or_absent(image)?);
        Ok(())
    }
}

/// First `one`, then `other` (§8.3.4).
fn product([a, b, c, d, e, f]: [f64; 6], [p, q, r, s, t, u]: [f64; 6]) -> [f64; 6] {
    [
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    ]
}
