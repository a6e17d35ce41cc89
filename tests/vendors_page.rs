//! The exported page of the vendor catalog in a real browser (Debian's Chromium, driven by Node): search, sort, links, a
//! phone, the dark, accessibility by axe-core, and no word on the console. `BADSIG_SCREENSHOTS=DIRECTORY` keeps pictures.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use common::{badsig, seen_by_a_browser, vendors};
use serde_json::Value;

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|own| own.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_page_can_be_searched_and_sorted() {
    let directory = tempfile::tempdir().unwrap();
    let page = directory.path().join("vendors.html");
    let export = badsig().args(["vendors", "export", "--format", "html", "--at", "2026-11-21", "--output"]);
    export.arg(&page).run().code(0);
    let Some(seen) = seen_by_a_browser("vendors.mjs", &page, false) else { return };

    assert_eq!(texts(&seen["errors"]), Vec::<String>::new());
    assert_eq!(texts(&seen["requests"]), Vec::<String>::new());
    assert_eq!(texts(&seen["violations"]), Vec::<String>::new());
    assert_eq!(texts(&seen["all"]).len(), vendors());
    assert_eq!(seen["focused"], "search");
    assert_eq!(texts(&seen["byVendor"]), ["7-zip"]);
    assert_eq!(seen["count"], format!("1 of {} products", vendors()));
    assert_eq!(texts(&seen["byCode"]), ["7-zip"]);
    assert_eq!((texts(&seen["byNothing"]).len(), &seen["nothingSaid"]), (0, &true.into()));
    assert!(texts(&seen["signed"]).contains(&"notepad-plus-plus".to_owned()));
    assert!(!texts(&seen["signed"]).contains(&"7-zip".to_owned()));
    assert_eq!(seen["again"], vendors());
    sorted(&seen);
    links(&seen);
    assert_eq!(seen["revealed"], true);
    assert_eq!(seen["overflow"], 0, "nothing is wider than the window");
    assert_eq!(seen["darkPaper"], "rgb(20, 24, 29)");
}

fn sorted(seen: &Value) {
    let (oldest, newest) = (texts(&seen["oldestFirst"]), texts(&seen["newestFirst"]));
    assert!(oldest.is_sorted() && newest.iter().rev().is_sorted(), "{oldest:?} {newest:?}");
    assert_eq!((oldest.len(), seen["sorted"].as_str()), (vendors(), Some("ascending")));
}

/// Links lead to web pages, which learn nothing of this one, or to products of the page.
fn links(seen: &Value) {
    let links = seen["links"].as_array().unwrap();
    assert!(links.len() > 200, "{} links", links.len());
    for link in links {
        let web = ["https:", "http:"].contains(&link[0].as_str().unwrap());
        assert!(!web || link[1].as_str().unwrap().contains("noreferrer"), "{link}");
        assert!(web || link[0] == "file:", "{link}");
        assert_eq!(link[2], true, "{link}");
    }
}
