//! The root program from a server of the loopback: all or nothing, resumable, verified by the caller.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

mod common;

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use badsig_fetch::root_program::{Examine, Lists, UpdateError, Updated, update};
use common::{fetcher, options};
use testkit::server::{Server, answer};

/// Certificates are "0" and their thumbprint; cabinets are "MSCF" and the thumbprints in them.
#[derive(Default)]
struct Caller {
    refuse_lists: bool,
    looked: Cell<usize>,
}

impl Examine for Caller {
    fn lists(&self, roots: &[u8], disallowed: &[u8]) -> Result<Lists, String> {
        if self.refuse_lists {
            return Err("not signed by Microsoft".into());
        }
        assert_eq!(disallowed, b"MSCF");
        let text = String::from_utf8(roots[4..].to_vec()).unwrap();
        let missing = text.split_whitespace().map(str::to_owned).collect();
        Ok(Lists { files: vec![("authroot.stl".into(), roots[4..].to_vec())], missing })
    }

    fn certificate(&self, thumbprint: &str, der: &[u8]) -> Result<(), String> {
        self.looked.set(self.looked.get() + 1);
        if der == format!("0{thumbprint}").as_bytes() { Ok(()) } else { Err("another thumbprint".into()) }
    }
}

fn thumbprint(number: usize) -> String {
    format!("{number:040x}")
}

/// Serves `count` certificates; while `broken`, the last of them is missing.
fn server(count: usize, broken: Arc<AtomicBool>) -> Server {
    let all: Vec<String> = (0..count).map(thumbprint).collect();
    Server::new(move |_, asked, to| {
        let path = asked.head.split_whitespace().nth(1).unwrap().trim_start_matches("/en/");
        match path.strip_suffix(".crt") {
            Some(name) if broken.load(Ordering::SeqCst) && name == all[all.len() - 1] => {
                answer(to, 404, "", b"")
            }
            Some(name) => answer(to, 200, "", format!("0{name}").as_bytes()),
            None if path == "authrootstl.cab" => {
                answer(to, 200, "", format!("MSCF{}", all.join(" ")).as_bytes())
            }
            None if path == "disallowedcertstl.cab" => answer(to, 200, "", b"MSCF"),
            None => answer(to, 404, "", b""),
        }
    })
}

fn run(server: &Server, directory: &Path, caller: &Caller) -> Result<Updated, UpdateError> {
    let fetcher = fetcher(options());
    fetcher.wait(update(fetcher.fetcher(), &server.url("en/"), directory, caller))
}

fn listing(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(directory).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn sound() -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(false))
}

#[test]
fn what_is_missing_is_fetched_and_what_is_there_is_kept() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("new/roots");
    let few = server(3, sound());
    assert_eq!(run(&few, &directory, &Caller::default()), Ok(Updated { fetched: 3, kept: 0 }));
    assert_eq!(listing(&directory).len(), 4);
    assert_eq!(
        fs::read(directory.join(format!("{}.crt", thumbprint(2)))).unwrap(),
        format!("0{}", thumbprint(2)).as_bytes()
    );

    fs::write(directory.join(format!("{}.crt", thumbprint(1))), b"damaged").unwrap();
    let more = server(5, sound());
    assert_eq!(run(&more, &directory, &Caller::default()), Ok(Updated { fetched: 3, kept: 2 }));
    assert_eq!(more.asked().len(), 5);
    assert_eq!(listing(&directory).len(), 6);
    assert_eq!(listing(&parent.path().join("new")), ["roots", "roots.lock"]);
}

#[test]
fn an_incomplete_update_changes_nothing_and_is_resumed() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("roots");
    run(&server(1, sound()), &directory, &Caller::default()).unwrap();
    let before = listing(&directory);

    let broken = Arc::new(AtomicBool::new(true));
    let server = server(20, Arc::clone(&broken));
    let error = run(&server, &directory, &Caller::default()).unwrap_err();
    assert!(matches!(error, UpdateError::Incomplete { missing: 1, wanted: 19, .. }), "{error}");
    assert!(error.to_string().starts_with("1 of 19 certificates did not arrive"), "{error}");
    assert_eq!(listing(&directory), before);
    let asked = server.asked().len();

    broken.store(false, Ordering::SeqCst);
    assert_eq!(run(&server, &directory, &Caller::default()), Ok(Updated { fetched: 1, kept: 19 }));
    assert_eq!(server.asked().len(), asked + 3, "two cabinets and one certificate");
    assert_eq!(listing(&directory).len(), 21);
}

#[test]
fn what_the_caller_refuses_does_not_come_in() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("roots");
    let unsigned = Caller { refuse_lists: true, ..Caller::default() };
    let error = run(&server(2, sound()), &directory, &unsigned).unwrap_err();
    assert!(matches!(error, UpdateError::Refused { .. }), "{error}");
    assert!(!directory.exists());

    let other = Server::new(|_, asked, to| match asked.head.contains("authroot") {
        true => answer(to, 200, "", format!("MSCF{}", thumbprint(7)).as_bytes()),
        false if asked.head.contains("cab") => answer(to, 200, "", b"MSCF"),
        false => answer(to, 200, "", b"0another certificate"),
    });
    let caller = Caller::default();
    let error = run(&other, &directory, &caller).unwrap_err();
    assert!(error.to_string().contains("another thumbprint"), "{error}");
    assert_eq!((caller.looked.get(), directory.exists()), (1, false));
}

#[test]
fn no_server_no_change() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("roots");
    run(&server(1, sound()), &directory, &Caller::default()).unwrap();
    let before = listing(&directory);
    let failing = Server::new(|_, _, to| answer(to, 404, "", b""));
    assert!(matches!(run(&failing, &directory, &Caller::default()), Err(UpdateError::Fetch(_))));
    assert_eq!(listing(&directory), before);
}
