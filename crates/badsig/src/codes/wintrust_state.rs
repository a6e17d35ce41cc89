//! The WinTrust `State` value: per-user settings that loosen or tighten how Windows judges signatures.
//!
//! `HKCU\Software\Microsoft\Windows\CurrentVersion\WinTrust\Trust Providers\Software Publishing`, `State`,
//! a DWORD. SYSTEM has its own, under `HKU\S-1-5-18`. Microsoft's tool SetReg shows it as ten numbered
//! lines, some of which are the bit turned round.
//!
//! Bits: `wintrust.h`, WTPF_*; meanings: Microsoft, `WintrustSetRegPolicyFlags`; lines: Microsoft, SetReg.
//! The page of `WintrustGetRegPolicyFlags` words two bits the wrong way round: a set bit *ignores*. Whether
//! ConfigMgr, which runs as SYSTEM, heeds the value is not known.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Explanation, Kind, Text};

/// The flags of the State value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WintrustState(pub u32);

/// One defined bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StateBit {
    /// The bit.
    pub mask: u32,
    /// Its name in `wintrust.h`.
    pub name: &'static str,
    /// What it does when set.
    pub effect: &'static str,
}

/// One line of SetReg's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SetRegLine {
    /// Its number, which `setreg NUMBER TRUE|FALSE` takes.
    pub number: u8,
    /// What is switched.
    pub label: &'static str,
    /// Whether SetReg shows TRUE.
    pub value: bool,
}

/// A State value taken apart, for reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StateReading {
    /// The value.
    pub state: WintrustState,
    /// The defined bits that are set.
    pub bits: Vec<StateBit>,
    /// The bits that are set without being defined, as one number.
    pub unknown_bits: u32,
    /// What SetReg shows.
    pub setreg: [SetRegLine; 10],
}

/// Trust Microsoft's test root; without effect since Windows XP SP1.
pub const WTPF_TRUSTTEST: u32 = 0x20;
/// Certificates under a test root can be valid.
pub const WTPF_TESTCANBEVALID: u32 = 0x80;
/// Ignore expiration.
pub const WTPF_IGNOREEXPIRATION: u32 = 0x100;
/// Do not check revocation (spelled so by Microsoft).
pub const WTPF_IGNOREREVOKATION: u32 = 0x200;
/// Individual publishers: an offline revocation server is acceptable.
pub const WTPF_OFFLINEOK_IND: u32 = 0x400;
/// Commercial publishers: an offline revocation server is acceptable.
pub const WTPF_OFFLINEOK_COM: u32 = 0x800;
/// Individual publishers: the same, without a warning.
pub const WTPF_OFFLINEOKNBU_IND: u32 = 0x1000;
/// Commercial publishers: the same, without a warning.
pub const WTPF_OFFLINEOKNBU_COM: u32 = 0x2000;
/// Old header only.
pub const WTPF_TIMESTAMP_IND: u32 = 0x4000;
/// Old header only.
pub const WTPF_TIMESTAMP_COM: u32 = 0x8000;
/// Objects signed the version 1 way are invalid.
pub const WTPF_VERIFY_V1_OFF: u32 = 0x1_0000;
/// Do not check revocation of the timestamp's signer.
pub const WTPF_IGNOREREVOCATIONONTS: u32 = 0x2_0000;
/// Only trusted publishers.
pub const WTPF_ALLOWONLYPERTRUST: u32 = 0x4_0000;

/// Every defined bit, lowest first.
pub const BITS: &[StateBit] = &[
    bit(WTPF_TRUSTTEST, "WTPF_TRUSTTEST", "trusts the test root (ignored since Windows XP SP1)"),
    bit(WTPF_TESTCANBEVALID, "WTPF_TESTCANBEVALID", "accepts certificates under a test root"),
    bit(WTPF_IGNOREEXPIRATION, "WTPF_IGNOREEXPIRATION", "ignores that certificates have expired"),
    bit(WTPF_IGNOREREVOKATION, "WTPF_IGNOREREVOKATION", "skips the revocation check"),
    bit(
        WTPF_OFFLINEOK_IND,
        "WTPF_OFFLINEOK_IND",
        "individual publishers: accepts that revocation servers are offline",
    ),
    bit(
        WTPF_OFFLINEOK_COM,
        "WTPF_OFFLINEOK_COM",
        "commercial publishers: accepts that revocation servers are offline",
    ),
    bit(
        WTPF_OFFLINEOKNBU_IND,
        "WTPF_OFFLINEOKNBU_IND",
        "individual publishers: accepts offline revocation servers without a warning",
    ),
    bit(
        WTPF_OFFLINEOKNBU_COM,
        "WTPF_OFFLINEOKNBU_COM",
        "commercial publishers: accepts offline revocation servers without a warning",
    ),
    bit(WTPF_TIMESTAMP_IND, "WTPF_TIMESTAMP_IND", "defined in an old header only; effect unknown"),
    bit(WTPF_TIMESTAMP_COM, "WTPF_TIMESTAMP_COM", "defined in an old header only; effect unknown"),
    bit(WTPF_VERIFY_V1_OFF, "WTPF_VERIFY_V1_OFF", "treats version 1 signatures as invalid"),
    bit(
        WTPF_IGNOREREVOCATIONONTS,
        "WTPF_IGNOREREVOCATIONONTS",
        "does not check whether the timestamp's signer was revoked",
    ),
    bit(WTPF_ALLOWONLYPERTRUST, "WTPF_ALLOWONLYPERTRUST", "accepts trusted publishers only"),
];

const fn bit(mask: u32, name: &'static str, effect: &'static str) -> StateBit {
    StateBit { mask, name, effect }
}

impl WintrustState {
    /// The value of a fresh user profile.
    pub const DEFAULT: Self = Self(0x2_3C00);

    const fn has(self, mask: u32) -> bool {
        self.0 & mask != 0
    }

    /// Test roots may be accepted.
    pub const fn test_root(self) -> bool {
        self.has(WTPF_TRUSTTEST | WTPF_TESTCANBEVALID)
    }

    /// Expired certificates are accepted; otherwise 0x800B0101.
    pub const fn ignore_expiration(self) -> bool {
        self.has(WTPF_IGNOREEXPIRATION)
    }

    /// Revocation is not checked; otherwise a revoked certificate gives 0x800B010C.
    pub const fn ignore_revocation(self) -> bool {
        self.has(WTPF_IGNOREREVOKATION)
    }

    /// For individual publishers, an offline revocation server is accepted; otherwise 0x800B010E.
    pub const fn offline_ok_individual(self) -> bool {
        self.has(WTPF_OFFLINEOK_IND)
    }

    /// For commercial publishers, an offline revocation server is accepted; otherwise 0x800B010E.
    pub const fn offline_ok_commercial(self) -> bool {
        self.has(WTPF_OFFLINEOK_COM)
    }

    /// For individual publishers, an offline revocation server is accepted without a warning.
    pub const fn offline_ok_no_bad_ui_individual(self) -> bool {
        self.has(WTPF_OFFLINEOKNBU_IND)
    }

    /// For commercial publishers, an offline revocation server is accepted without a warning.
    pub const fn offline_ok_no_bad_ui_commercial(self) -> bool {
        self.has(WTPF_OFFLINEOKNBU_COM)
    }

    /// Version 1 signatures are invalid.
    pub const fn v1_off(self) -> bool {
        self.has(WTPF_VERIFY_V1_OFF)
    }

    /// The timestamp's signer is not checked for revocation.
    pub const fn ignore_revocation_on_timestamp(self) -> bool {
        self.has(WTPF_IGNOREREVOCATIONONTS)
    }

    /// Publishers that are not trusted are refused.
    pub const fn only_trusted_publishers(self) -> bool {
        self.has(WTPF_ALLOWONLYPERTRUST)
    }

    /// The defined bits that are set, lowest first.
    pub fn bits(self) -> impl Iterator<Item = StateBit> {
        BITS.iter().copied().filter(move |bit| self.has(bit.mask))
    }

    /// Bits that are set and have no definition. They occur on real computers and must be tolerated.
    pub fn unknown_bits(self) -> u32 {
        BITS.iter().fold(self.0, |rest, bit| rest & !bit.mask)
    }

    /// What SetReg shows for this value.
    pub fn setreg_lines(self) -> [SetRegLine; 10] {
        [
            line(1, "Trust the test root", self.test_root()),
            line(2, "Use the expiration date of certificates", !self.ignore_expiration()),
            line(3, "Check the revocation list", !self.ignore_revocation()),
            line(4, "Offline revocation server OK (individual)", self.offline_ok_individual()),
            line(5, "Offline revocation server OK (commercial)", self.offline_ok_commercial()),
            line(6, "Offline OK without a warning (individual)", self.offline_ok_no_bad_ui_individual()),
            line(7, "Offline OK without a warning (commercial)", self.offline_ok_no_bad_ui_commercial()),
            line(8, "Invalidate version 1 signed objects", self.v1_off()),
            line(
                9,
                "Check the revocation list for timestamp signers",
                !self.ignore_revocation_on_timestamp(),
            ),
            line(10, "Only trust items in the trust database", self.only_trusted_publishers()),
        ]
    }

    /// What the value does, in sentences.
    pub fn effects(self) -> Vec<&'static str> {
        let offline = match (self.ignore_revocation(), self.offline_ok_commercial()) {
            (true, _) => "Revocation is not checked at all.",
            (false, true) => {
                "Revocation is checked; if the servers cannot be reached, commercial signatures still pass."
            }
            (false, false) => {
                "Revocation is checked; if the servers cannot be reached, commercial signatures fail with \
                 0x800B010E."
            }
        };
        let choices = [
            (self.ignore_expiration(), "Expired certificates are accepted without a timestamp."),
            (self.test_root(), "Certificates under a test root may be accepted."),
            (self.v1_off(), "Version 1 signatures are refused."),
            (
                !self.ignore_revocation_on_timestamp(),
                "The signers of timestamps are checked for revocation too.",
            ),
            (self.only_trusted_publishers(), "Publishers that are not in Trusted Publishers are refused."),
        ];
        let mut effects = vec![offline];
        effects.extend(choices.into_iter().filter_map(|(holds, effect)| holds.then_some(effect)));
        effects
    }

    /// The value taken apart.
    pub fn reading(self) -> StateReading {
        StateReading {
            state: self,
            bits: self.bits().collect(),
            unknown_bits: self.unknown_bits(),
            setreg: self.setreg_lines(),
        }
    }

    /// The same as an answer of [`explain`](super::explain).
    pub fn explanation(self) -> Explanation {
        let title = if self == Self::DEFAULT { "WinTrust State, the default" } else { "WinTrust State" };
        let mut explanation =
            Explanation::new(Kind::WintrustState, format!("state:{self}"), title, self.effects().join(" "));
        explanation.code = Some(self.0);
        explanation.also_written = vec![self.0.to_string()];
        explanation.fix = self.remedies();
        explanation.notes = self.notes();
        explanation.source = "wintrust.h; Microsoft, WintrustSetRegPolicyFlags and SetReg";
        explanation.wintrust_state = Some(self.reading());
        explanation
    }

    fn remedies(self) -> Vec<Text> {
        if self == Self::DEFAULT {
            return Vec::new();
        }
        let mut remedies = vec![Text::from(
            "To return to the default, set State to 0x23C00 for the user concerned; every user, SYSTEM \
             included, has a value of their own.",
        )];
        if !self.ignore_revocation() && !self.offline_ok_commercial() {
            remedies.push("To cure 0x800B010E alone, set the bit 0x800 (setreg 5 TRUE).".into());
        }
        remedies
    }

    fn notes(self) -> Vec<Text> {
        let mut notes = vec![Text::from(
            "A set bit of 0x100, 0x200 or 0x20000 switches a check off; some pages say the reverse. \
             What follows when revocation servers are offline is inferred. The value does not cure \
             0x800B0100.",
        )];
        let unknown = self.unknown_bits();
        if unknown != 0 {
            notes.push(
                format!("Bits 0x{unknown:X} have no definition; Windows is assumed to ignore them.").into(),
            );
        }
        notes
    }
}

impl Default for WintrustState {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for WintrustState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:X}", self.0)
    }
}

impl Serialize for WintrustState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

const fn line(number: u8, label: &'static str, value: bool) -> SetRegLine {
    SetRegLine { number, label, value }
}

/// The bit of that name, with or without `WTPF_`.
pub(super) fn bit_named(name: &str) -> Option<StateBit> {
    BITS.iter().copied().find(|bit| {
        bit.name.eq_ignore_ascii_case(name)
            || bit.name.strip_prefix("WTPF_").is_some_and(|short| short.eq_ignore_ascii_case(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(state: u32) -> String {
        WintrustState(state).setreg_lines().map(|line| if line.value { "T" } else { "F" }).join(" ")
    }

    fn names(state: u32) -> Vec<&'static str> {
        WintrustState(state).bits().map(|bit| bit.name.trim_start_matches("WTPF_")).collect()
    }

    #[test]
    fn setreg_lines_are_those_of_the_facts() {
        // The listings for 0xC9 and 0x22849 are real SetReg output (seed 002).
        for (state, lines) in [
            (0x23C00, "F T T T T T T F F F"),
            (0x23E00, "F T F T T T T F F F"),
            (0xC9, "T T T F F F F F T F"),
            (0x8C9, "T T T F T F F F T F"),
            (0x22849, "F T T F T F T F F F"),
        ] {
            assert_eq!(shown(state), lines, "{state:#X}");
        }
    }

    #[test]
    fn bits_are_named_and_leftovers_kept() {
        let default = [
            "OFFLINEOK_IND",
            "OFFLINEOK_COM",
            "OFFLINEOKNBU_IND",
            "OFFLINEOKNBU_COM",
            "IGNOREREVOCATIONONTS",
        ];
        assert_eq!(names(0x23C00), default);
        assert_eq!(names(0xC9), ["TESTCANBEVALID"]);
        assert_eq!(names(0x8C9), ["TESTCANBEVALID", "OFFLINEOK_COM"]);
        assert_eq!(names(0x22849), ["OFFLINEOK_COM", "OFFLINEOKNBU_COM", "IGNOREREVOCATIONONTS"]);
        assert_eq!(WintrustState(0x23C00).unknown_bits(), 0);
        assert_eq!(WintrustState(0xC9).unknown_bits(), 0x49);
        assert_eq!(WintrustState(0x22849).unknown_bits(), 0x49);
        assert_eq!(WintrustState(u32::MAX).bits().count(), BITS.len());
    }

    #[test]
    fn effects_tell_offline_revocation_apart() {
        assert!(WintrustState(0xC9).effects()[0].contains("0x800B010E"));
        assert!(WintrustState(0x8C9).effects()[0].contains("still pass"));
        assert!(WintrustState(0x23E00).effects()[0].contains("not checked at all"));
    }

    #[test]
    fn the_line_numbers_count_from_one() {
        let numbers = WintrustState::DEFAULT.setreg_lines().map(|line| line.number);
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
}
