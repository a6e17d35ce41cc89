//! Files made so that something inside is refused, hidden, unreadable or dropped: none of it may leave the outer file
//! publishable in silence.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "test code"
)]

mod cabinets;
mod common;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use badsig::check::Level;
use badsig::format::compound::{Directory, Sectors};
use badsig::judge::Verdict;
use badsig::problem::ProblemKind;
use badsig::subject::{ByteSource, ReadError, Siblings};
use badsig::trust::{Anchors, Evidence};
use badsig::{Facts, Limits, Outcome, Policy, Subject, Target};
use cabinets::Folder;
use common::{judged_at, test_root};
use testkit::repository;

fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(repository().join("fixtures").join(path)).unwrap()
}

/// A cabinet of stored files.
fn cabinet(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut folder = Folder::default();
    let mut bytes = Vec::new();
    for (name, content) in files {
        let (offset, size) = (u32::try_from(bytes.len()).unwrap(), u32::try_from(content.len()).unwrap());
        folder.files.push(((*name).to_owned(), offset, size));
        bytes.extend_from_slice(content);
    }
    folder.blocks = bytes.chunks(cabinets::BLOCK).map(|block| (block.to_vec(), block.len())).collect();
    cabinets::cabinet(&[folder])
}

/// The same cabinet as a volume of a set, which names the one before and the one behind it.
fn volume(cabinet: &[u8], number: u16, previous: Option<&str>, next: Option<&str>) -> Vec<u8> {
    let mut names = Vec::new();
    let mut flags = 0u16;
    for (flag, name) in [(1, previous), (2, next)] {
        if let Some(name) = name {
            flags |= flag;
            names.extend(name.as_bytes());
            names.extend(b"\0disk\0");
        }
    }
    let shift = u32::try_from(names.len()).unwrap();
    let moved =
        |at: usize| (u32::from_le_bytes(cabinet[at..at + 4].try_into().unwrap()) + shift).to_le_bytes();
    let mut volume = cabinet.to_vec();
    for at in [8, 16, 36] {
        volume[at..at + 4].copy_from_slice(&moved(at));
    }
    volume[30..32].copy_from_slice(&flags.to_le_bytes());
    volume[32..34].copy_from_slice(&7u16.to_le_bytes());
    volume[34..36].copy_from_slice(&number.to_le_bytes());
    volume.splice(36..36, names);
    volume
}

/// A program with something behind it.
fn program_with(behind: &[u8]) -> Vec<u8> {
    let mut program = fixture("exe/unsigned.exe");
    program.resize(program.len().next_multiple_of(512), 0);
    program.extend_from_slice(behind);
    program
}

/// Files by name; one without bytes cannot be opened.
struct Beside(BTreeMap<&'static str, Option<Vec<u8>>>);

impl Siblings for Beside {
    fn open(&self, name: &str) -> Result<Option<Arc<dyn ByteSource>>, ReadError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(None) => Err(ReadError::Open(io::ErrorKind::PermissionDenied.into())),
            Some(Some(bytes)) => Ok(Some(Arc::new(bytes.clone()))),
        }
    }
}

fn inspect(name: &str, bytes: Vec<u8>) -> Facts {
    badsig::inspect(&Subject::from_bytes(name, bytes), &Limits::default())
}

fn inspect_beside(name: &str, bytes: Vec<u8>, beside: &[(&'static str, Option<Vec<u8>>)]) -> Facts {
    let beside = Beside(beside.iter().cloned().collect());
    let subject = Subject::from_bytes(name, bytes).beside(Arc::new(beside));
    badsig::inspect(&subject, &Limits::default())
}

/// The verdict of somebody who takes unsigned files: nothing but the members speaks against the file.
fn judged(facts: &Facts, target: Target) -> Verdict {
    let evidence = Evidence::new(judged_at(), Anchors::embedded().with([test_root()]));
    let mut policy = Policy::for_targets(vec![target]);
    policy.levels.insert("unsigned".to_owned(), Level::Note);
    badsig::judge(facts, &evidence, &policy)
}

fn level(verdict: &Verdict, check: &str) -> Option<Level> {
    verdict.findings.iter().find(|finding| finding.check == check).map(|finding| finding.level)
}

fn paths(facts: &Facts) -> Vec<&str> {
    facts.tree().skip(1).map(|member| member.path.as_str()).collect()
}

fn kinds(facts: &Facts) -> Vec<ProblemKind> {
    facts.payload.iter().flat_map(|payload| payload.problems()).map(|problem| problem.kind).collect()
}

fn appended() -> Vec<u8> {
    [fixture("msi/signed-stamped.msi"), vec![0; 512], b"PK\x03\x04 a Java archive".to_vec()].concat()
}

#[test]
fn a_package_that_windows_refuses_counts_as_broken() {
    let good = inspect("a.cab", cabinet(&[("a.msi", &fixture("msi/signed-stamped.msi"))]));
    assert_eq!(judged(&good, Target::Windows).outcome, Outcome::Publishable);
    let facts = inspect("a.cab", cabinet(&[("a.msi", &appended())]));
    let verdict = judged(&facts, Target::Windows);
    assert_eq!((verdict.outcome, level(&verdict, "broken-member")), (Outcome::Blocked, Some(Level::Block)));
    let finding = verdict.findings.iter().find(|finding| finding.check == "broken-member").unwrap();
    assert_eq!(finding.message, "not valid inside: a.cab!/a.msi (data appended to a package)");
    let verdict = judged(&facts, Target::Configmgr);
    assert_eq!(level(&verdict, "broken-member"), Some(Level::Warn));
}

#[test]
fn a_package_that_a_program_hands_on_is_refused_with_it() {
    let program = program_with(&cabinet(&[("a.msi", &appended())]));
    let verdict = judged(&inspect("setup.exe", program), Target::Configmgr);
    assert_eq!(
        (verdict.outcome, level(&verdict, "broken-installer-member")),
        (Outcome::Blocked, Some(Level::Block))
    );
}

/// A level of the policy for a check that the outer file says nothing of.
#[test]
fn what_blocks_a_member_is_never_left_out() {
    let facts = inspect("a.cab", cabinet(&[("a.exe", &fixture("exe/unsigned.exe"))]));
    let evidence = Evidence::new(judged_at(), Anchors::embedded().with([test_root()]));
    for (target, check) in [(Target::Windows, "unsigned-member"), (Target::Configmgr, "unsigned-member")] {
        let mut policy = Policy::for_targets(vec![target]);
        policy.levels.insert("unsigned".to_owned(), Level::Note);
        policy.levels.insert(check.to_owned(), Level::Block);
        assert_ne!(badsig::judge(&facts, &evidence, &policy).outcome, Outcome::Publishable, "{target}");
    }
    let facts = inspect("a.cab", cabinet(&[("a.exe", &fixture("exe/padded.exe"))]));
    for target in [Target::Windows, Target::Configmgr] {
        let mut policy = Policy::for_targets(vec![target]);
        policy.levels.insert("unsigned".to_owned(), Level::Note);
        assert_eq!(badsig::judge(&facts, &evidence, &policy).outcome, Outcome::Publishable, "{target}");
        policy.levels.insert("padding-after-signature".to_owned(), Level::Block);
        assert_ne!(badsig::judge(&facts, &evidence, &policy).outcome, Outcome::Publishable, "{target}");
        policy.levels.insert("broken-member".to_owned(), Level::Note);
        assert_eq!(badsig::judge(&facts, &evidence, &policy).outcome, Outcome::Publishable, "{target}");
    }
}

#[test]
fn a_cabinet_that_only_says_it_is_a_later_volume_is_opened() {
    let tampered = fixture("exe/tampered.exe");
    let plain = cabinet(&[("tampered.exe", &tampered)]);
    let lying = volume(&plain, 1, Some("product.cab"), None);
    let other = volume(&plain, 3, None, Some("product.cab"));
    let first = volume(&plain, 0, None, Some("product.cab"));
    for before in [lying.clone(), b"no cabinet".to_vec(), other, first] {
        let facts = inspect_beside("product.cab", lying.clone(), &[("product.cab", Some(before))]);
        assert_eq!(paths(&facts), ["product.cab!/tampered.exe"]);
        assert_eq!(judged(&facts, Target::Windows).outcome, Outcome::Blocked);
    }
}

#[test]
fn a_missing_volume_is_told_even_when_no_file_goes_on_in_it() {
    let whole = cabinet(&[("a.exe", &fixture("exe/signed-stamped.exe"))]);
    let first = volume(&whole, 0, None, Some("2.cab"));
    let second = volume(&cabinet(&[("b.exe", &fixture("exe/tampered.exe"))]), 1, Some("1.cab"), None);
    let alone = inspect_beside("1.cab", first.clone(), &[]);
    assert_eq!(kinds(&alone), [ProblemKind::Truncated]);
    assert_eq!(judged(&alone, Target::Windows).outcome, Outcome::Undecided);
    let unreadable = inspect_beside("1.cab", first.clone(), &[("2.cab", None)]);
    assert_eq!(judged(&unreadable, Target::Windows).outcome, Outcome::Undecided);
    let both = inspect_beside("1.cab", first.clone(), &[("2.cab", Some(second.clone()))]);
    assert_eq!(paths(&both), ["1.cab!/a.exe", "1.cab!/b.exe"]);
    assert!(kinds(&both).is_empty());
    // A set is bounded as a whole.
    let beside = Beside([("2.cab", Some(second))].into_iter().collect());
    let subject = Subject::from_bytes("1.cab", first).beside(Arc::new(beside));
    let mut limits = Limits::default();
    limits.members = 1;
    assert!(kinds(&badsig::inspect(&subject, &limits)).contains(&ProblemKind::LimitReached));
}

#[test]
fn a_package_that_cannot_be_recognised_is_told() {
    let package = fixture("msi/tampered.msi");
    let cut = inspect("a.cab", cabinet(&[("a.msi", &package[..package.len() / 8])]));
    assert_eq!(cut.payload[0].unread_members, 1, "{:?}", cut.payload);
    assert_eq!(judged(&cut, Target::Windows).outcome, Outcome::Undecided);
    let mut limits = Limits::default();
    limits.compound_entries = 1;
    let subject = Subject::from_bytes("a.cab", cabinet(&[("a.msi", &package)]));
    let limited = badsig::inspect(&subject, &limits);
    assert_eq!(kinds(&limited), [ProblemKind::LimitReached]);
    for target in [Target::Windows, Target::Configmgr] {
        assert_eq!(judged(&limited, target).outcome, Outcome::Undecided, "{target}");
    }
    let text = inspect("a.cab", cabinet(&[("a.txt", b"MZ is how this text begins, and nothing else")]));
    assert_eq!((text.payload[0].unread_members, text.members.len()), (0, 0));
}

/// The 21st member that was not read decides as the first does.
#[test]
fn damage_behind_many_unsupported_members_counts() {
    let quantum = |number: usize| Folder {
        compression: 2,
        blocks: vec![(vec![0; 8], 8)],
        files: vec![(format!("{number}.exe"), 0, 8)],
    };
    let mut folders: Vec<Folder> = (0..25).map(quantum).collect();
    assert_eq!(
        judged(&inspect("a.cab", cabinets::cabinet(&folders)), Target::Windows).outcome,
        Outcome::Publishable
    );
    folders.push(Folder { files: vec![("cut.exe".to_owned(), 0, 9000)], ..Folder::default() });
    let facts = inspect("a.cab", cabinets::cabinet(&folders));
    assert_eq!(judged(&facts, Target::Windows).outcome, Outcome::Undecided, "{:?}", facts.payload);
}

#[test]
fn a_cabinet_beside_a_package_that_cannot_be_opened_is_not_absent() {
    let package = fixture("inside/listed/setup.msi");
    let problem = |beside: &[(&'static str, Option<Vec<u8>>)]| {
        let facts = inspect_beside("setup.msi", package.clone(), beside);
        (kinds(&facts), facts.external_cabinets[0].found)
    };
    assert_eq!(problem(&[]), (vec![ProblemKind::NotThere], false));
    assert_eq!(problem(&[("product.cab", None)]), (vec![ProblemKind::Unreadable], true));
    let facts = inspect_beside("setup.msi", package.clone(), &[("product.cab", None)]);
    let verdict = judged(&facts, Target::Windows);
    assert_eq!(level(&verdict, "msi-cabinet-mismatch"), Some(Level::Block));
    let mut limits = Limits::default();
    limits.table_bytes = 16;
    let tables = badsig::inspect(&Subject::from_bytes("setup.msi", package), &limits);
    assert_eq!(kinds(&tables), [ProblemKind::LimitReached]);
}

/// A stream whose name begins with a real `!` is no table.
#[test]
fn streams_are_not_hidden_by_their_names() {
    let mut package = fixture("inside/embedded.msi");
    let limits = Limits::default();
    let mut sectors = Sectors::open(&package).unwrap();
    let directory = Directory::read(&mut sectors, &limits).unwrap();
    let entries = directory.children(0).iter().filter_map(|id| directory.entry(*id));
    let mut entries = entries.filter(|entry| entry.display_name() == "product.cab");
    let units = entries.next().unwrap().name.clone();
    let stored: Vec<u8> = units.iter().chain([&0]).flat_map(|unit| unit.to_le_bytes()).collect();
    let at = package.windows(stored.len()).position(|bytes| bytes == stored).unwrap();
    for name in ["!x.cab", "\u{5}x.cab"] {
        package[at..at + 66].fill(0);
        let renamed: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        package[at..at + renamed.len()].copy_from_slice(&renamed);
        package[at + 64] = u8::try_from(renamed.len()).unwrap();
        let facts = inspect("setup.msi", package.clone());
        let shown = name.trim_start_matches('\u{5}');
        let cabinet = facts.members.iter().find(|member| member.path == format!("setup.msi!/{shown}"));
        assert_eq!(cabinet.unwrap().members.len(), 3, "{:?}", paths(&facts));
    }
}

/// Local headers and a central directory of stored members.
fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let size = u32::try_from(content.len()).unwrap().to_le_bytes();
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc.sum().to_le_bytes());
        common.extend([size, size].concat());
        common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend_from_slice(content);
    }
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
    end.extend([count, count].concat());
    end.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    end.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    end.extend([0, 0]);
    [bytes, directory, end].concat()
}

#[test]
fn members_of_an_archive_with_one_name_are_told() {
    let (good, bad) = (fixture("exe/signed-stamped.exe"), fixture("exe/tampered.exe"));
    let once = inspect("setup.exe", program_with(&archive(&[("a.exe", &good), ("d/", b"")])));
    assert_eq!((paths(&once), kinds(&once)), (vec!["setup.exe!/a.exe"], vec![]));
    let twice = inspect("setup.exe", program_with(&archive(&[("a.exe", &bad), ("a.exe", &good)])));
    assert_eq!(kinds(&twice), [ProblemKind::Malformed]);
    assert_eq!(judged(&twice, Target::Windows).outcome, Outcome::Undecided);
    // A name like that of a directory hides nothing.
    let directory = inspect("setup.exe", program_with(&archive(&[("a.exe/", &bad)])));
    assert_eq!(directory.members.len(), 1, "{:?}", directory.payload);
}

#[test]
fn more_cabinets_than_are_opened_are_told() {
    let cabinets: Vec<u8> = (0..70u8).flat_map(|number| cabinet(&[("a.txt", &[number])])).collect();
    let facts = inspect("setup.exe", program_with(&cabinets));
    assert_eq!((facts.members.len(), kinds(&facts)), (64, vec![ProblemKind::LimitReached]));
}

/// Every count of the directory of resources is claimed to be the largest there is.
#[test]
fn a_directory_of_resources_without_end_is_told() {
    let mut program = fixture("exe/version-info.exe");
    let sections = program.windows(8).position(|bytes| bytes == b".rsrc\0\0\0").unwrap();
    let raw = u32::from_le_bytes(program[sections + 20..sections + 24].try_into().unwrap());
    let start = usize::try_from(raw).unwrap();
    program[start + 12..start + 16].fill(0xff);
    let facts = inspect("setup.exe", program);
    assert_eq!(kinds(&facts), [ProblemKind::LimitReached], "{:?}", facts.payload);
    assert_eq!(judged(&facts, Target::Configmgr).outcome, Outcome::Undecided);
}

/// Name, columns and rows of a table of texts.
type Table<'a> = (&'a str, &'a [&'a str], &'a [[&'a str; 3]]);

/// A package by the crate `msi` with a file in the directory of the package and one in a directory below; each with these
/// attributes, and this word count.
fn package_of_loose_files(attributes: i32, words: i32) -> Vec<u8> {
    use msi::{Column, Insert, Package, PackageType, Value};
    let text = |name: &str, key: bool| {
        let column = Column::build(name);
        if key { column.primary_key().string(72) } else { column.nullable().string(255) }
    };
    let place = io::Cursor::new(Vec::new());
    let mut package = Package::create(PackageType::Installer, place).unwrap();
    package.summary_info_mut().set_word_count(words);
    let tables: [Table<'_>; 3] = [
        (
            "Directory",
            &["Directory", "Directory_Parent", "DefaultDir"],
            &[["TARGETDIR", "", "SourceDir"], ["BIN", "TARGETDIR", "target:SUB~1|sub"]],
        ),
        (
            "Component",
            &["Component", "Directory_", "Condition"],
            &[["ROOT", "TARGETDIR", ""], ["SUB", "BIN", ""]],
        ),
        ("Media", &["DiskId", "Cabinet", "Source"], &[["1", "", ""]]),
    ];
    for (table, columns, rows) in tables {
        let built = (0..).zip(columns).map(|(number, name)| text(name, number == 0));
        package.create_table(table, built.collect()).unwrap();
        for row in rows {
            let row = row.map(|text| if text.is_empty() { Value::Null } else { Value::from(text) });
            package.insert_rows(Insert::into(table).row(row.to_vec())).unwrap();
        }
    }
    let columns = vec![
        text("File", true),
        text("Component_", false),
        text("FileName", false),
        Column::build("Attributes").nullable().int16(),
    ];
    package.create_table("File", columns).unwrap();
    for (key, component, name) in [("a", "ROOT", "SETUP~1.EXE|setup.exe"), ("b", "SUB", "inner.exe")] {
        let row = vec![Value::from(key), Value::from(component), Value::from(name), Value::Int(attributes)];
        package.insert_rows(Insert::into("File").row(row)).unwrap();
    }
    package.into_inner().unwrap().into_inner()
}

/// "File Table" and "Word Count Summary" of Microsoft: 0x2000 is not compressed, 0x4000 is, and for the rest bit 1 of the word
/// count says it.
#[test]
fn files_that_lie_loose_beside_a_package_are_opened() {
    let tampered = fixture("exe/tampered.exe");
    let beside = [("setup.exe", Some(tampered.clone()))];
    for (attributes, words, loose) in
        [(8704, 2, true), (512, 0, true), (0, 0, true), (512, 2, false), (16384, 0, false), (8192, 0, true)]
    {
        let package = package_of_loose_files(attributes, words);
        let facts = inspect_beside("setup.msi", package.clone(), &beside);
        let expected: &[&str] = if loose { &["setup.msi!/setup.exe"] } else { &[] };
        assert_eq!(paths(&facts), expected, "{attributes} {words}: {:?}", facts.payload);
        if !loose {
            assert!(kinds(&facts).is_empty());
            continue;
        }
        assert_eq!(facts.payload[0].unread[0].name, "sub/inner.exe");
        assert_eq!(kinds(&facts), [ProblemKind::NotThere]);
        assert_eq!(facts.beside, ["setup.exe"]);
        assert_eq!(judged(&facts, Target::Windows).outcome, Outcome::Blocked);
        // What is not there is left to the reader.
        assert_eq!(kinds(&inspect_beside("setup.msi", package, &[])), [ProblemKind::NotThere; 2]);
    }
    let short = inspect_beside("setup.msi", package_of_loose_files(0, 1), &[("SETUP~1.EXE", Some(tampered))]);
    assert_eq!(paths(&short), ["setup.msi!/SETUP~1.EXE"]);
}
