//! One run divided among machines, and joined again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing helper fails the test")]

mod common;

use std::path::Path;

use common::{BLOCKED, Badsig, PUBLISHABLE, UNDECIDED, USAGE, badsig, check, formats, yaml};
use serde_json::Value;
use testkit::repository;

/// Everything that the fixtures hold, and what cannot be read.
fn fixtures() -> Badsig {
    check().args(["fixtures", "no-such-file.exe", "fixtures/*.no-such-pattern", "--target", "configmgr"])
}

fn part(start: Badsig, directory: &Path, index: usize, count: usize) -> String {
    let file = directory.join(format!("shard-{index}-of-{count}.json"));
    let output = format!("json={}", file.display());
    start.args(["--shard", &format!("{index}/{count}"), "-q", "--output", &output]).run();
    file.display().to_string()
}

fn read(path: &str) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn merge<A: AsRef<std::ffi::OsStr>>(parts: impl IntoIterator<Item = A>) -> Badsig {
    badsig().args(["report", "merge"]).args(parts)
}

fn render(report: &str) -> Badsig {
    badsig().args(["report", "render", report])
}

#[test]
fn eight_processes_make_the_report_of_one() {
    let directory = tempfile::tempdir().unwrap();
    let workers: Vec<_> = (1..=8)
        .map(|index| {
            let directory = directory.path().to_owned();
            std::thread::spawn(move || part(fixtures(), &directory, index, 8))
        })
        .collect();
    let mut parts: Vec<String> = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
    parts.reverse();
    let schema = badsig().arg("schema").run().code(0).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for part in &parts {
        let report = read(part);
        assert!(validator.is_valid(&report), "{part}");
        assert!(report["files"].as_array().unwrap().len() > 5, "{part}");
        assert!(report["not_checked"].to_string().contains("this is shard"), "{part}");
    }
    for format in formats().iter().map(String::as_str) {
        let single = fixtures().args(["--format", format]).run().code(BLOCKED).stdout();
        let merged = merge(&parts).args(["--format", format]).run().code(BLOCKED).stdout();
        // Facts are in JSON where JSON is asked for; no other format shows them.
        assert!(merged == single, "{format}: the merged report differs from that of one run");
    }
    let directory = directory.path().display().to_string();
    let single = fixtures().args(["--format", "json"]).run().stdout();
    assert!(
        merge([&directory]).args(["--format", "json"]).run().stdout() == single,
        "named by their directory"
    );
    let without = fixtures().args(["--format", "json", "--no-facts"]).run().stdout();
    assert!(merge(&parts).args(["--format", "json", "--no-facts"]).run().stdout() == without);
}

/// More parts than files: those without files do not keep the others from being joined.
#[test]
fn parts_without_files() {
    let directory = tempfile::tempdir().unwrap();
    let two = || check().args(["fixtures/exe/signed.exe", "fixtures/msi/signed.msi"]);
    let empty = two().args(["--shard", "4/4"]).run().code(UNDECIDED);
    assert!(empty.stderr().contains("shard 4 of 4 has none of the 2 files"), "{}", empty.stderr());
    let parts: Vec<String> = (1..=4).map(|index| part(two(), directory.path(), index, 4)).collect();
    let single = two().args(["--format", "json"]).run().code(PUBLISHABLE).stdout();
    assert_eq!(merge(&parts).args(["--format", "json"]).run().code(PUBLISHABLE).stdout(), single);
}

#[test]
fn missing_and_duplicate_shards_are_no_pass() {
    let directory = tempfile::tempdir().unwrap();
    let three = || {
        check().args([
            "fixtures/exe/signed.exe",
            "fixtures/exe/signed-stamped.exe",
            "fixtures/msi/signed.msi",
        ])
    };
    let run = |index, count| part(three(), directory.path(), index, count);
    let parts = [run(1, 3), run(2, 3), run(3, 3)];
    let of = |numbers: &[usize]| merge(numbers.iter().map(|number| &parts[number - 1])).run();
    of(&[1, 2, 3]).code(PUBLISHABLE).says("3 files: 3 publishable");
    of(&[1, 3]).code(UNDECIDED).says("shard 2 of 3 is missing").complains("shard 2 of 3 is missing");
    of(&[1, 2, 2, 3]).code(UNDECIDED).says("shard 2 of 3 is there 2 times").says("3 files: 3 publishable");
    // A report of what was missing stays undecided, however it is shown.
    let joined = directory.path().join("joined");
    let output = format!("json={}", joined.display());
    merge(&parts[..2]).args(["--output", &output]).run().code(UNDECIDED);
    for format in formats().iter().map(String::as_str) {
        let shown = render(&joined.display().to_string()).args(["--format", format]).run().code(UNDECIDED);
        // What counts files is told of what is missing as of a file.
        match format {
            "junit" => drop(shown.says("errors=\"1\"").says("shard 3 of 3 is missing")),
            "github" => drop(shown.says("::error title=badsig::undecided: shard 3 of 3 is missing")),
            "sarif" => drop(shown.says("Undecided: shard 3 of 3 is missing")),
            "csv" => {}
            _ => drop(shown.says("shard 3 of 3 is missing")),
        }
    }
    // Nor does it pass when it is merged with others, or judged again.
    let whole = directory.path().join("whole");
    three().args(["-q", "--output", &format!("json={}", whole.display())]).run().code(PUBLISHABLE);
    for reports in [vec![&joined], vec![&joined, &whole], vec![&whole, &joined]] {
        merge(reports).run().code(UNDECIDED).says("shard 3 of 3 is missing").complains("shard 3 of 3");
    }
    let again = |report: &Path, name: &str| {
        let to = directory.path().join(name);
        let output = format!("json={}", to.display());
        let evidence = ["--at", "2026-11-21", "--add-root", "tests/recipes/pki/test-root.pem"];
        let ran = badsig().args(["judge", &report.display().to_string(), "--output", &output]).args(evidence);
        (ran.run(), to)
    };
    again(&joined, "joined-again").0.code(UNDECIDED).says("shard 3 of 3 is missing");
    merge([directory.path().join("joined-again")]).run().code(UNDECIDED).says("shard 3 of 3 is missing");
    // A part that was judged again is a part, and fits to those that were judged again too.
    let judged: Vec<_> =
        (0..3).map(|part| again(Path::new(&parts[part]), &format!("again-{part}"))).collect();
    let mut paths = Vec::new();
    for (ran, path) in judged {
        ran.code(PUBLISHABLE).says("this is shard");
        paths.push(path);
    }
    merge(&paths).run().code(PUBLISHABLE).says("3 files: 3 publishable");
    merge(&paths[..2]).run().code(UNDECIDED).says("shard 3 of 3 is missing");
    let mixed = [&paths[0], &paths[1], &Path::new(&parts[2]).to_owned()];
    merge(mixed).run().code(UNDECIDED).says("other options, policy");
    // A report that says of itself that it is no pass is none.
    let mut stated = read(&whole.display().to_string());
    stated["verdict"] = "undecided".into();
    std::fs::write(&whole, stated.to_string()).unwrap();
    merge([&whole]).run().code(UNDECIDED);
    // A part of another division.
    let other = run(2, 2);
    merge([&parts[0], &other, &parts[2]]).run().code(UNDECIDED).says("shard 2 of 2 is of another division");
    // A part that was judged by another policy.
    let lenient = part(three().args(["--warn", "not-timestamped"]), directory.path(), 2, 3);
    merge([&parts[0], &lenient, &parts[2]]).run().code(UNDECIDED).says("other options, policy");
    // Another list of files.
    let fewer =
        check().args(["fixtures/exe/signed.exe", "fixtures/exe/unsigned.exe", "fixtures/msi/signed.msi"]);
    let fewer = part(fewer, directory.path(), 2, 3);
    merge([&parts[0], &fewer, &parts[2]]).run().code(UNDECIDED).says("another list of files");
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let one = || check().arg("fixtures/exe/signed.exe");
    let first = part(one(), directory.path(), 1, 1);
    let other = |change: &dyn Fn(&mut Value)| {
        let mut report = read(&first);
        change(&mut report);
        let file = directory.path().join("other");
        std::fs::write(&file, report.to_string()).unwrap();
        merge([first.as_str(), &file.display().to_string()]).run().code(USAGE)
    };
    other(&|report| report["tool"]["version"] = "0.0.1".into()).complains("use the same version everywhere");
    other(&|report| report["evidence"]["at"] = "2027-01-01T00:00:00Z".into()).complains("--at");
    other(&|report| report["evidence"]["revocation"] = "off".into()).complains("revocation");
    other(&|report| report["targets"] = vec!["wsus"].into()).complains("--target");
    other(&|report| report["shard"]["positions"] = Vec::<usize>::new().into())
        .complains("says the places of 0");
    other(&|report| drop(report.as_object_mut().unwrap().remove("shard"))).complains("is no shard");
    other(&|report| report["schema_version"] = 2.into()).complains("schema_version is 2");
    merge(["README.md"]).run().code(USAGE).complains("README.md: is no report");
    merge(["no-such-file"]).run().code(USAGE).complains("no-such-file: cannot be read");
    let updates = directory.path().join("updates.json");
    let output = format!("json={}", updates.display());
    badsig().args(["updates", "check", "tests/updates/v1.xml", "--output", &output]).run();
    merge([updates]).run().code(USAGE).complains("not divided among machines");
}

/// Reports that are no parts of one run stand behind each other.
#[test]
fn other_reports_are_put_behind_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let run = |name: &str| {
        let file = directory.path().join(name.replace('/', "-")).display().to_string();
        check().arg(format!("fixtures/{name}")).args(["--output", &format!("json={file}")]).run();
        file
    };
    let both = check().args(["fixtures/msi", "fixtures/exe"]).args(["--format", "json"]).run().stdout();
    let merged = merge([run("msi"), run("exe")]).args(["--format", "json"]).run().code(BLOCKED).stdout();
    assert!(merged == both);
}

#[test]
fn every_format_of_a_report_is_that_of_the_run() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("report").display().to_string();
    let output = format!("json={file}");
    let details: [&[&str]; 3] = [&[], &["--verbose"], &["--quiet"]];
    let runs: [&dyn Fn() -> Badsig; 3] =
        [&fixtures, &|| fixtures().args(["--shard", "2/3", "--target", "windows", "--sha1"]), &|| {
            check()
                .args(["fixtures/exe", "--endpoint-store", "a=tests/trust/roots.sst"])
                .args(["--endpoint-store", "b=tests/trust/empty.sst"])
        }];
    for run in runs {
        let code = run().args(["--output", &output]).run().exit_code().unwrap();
        compare(&file, code, &details, run);
    }
    for catalog in ["v1.cab", "v2-expired.cab", "v3.cab", "v1-broken.cab", "right.sdp"] {
        let run = || {
            badsig()
                .args(["updates", "check", "--at", "2026-11-21", "--content", "fixtures"])
                .args(["--add-root", "tests/recipes/pki/test-root.pem"])
                .arg(format!("tests/updates/{catalog}"))
        };
        let code = run().args(["--output", &output]).run().exit_code().unwrap();
        compare(&file, code, &details, &run);
    }
}

fn compare(file: &str, code: i32, details: &[&[&str]], run: &dyn Fn() -> Badsig) {
    for format in formats().iter().map(String::as_str) {
        for detail in details.iter().take(if format == "text" { 3 } else { 1 }) {
            let options = || ["--format", format].into_iter().chain(detail.iter().copied());
            let wanted = run().args(options()).run().code(code).stdout();
            let shown = render(file).args(options()).run().code(code).stdout();
            assert!(shown == wanted, "{format} {detail:?}:\n{shown}\n--- expected\n{wanted}");
        }
    }
}

/// Whoever made the report, files that are not publishable are not shown as a pass.
#[test]
fn a_verdict_is_never_better_than_that_of_the_files() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("report").display().to_string();
    check().arg("fixtures/exe/unsigned.exe").args(["--output", &format!("json={file}")]).run().code(BLOCKED);
    let mut report = read(&file);
    report["verdict"] = "publishable".into();
    std::fs::write(&file, report.to_string()).unwrap();
    render(&file).run().code(BLOCKED);
    report.as_object_mut().unwrap().remove("verdict");
    report["files"] = Vec::<Value>::new().into();
    std::fs::write(&file, report.to_string()).unwrap();
    render(&file).run().code(UNDECIDED);
}

/// The examples for Kubernetes, their containers run as pods would run them.
#[test]
fn the_jobs_of_the_documentation_give_one_verdict() {
    let Some(judge) = yaml("docs/examples/kubernetes/indexed-job.yaml") else { return };
    let merge = yaml("docs/examples/kubernetes/merge-job.yaml").unwrap();
    let volumes = tempfile::tempdir().unwrap();
    for volume in ["incoming", "reports", "merged"] {
        std::fs::create_dir(volumes.path().join(volume)).unwrap();
    }
    for name in ["exe/signed.exe", "exe/unsigned.exe", "msi/signed.msi", "exe/signed-stamped.exe"] {
        let target = volumes.path().join("incoming").join(name.replace('/', "-"));
        std::fs::copy(repository().join("fixtures").join(name), target).unwrap();
    }
    let run = |job: &Value, index: &str| {
        let container = &job["spec"]["template"]["spec"]["containers"][0];
        let mounts: Vec<&str> = container["volumeMounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|own| own["mountPath"].as_str().unwrap())
            .collect();
        let mounted = |text: &str| {
            let text = text.replace("$(JOB_COMPLETION_INDEX)", index);
            let here = |text: String, mount: &&str| {
                text.replace(&format!("{mount}/"), &format!("{}{mount}/", volumes.path().display()))
            };
            let text = if mounts.contains(&&*text) { format!("{text}/") } else { text };
            mounts.iter().filter(|mount| **mount != "/tmp").fold(text, here)
        };
        let arguments =
            container["args"].as_array().unwrap().iter().map(|own| mounted(own.as_str().unwrap()));
        let start = badsig().args(arguments).env("JOB_COMPLETION_INDEX", index);
        let variables = container["env"].as_array().cloned().unwrap_or_default();
        let start = variables.iter().fold(start, |start, variable| {
            // The only one that comes from elsewhere is the date.
            let value = variable["value"].as_str().map_or_else(|| "2026-11-21".to_owned(), mounted);
            start.env(variable["name"].as_str().unwrap(), &value)
        });
        start.env("BADSIG_ADD_ROOT", "tests/recipes/pki/test-root.pem").run()
    };
    assert_eq!(judge["spec"]["completions"], 8);
    let ends = &judge["spec"]["podFailurePolicy"]["rules"][0]["onExitCodes"]["values"];
    for index in 0..8 {
        let code = run(&judge, &index.to_string()).exit_code().unwrap();
        assert!(code == 0 || ends.as_array().unwrap().contains(&code.into()), "{code}");
        assert!(volumes.path().join(format!("reports/{index}.json")).exists());
    }
    run(&merge, "").code(BLOCKED).says("4 files: 3 publishable, 1 blocked");
    assert!(volumes.path().join("merged/report.html").exists());
    std::fs::remove_file(volumes.path().join("reports/5.json")).unwrap();
    run(&merge, "").code(BLOCKED).says("shard 6 of 8 is missing");
}

#[test]
fn the_environment_says_which_part() {
    let run = |options: &[&str], variables: &[(&str, &str)]| {
        let start = fixtures().args(["--format", "json", "--shard"]).args(options);
        variables.iter().fold(start, |ran, (name, value)| ran.env(name, value)).run()
    };
    let kubernetes = run(&["auto"], &[("JOB_COMPLETION_INDEX", "1"), ("JOB_COMPLETIONS", "4")]);
    assert_eq!(kubernetes.stdout(), run(&["2/4"], &[]).stdout());
    run(&["auto"], &[("JOB_COMPLETION_INDEX", "1")]).code(USAGE).complains("JOB_COMPLETIONS");
    run(&["5/4"], &[]).code(USAGE).complains("K/N");
}

/// An endpoint's stores decide, and are no part of a report: shards with others are not one run.
#[test]
fn parts_with_other_stores_are_not_merged() {
    let directory = tempfile::tempdir().unwrap();
    let start = |store: &str| {
        let files = [common::SIGNED, "fixtures/exe/root-embedded.exe"];
        check().args(files).args(["--target", "windows", "--endpoint-store", &format!("kiosk={store}")])
    };
    let first = part(start("tests/trust/roots.sst"), directory.path(), 1, 2);
    let second = part(start("tests/trust/empty.sst"), directory.path(), 2, 2);
    let ran = merge([&first, &second]).run();
    assert_ne!(ran.exit_code(), Some(PUBLISHABLE));
    let ran = ran.complains("was judged with other options, policy or certificates");
    assert!(ran.stderr().contains("shard 2 of 2 is missing"));
    let again = part(start("tests/trust/roots.sst"), directory.path(), 2, 2);
    assert!(merge([&first, &again]).run().stderr().is_empty());
}

/// What a policy lets pass in one part, it lets pass in all.
#[test]
fn reports_under_other_policies_are_not_merged() {
    let directory = tempfile::tempdir().unwrap();
    let report = |name: &str, policy: &str| {
        let config = directory.path().join(format!("{name}.toml"));
        std::fs::write(&config, policy).unwrap();
        let report = directory.path().join(format!("{name}.json"));
        let output = format!("json={}", report.display());
        check().arg("--config").arg(config).args(["-q", "--output", &output, common::UNSIGNED]).run();
        report
    };
    let lax = report("lax", "[levels]\nunsigned = \"note\"\n");
    let strict = report("strict", "");
    merge([&lax, &strict]).run().code(USAGE).complains("with different policies");
    merge([&lax, &report("same", "[levels]\nunsigned = \"note\"\n")]).run().code(PUBLISHABLE);
}
