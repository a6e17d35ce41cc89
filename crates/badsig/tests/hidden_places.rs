//! Archives moved to other places of a program than the usual one: programs that read their own file find them there, so they
//! are opened there too, and where no signature covers them the file is not publishable. The archives are those of
//! `fixtures/inside`, made by makensis, 7z, gcab and python's zipfile.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "test code"
)]

mod common;

use badsig::judge::Verdict;
use badsig::problem::ProblemKind;
use badsig::trust::{Anchors, Evidence};
use badsig::{Facts, Limits, Outcome, Policy, Subject, Target};
use common::{judged_at, test_root};
use testkit::repository;

/// Programs with an archive behind them.
const ARCHIVES: [&str; 4] = ["7z.exe", "nsis-lzma-solid.exe", "sfxcab-appended.exe", "zip.exe"];
/// What each holds.
const MEMBERS: [&str; 3] = ["signed.exe", "tampered.exe", "unsigned.exe"];

fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(repository().join("fixtures").join(path)).unwrap()
}

fn u16_at(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap()))
}

fn u32_at(bytes: &[u8], at: usize) -> usize {
    usize::try_from(u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())).unwrap()
}

fn put(bytes: &mut [u8], at: usize, value: usize) {
    bytes[at..at + 4].copy_from_slice(&u32::try_from(value).unwrap().to_le_bytes());
}

/// Where the header of the last section in the file stands ("PE Format": section table).
fn last_section(program: &[u8]) -> usize {
    let start = u32_at(program, 0x3c);
    let table = start + 24 + u16_at(program, start + 20);
    let headers = (0..u16_at(program, start + 6)).map(|number| table + 40 * number);
    headers.max_by_key(|header| u32_at(program, header + 20) + u32_at(program, header + 16)).unwrap()
}

/// Where the security entry of the data directories stands.
fn security(program: &[u8]) -> usize {
    let optional = u32_at(program, 0x3c) + 24;
    optional + if u16_at(program, optional) == 0x20b { 112 } else { 96 } + 4 * 8
}

/// The program without its signature, and what stands behind it.
fn parts(name: &str) -> (Vec<u8>, Vec<u8>) {
    let mut program = fixture(&format!("inside/{name}"));
    let directory = security(&program);
    if u32_at(&program, directory) != 0 {
        program.truncate(u32_at(&program, directory));
        program[directory..directory + 8].fill(0);
    }
    let header = last_section(&program);
    let end = u32_at(&program, header + 20) + u32_at(&program, header + 16);
    let archive = program.split_off(end);
    assert!(!archive.is_empty(), "{name}");
    (program, archive)
}

fn with_padding(mut bytes: Vec<u8>, multiple: usize) -> Vec<u8> {
    bytes.resize(bytes.len().next_multiple_of(multiple), 0);
    bytes
}

/// An entry of the certificate table.
fn entry(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(8 + data.len()).unwrap().to_le_bytes();
    with_padding([&length[..], &[0, 2], &kind.to_le_bytes(), data].concat(), 8)
}

/// The program with this certificate table, and this behind it.
fn with_table(program: &[u8], table: &[u8], behind: &[u8]) -> Vec<u8> {
    let mut program = with_padding(program.to_vec(), 8);
    let (directory, start) = (security(&program), program.len());
    put(&mut program, directory, start);
    put(&mut program, directory + 4, table.len());
    [&program, table, behind].concat()
}

fn inspect(bytes: Vec<u8>) -> Facts {
    badsig::inspect(&Subject::from_bytes("setup.exe", bytes), &Limits::default())
}

fn judged(facts: &Facts, target: Target) -> Verdict {
    let evidence = Evidence::new(judged_at(), Anchors::only(vec![test_root()]));
    badsig::judge(facts, &evidence, &Policy::for_targets(vec![target]))
}

/// The last parts of the paths of programs, and what could not be read.
fn found(bytes: Vec<u8>) -> (Vec<String>, Vec<ProblemKind>) {
    let facts = inspect(bytes);
    let names = facts.tree().skip(1).map(|member| member.path.rsplit('/').next().unwrap().to_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".exe")).collect();
    names.sort_unstable();
    let problems = facts.tree().flat_map(|facts| &facts.payload).flat_map(|payload| payload.problems());
    (names, problems.map(|problem| problem.kind).collect())
}

fn finds_all(bytes: Vec<u8>, what: &str) {
    let (names, problems) = found(bytes);
    assert_eq!((names, problems), (MEMBERS.map(str::to_owned).to_vec(), vec![]), "{what}");
}

#[test]
fn archives_in_the_rest_of_a_section_are_opened() {
    for name in ARCHIVES {
        let (program, archive) = parts(name);
        finds_all([program.clone(), archive.clone()].concat(), name);
        // The raw data of the last section grow over the archive; its virtual size stays.
        let mut whole = with_padding([program, archive].concat(), 512);
        let header = last_section(&whole);
        let size = whole.len() - u32_at(&whole, header + 20);
        put(&mut whole, header + 16, size);
        finds_all(whole.clone(), &format!("{name} in a section"));
        finds_all(
            with_table(&whole, &entry(2, b"a signature"), b""),
            &format!("{name} in a section, signed"),
        );
    }
}

#[test]
fn archives_behind_the_certificate_table_are_opened() {
    for name in ARCHIVES {
        let (program, archive) = parts(name);
        let table = entry(2, b"a signature");
        let start = with_padding(program.clone(), 8).len() + table.len();
        let behind = [vec![0; start.next_multiple_of(512) - start], archive].concat();
        finds_all(with_table(&program, &table, &behind), name);
    }
}

/// An archive in a section, and another one behind the program.
#[test]
fn one_archive_does_not_hide_another() {
    for name in ["7z.exe", "zip.exe"] {
        let (program, archive) = parts(name);
        let mut whole = with_padding([program, archive.clone()].concat(), 512);
        let header = last_section(&whole);
        let size = whole.len() - u32_at(&whole, header + 20);
        put(&mut whole, header + 16, size);
        let (names, problems) = found([whole, archive].concat());
        assert_eq!((names.len(), problems.len()), (2 * MEMBERS.len(), 0), "{name}: {names:?}");
    }
}

/// `loadHeaders` of NSIS looks at multiples of 512 only, to the end of the file.
#[test]
fn the_archive_that_the_program_would_take_is_opened() {
    let (program, archive) = parts("nsis-lzma-solid.exe");
    assert_eq!(program.len() % 512, 0);
    let decoy = with_padding([&[0; 16], &archive[..100]].concat(), 512);
    finds_all([program.clone(), decoy, archive.clone()].concat(), "NSIS behind a decoy");
    finds_all([program, vec![0; 3 << 20], archive].concat(), "NSIS far behind");
    // Readers of 7z compare the checksum of the start header.
    let (program, archive) = parts("7z.exe");
    let signature = archive.windows(6).position(|bytes| bytes == b"7z\xbc\xaf\x27\x1c").unwrap();
    let mut decoy = archive[signature..signature + 32].to_vec();
    decoy[8] ^= 1;
    decoy[12..28].fill(0);
    finds_all([program.clone(), decoy.clone(), archive].concat(), "7z behind a decoy");
    // By itself, it is a damaged archive.
    assert_eq!(found([program, decoy].concat()).1, [ProblemKind::Malformed]);
}

/// What stands in the certificate table can be put there without a key, and the digest stays the same.
#[test]
fn archives_in_the_certificate_table_leave_the_file_undecided() {
    let signed = fixture("exe/signed-stamped.exe");
    let directory = security(&signed);
    let table = signed[u32_at(&signed, directory)..].to_vec();
    let image = &signed[..u32_at(&signed, directory)];
    assert_eq!(judged(&inspect(signed.clone()), Target::Configmgr).outcome, Outcome::Publishable);
    let package = fixture("msi/signed.msi");
    for (name, content) in
        ARCHIVES.map(|name| (name, parts(name).1)).into_iter().chain([("a package", package)])
    {
        let other = with_table(image, &[table.clone(), entry(1, &content)].concat(), b"");
        let padded = with_padding([&table, &content[..]].concat(), 8);
        let mut grown = padded.clone();
        put(&mut grown, 0, padded.len());
        for bytes in [other, with_table(image, &padded, b""), with_table(image, &grown, b"")] {
            let facts = inspect(bytes);
            for target in [Target::Configmgr, Target::Windows, Target::Wsus] {
                let verdict = judged(&facts, target);
                assert_eq!(verdict.outcome, Outcome::Undecided, "{name} {target}: {:?}", verdict.findings);
                let finding = verdict.findings.iter().find(|finding| finding.check == "malformed-file");
                let message = &finding.unwrap().message;
                assert!(message.contains("which no signature covers, holds a"), "{name}: {message}");
            }
        }
    }
}

/// A reserved field of a cabinet may hold anything, and a section with the name of a bundle's makes no bundle.
#[test]
fn cabinets_are_opened_that_other_readers_open() {
    let (program, mut archive) = parts("sfxcab-appended.exe");
    let cabinet = archive.windows(4).position(|bytes| bytes == b"MSCF").unwrap();
    archive[cabinet + 4] = 1;
    finds_all([program.clone(), archive.clone()].concat(), "reserved1");
    let mut named = program;
    let header = last_section(&named);
    named[header..header + 8].copy_from_slice(b".wixburn");
    assert_eq!(found([named, archive].concat()).0, MEMBERS);
}

/// A package behind a program is a member; the cabinets in it are its own.
#[test]
fn a_package_behind_a_program_is_a_member() {
    let (program, _) = parts("zip.exe");
    let package = fixture("inside/embedded.msi");
    let padded = [program, package.clone(), vec![0; 5]].concat();
    let facts = inspect(padded);
    assert_eq!(facts.members.len(), 1, "{:?}", facts.payload);
    let member = &facts.members[0];
    assert_eq!(
        (member.path.as_str(), member.size),
        ("setup.exe!/appended", u64::try_from(package.len()).ok())
    );
    assert_eq!(member.members.len(), 4);
}

/// A setup program takes such files out by length, so what it put behind them is no part of them.
#[test]
fn files_behind_a_program_end_where_they_say() {
    let (program, _) = parts("zip.exe");
    let (package, signed) = (fixture("msi/signed-stamped.msi"), fixture("exe/signed-stamped.exe"));
    let whole = |file: &Vec<u8>| u64::try_from(file.len()).ok();
    let cases = [
        ([&package[..], b"MAGIC and length"].concat(), vec![whole(&package)]),
        ([&package[..], &package].concat(), vec![whole(&package); 2]),
        ([&signed[..], b"MAGIC and length"].concat(), vec![whole(&signed)]),
        ([&signed[..], &[0; 512]].concat(), vec![whole(&signed)]),
        ([&signed[..], &package, &[0; 5]].concat(), vec![whole(&signed), whole(&package)]),
    ];
    for (behind, sizes) in cases {
        let facts = inspect([program.clone(), behind].concat());
        assert_eq!(facts.members.iter().map(|member| member.size).collect::<Vec<_>>(), sizes);
        let verdict = judged(&facts, Target::Windows);
        for member in &verdict.members {
            let checks: Vec<&str> = member.findings.iter().map(|finding| finding.check).collect();
            assert_eq!(member.outcome, Outcome::Publishable, "{checks:?}");
        }
    }
}

/// Two bytes that look like a program's do not hide a cabinet, nor that nothing else was recognised.
#[test]
fn the_letters_of_a_program_hide_nothing() {
    let (program, cabinet) = parts("sfxcab-appended.exe");
    finds_all([&program[..], b"MZ______", &cabinet].concat(), "MZ");
    let (package, letters) = (fixture("inside/embedded.msi"), [b"MZ".as_slice(), &[0xa5; 1 << 20]].concat());
    let facts = inspect([program.clone(), letters].concat());
    assert!(facts.payload[0].not_opened.is_some(), "{:?}", facts.payload);
    // A cabinet behind a package is found too.
    let facts = inspect([program, package, cabinet].concat());
    let kinds: Vec<&str> = facts.payload.iter().map(|payload| payload.kind.as_str()).collect();
    assert!(kinds.contains(&"appended") && kinds.contains(&"sfxcab"), "{kinds:?}");
}

/// What is not recognised may hold anything; tables of symbols are smaller.
#[test]
fn much_behind_a_program_of_no_known_kind_is_said() {
    let (program, _) = parts("zip.exe");
    let said = |length: usize| {
        let facts = inspect([program.clone(), vec![0xa5; length]].concat());
        facts.payload.first().and_then(|payload| payload.not_opened.clone())
    };
    assert_eq!(said(1 << 20), None);
    assert_eq!(said((1 << 20) + 1).as_deref(), Some("1048577 bytes of no kind that badsig knows"));
}

/// The record at the end of an archive without members: readers of ZIP find it from the end of the file.
const END_OF_ARCHIVE: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

fn hidden(name: &str, bytes: Vec<u8>) -> (bool, bool) {
    let facts = badsig::inspect(&Subject::from_bytes(name, bytes), &Limits::default());
    let holds = |signature: &badsig::authenticode::facts::SignatureFacts| {
        let contents = signature.contents.as_ref().ok();
        contents.and_then(|contents| contents.digest.as_ref()).is_some_and(|digest| digest.matches())
    };
    let told = facts.problems.iter().any(|problem| problem.message.contains("holds a ZIP archive"));
    (facts.signatures.first().is_some_and(holds), told)
}

/// Wherever there is room for the record, the digest tells of it or badsig does.
#[test]
fn an_archive_between_the_streams_of_a_package_is_told() {
    let package = std::fs::read(repository().join("fixtures/msi/signed-stamped.msi")).unwrap();
    let room = END_OF_ARCHIVE.len();
    let (mut tried, mut hidden_there) = (0, 0);
    for end in (1024..=package.len()).step_by(64) {
        if package[end - room..end].iter().any(|byte| *byte != 0) {
            continue;
        }
        let mut changed = package.clone();
        changed[end - room..end].copy_from_slice(END_OF_ARCHIVE);
        let (holds, told) = hidden("a.msi", changed);
        assert!(!holds || told, "{end:#x}");
        tried += 1;
        hidden_there += usize::from(holds);
    }
    println!("{tried} places, {hidden_there} of them covered by no digest");
    assert!(hidden_there > 5, "{hidden_there} of {tried}");
}

#[test]
fn an_archive_behind_the_signature_of_a_cabinet_is_told() {
    let cabinet = std::fs::read(repository().join("fixtures/cab/signed.cab")).unwrap();
    assert_eq!(hidden("a.cab", cabinet.clone()), (true, false));
    assert_eq!(hidden("a.cab", [&cabinet, END_OF_ARCHIVE].concat()), (true, true));
}
