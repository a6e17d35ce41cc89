//! Members of a 7z archive, by the crate `sevenz-rust2`.

use std::cell::Cell;
use std::ops::Range as Span;

use sevenz_rust2::{Archive, ArchiveEntry, Block, BlockDecoder, Error, Password};

use super::header;
use crate::format::bytes::u32_at;
use crate::payload::archive::{lzma2_dictionary, name};
use crate::payload::foreign::{SpanReader, Told, malformed, problem, skip, walled};
use crate::payload::lzma::check_dictionary;
use crate::payload::{Container, Content, Found, Member, Payload, Stop, Visitor};
use crate::problem::{Problem, ProblemKind};

/// What is read, for messages.
const WHAT: &str = "the 7z archive";

/// Ids of methods ("Methods.txt").
const LZMA: &[u8] = &[3, 1, 1];
const LZMA2: &[u8] = &[0x21];
const AES: &[u8] = &[6, 0xf1, 7, 1];

struct SevenZip {
    span: Span<u64>,
    archive: Archive,
}

/// The archive in this part of the container.
pub(super) fn open(container: &Container<'_>, span: Span<u64>) -> Found {
    match archive(container, &span) {
        Ok(archive) => Found::Payload(Box::new(SevenZip { span, archive })),
        Err(problem) => Found::Damaged(problem),
    }
}

fn archive(container: &Container<'_>, span: &Span<u64>) -> Result<Archive, Problem> {
    let source = &**container.source;
    header::check(source, span)?;
    let mut reader = SpanReader::new(source, span.clone(), container.limits);
    walled(WHAT, || Archive::read(&mut reader, &Password::empty()))?.map_err(told)
}

fn told(error: Error) -> Problem {
    match error {
        Error::Io(error, _) => problem(WHAT, error),
        Error::UnsupportedCompressionMethod(_) | Error::Unsupported(_) | Error::PasswordRequired => {
            not_supported(&error)
        }
        error => malformed(WHAT, &error),
    }
}

fn not_supported(what: &dyn std::fmt::Display) -> Problem {
    Problem::new(ProblemKind::NotSupported, format!("{WHAT} cannot be unpacked here: {what}"))
}

impl Payload for SevenZip {
    fn visit(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        let mut source = SpanReader::new(&**container.source, self.span.clone(), container.limits);
        for index in 0..self.archive.blocks.len() {
            let block = BlockVisit { archive: &self.archive, index };
            block.visit(&mut source, visitor)?;
        }
        // Members of no block are empty.
        for (file, block) in self.archive.files.iter().zip(&self.archive.stream_map.file_block_index) {
            if block.is_none() && !file.is_directory() && !file.is_anti_item() {
                visitor.member(member(file, Content::Unpacked(&mut std::io::empty())))?;
            }
        }
        Ok(())
    }
}

fn member<'a>(file: &ArchiveEntry, content: Content<'a>) -> Member<'a> {
    Member { name: name(file.name()), size: Some(file.size()), content }
}

/// One block: members that are packed together.
struct BlockVisit<'a> {
    archive: &'a Archive,
    index: usize,
}

impl BlockVisit<'_> {
    fn visit(&self, source: &mut SpanReader<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        let given = Cell::new(0usize);
        let stopped = Cell::new(None);
        let result = match self.archive.blocks.get(self.index).map(refused) {
            Some(Some(problem)) => Err(problem),
            _ => {
                let mut each = |file: &ArchiveEntry, reader: &mut dyn std::io::Read| {
                    given.set(given.get().saturating_add(1));
                    let outcome = give(file, reader, visitor);
                    let go_on = outcome.is_ok();
                    stopped.set(outcome.err());
                    Ok(go_on)
                };
                let password = Password::empty();
                walled(WHAT, || {
                    BlockDecoder::new(1, self.index, self.archive, &password, source)
                        .for_each_entries(&mut each)
                })
                .and_then(|result| result.map_err(told))
            }
        };
        match (stopped.into_inner(), result) {
            (Some(Stop::Problem(problem)), _) | (None, Err(problem)) => {
                self.rest(given.into_inner(), &problem, visitor)
            }
            (Some(stop), _) => Err(stop),
            (None, Ok(_)) => Ok(()),
        }
    }

    /// The members that could not be reached.
    fn rest(&self, given: usize, problem: &Problem, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        let blocks = self.archive.files.iter().zip(&self.archive.stream_map.file_block_index);
        let files = blocks.filter(|(_, block)| **block == Some(self.index)).map(|(file, _)| file);
        for file in files.skip(given).filter(|file| !file.is_directory()) {
            visitor.member(member(file, Content::Unavailable(problem.clone())))?;
        }
        Ok(())
    }
}

fn give(file: &ArchiveEntry, reader: &mut dyn std::io::Read, visitor: &mut dyn Visitor) -> Result<(), Stop> {
    if file.is_directory() || file.is_anti_item() {
        return Ok(());
    }
    let mut reader = Told::new(reader, WHAT);
    visitor.member(member(file, Content::Unpacked(&mut reader)))?;
    skip(&mut reader, visitor)
}

/// Why a block is not unpacked: encrypted, or with more memory than it may take.
fn refused(block: &Block) -> Option<Problem> {
    block.coders.iter().find_map(|coder| {
        let properties = coder.properties();
        let dictionary = match coder.encoder_method_id() {
            LZMA => u64::from(u32_at(properties, 1).unwrap_or(0)),
            LZMA2 => lzma2_dictionary(properties.first().copied().unwrap_or(0)),
            AES => return Some(not_supported(&"it is encrypted")),
            _ => 0,
        };
        check_dictionary(dictionary, &format!("a part of {WHAT}")).err()
    })
}
