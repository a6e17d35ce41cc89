//! Until when signatures validate. The dates are those that the TEST certificates were made with.

use super::{certificate, day, element, fixture, judged, serialized};
use badsig::UtcTime;
use badsig::trust::forecast::{Forecast, forecast};
use badsig::trust::reason::Cause;
use badsig::trust::revocation::RevocationList;
use badsig::trust::{Anchors, CertificateStore, Evidence};
use testkit::repository;

fn evidence(at: &str) -> Evidence {
    Evidence::new(day(at), Anchors::only(vec![certificate("root")]))
}

fn looked_ahead(file: &str, evidence: &Evidence) -> Forecast {
    let facts = fixture(file);
    forecast(&facts, &facts.signatures[0], &judged(file, evidence), evidence)
}

#[test]
fn without_a_stamp_the_first_expiry_ends_it() {
    let forecast = looked_ahead("exe/signed.exe", &evidence("2026-11-21"));
    assert_eq!(forecast.ends, Some(day("2039-01-01")));
    assert_eq!(forecast.cause, Some(Cause::Expired));
    assert_eq!(
        forecast.message,
        "validates until 2039-01-01, when the signer's certificate \"TEST Publisher\" expires: it has no time \
         stamp that would let it outlive that"
    );
    let last_moment = looked_ahead("exe/signed.exe", &evidence("2039-01-01T00:00:00Z"));
    assert_eq!(last_moment.ends, Some(day("2039-01-01")));
    let after = looked_ahead("exe/signed.exe", &evidence("2039-01-01T00:00:01Z"));
    assert_eq!((after.ends, after.cause), (Some(day("2039-01-01")), Some(Cause::Expired)));
    assert!(after.message.starts_with("stopped validating on 2039-01-01: "), "{}", after.message);
}

#[test]
fn with_a_stamp_nothing_ends_it() {
    for file in ["exe/signed-stamped.exe", "exe/expired-stamped.exe", "exe/legacy-stamped.exe"] {
        let forecast = looked_ahead(file, &evidence("2026-11-21"));
        assert!(forecast.lasts(), "{file}: {}", forecast.message);
        assert!(forecast.message.contains("its time stamp of 2020-06-01"), "{}", forecast.message);
    }
}

#[test]
fn lifetime_signing_ends_in_spite_of_its_stamp() {
    let forecast = looked_ahead("exe/lifetime-signing.exe", &evidence("2020-07-01"));
    assert_eq!(forecast.ends, Some(day("2021-01-01")));
    assert!(forecast.message.ends_with("it is for lifetime signing, so its time stamp does not help"));
    let expired = looked_ahead("exe/lifetime-signing.exe", &evidence("2026-11-21"));
    assert_eq!(expired.ends, Some(day("2021-01-01")));
}

/// `openssl crl -nextupdate` says 2040-01-01 of both lists.
#[test]
fn where_revocation_is_required_the_lists_end_it() {
    let list = |name: &str| {
        let path = repository().join("tests/recipes/pki").join(name);
        RevocationList::from_bytes(&std::fs::read(path).unwrap()).unwrap()
    };
    let mut evidence = evidence("2026-11-21");
    evidence.revocation.lists = vec![list("test-code-signing-ca.crl"), list("test-root.crl")];
    let lasting = looked_ahead("exe/signed-stamped.exe", &evidence);
    assert!(lasting.lasts(), "{}", lasting.message);
    evidence.revocation.required = true;
    let required = looked_ahead("exe/signed-stamped.exe", &evidence);
    assert_eq!((required.ends, required.cause), (Some(day("2040-01-01")), Some(Cause::RevocationUnknown)));
    assert!(required.message.contains("newer ones are required"), "{}", required.message);
}

#[test]
fn what_is_not_valid_for_another_reason_has_no_end() {
    let forecast = looked_ahead("exe/tampered.exe", &evidence("2026-11-21"));
    assert_eq!((forecast.ends, forecast.cause), (None, Some(Cause::Digest)));
    assert!(!forecast.lasts());
    let untrusted = looked_ahead("exe/untrusted-root.exe", &evidence("2026-11-21"));
    assert_eq!((untrusted.ends, untrusted.cause), (None, Some(Cause::UntrustedRoot)));
}

/// FILETIME: 100 nanoseconds since 1601 (Microsoft, FILETIME structure).
fn filetime(time: UtcTime) -> Vec<u8> {
    let seconds = u64::try_from(time.unix() + 11_644_473_600).unwrap();
    (seconds * 10_000_000).to_le_bytes().to_vec()
}

fn with_root_property(id: u32, date: &str) -> Evidence {
    with_root_properties(&[(id, filetime(day(date)))])
}

fn with_root_properties(properties: &[(u32, Vec<u8>)]) -> Evidence {
    let properties = properties.iter().map(|(id, value)| element(*id, value));
    let elements: Vec<Vec<u8>> = properties.chain([element(32, certificate("root").der())]).collect();
    let store = CertificateStore::read_bytes("roots.sst", &serialized(&elements)).unwrap();
    Evidence::new(day("2026-11-21"), Anchors::of_store(&store))
}

/// *Disable*: what is stamped before the date goes on; what has no stamp ends with it.
#[test]
fn a_root_that_will_be_disabled() {
    let evidence = with_root_property(104, "2030-02-01");
    let forecast = looked_ahead("exe/signed.exe", &evidence);
    assert_eq!((forecast.ends, forecast.cause), (Some(day("2030-02-01")), Some(Cause::RootDisabled)));
    assert_eq!(
        forecast.message,
        "validates until 2030-02-01, when the root program disables \"TEST Root\": it has no time stamp that \
         would let it outlive that"
    );
    assert!(looked_ahead("exe/signed-stamped.exe", &evidence).lasts());
}

/// `SEQUENCE OF OBJECT IDENTIFIER` with id-kp-timeStamping (RFC 5280 4.2.1.12).
const TIME_STAMPING: [u8; 12] = [0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8];

/// The root of the stamp's authority is disabled for time stamping (properties 104 and 122). What was stamped before
/// the date goes on; a stamp of after it does not count, and the outlook says why. The fixtures were stamped on
/// 2020-06-01.
#[test]
fn a_stamp_whose_root_is_disabled() {
    let disabled =
        |date: &str| with_root_properties(&[(104, filetime(day(date))), (122, TIME_STAMPING.to_vec())]);
    for (date, lasts) in [("2030-02-01", true), ("2020-06-02", true), ("2020-06-01", false)] {
        let evidence = disabled(date);
        let verdict = judged("exe/signed-stamped.exe", &evidence);
        let outlook = looked_ahead("exe/signed-stamped.exe", &evidence);
        assert_eq!((verdict.stamp.is_some(), outlook.lasts()), (lasts, lasts), "{date}: {}", outlook.message);
        // Without a stamp nothing changes: the root is trusted for code signing as before.
        let unstamped = looked_ahead("exe/signed.exe", &evidence);
        assert_eq!((unstamped.ends, unstamped.cause), (Some(day("2039-01-01")), Some(Cause::Expired)));
    }
    let outlook = looked_ahead("exe/signed-stamped.exe", &disabled("2020-06-01"));
    assert_eq!(outlook.cause, Some(Cause::TimeStamp));
    assert!(outlook.message.contains("the time stamp of 2020-06-01 does not count"), "{}", outlook.message);
    let why = "disabled the root \"TEST Root\" from 2020-06-01: only signatures stamped before count";
    assert!(outlook.message.contains(why), "{}", outlook.message);
    // Taken away altogether (122 without a date), no stamp of the root counts any more.
    let removed = with_root_properties(&[(122, TIME_STAMPING.to_vec())]);
    let outlook = looked_ahead("exe/signed-stamped.exe", &removed);
    assert_eq!(outlook.cause, Some(Cause::TimeStamp), "{}", outlook.message);
    assert!(
        outlook.message.contains("does not trust the root \"TEST Root\" for time stamping"),
        "{outlook:?}"
    );
}

/// *NotBefore*: certificates issued before the date stay trusted after it.
#[test]
fn a_root_that_will_be_closed_for_new_certificates() {
    let forecast = looked_ahead("exe/signed.exe", &with_root_property(126, "2030-02-01"));
    assert_eq!((forecast.ends, forecast.cause), (Some(day("2039-01-01")), Some(Cause::Expired)));
}

/// The report takes the same answer.
#[test]
fn reports_say_it() {
    let facts = fixture("exe/signed.exe");
    let verdict = badsig::judge(&facts, &evidence("2026-11-21"), &badsig::Policy::default());
    let report = badsig::FileReport::new(&facts, &verdict);
    assert_eq!(report.signatures[0].stops_validating, Some(day("2039-01-01")));
    assert!(report.signatures[0].outlook.contains("TEST Publisher"));
}
