//! What a query may mean: every spelling of a code that is met in consoles, logs, reports and scripts.

use super::exit_codes::Program;

/// One way to read a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// A 32-bit code, written in hex or as a large or negative decimal.
    HResult(u32),
    /// A small decimal: an exit code, a status message, an event, a Win32 error.
    Small(u32),
    /// `301/6`.
    State { topic: u32, id: u32 },
    /// `301/*`, or 301 by itself.
    Topic(u32),
    /// `state:0xC9`.
    Wintrust(u32),
    /// `exit:10`: of the program named, or of any.
    Exit { program: Option<Program>, code: u32 },
    /// `console:193`.
    ConsoleError(u32),
    /// `event:364`.
    Event(u32),
    /// A name, in upper case.
    Symbol(String),
}

/// Words that may precede a code without changing its meaning. Longer ones first.
const NOISE: &[&str] = &[
    "status message id",
    "status message",
    "state message",
    "statmsg",
    "status",
    "error code",
    "hresult",
    "error",
    "code",
];

/// A word and the reading it makes of the number after it.
type Prefix = (&'static str, fn(u32) -> Reading);

/// Words that say what the number after them is. Longer ones first.
const PREFIXES: &[Prefix] = &[
    ("wintrust state", Reading::Wintrust),
    ("state", Reading::Wintrust),
    ("badsig exit code", |code| exit(Some(Program::Badsig), code)),
    ("badsig", |code| exit(Some(Program::Badsig), code)),
    ("exit code", |code| exit(None, code)),
    ("exitcode", |code| exit(None, code)),
    ("exit", |code| exit(None, code)),
    ("aexpatch", |code| exit(Some(Program::Aexpatch), code)),
    ("altiris", |code| exit(Some(Program::Aexpatch), code)),
    ("qualys", |code| exit(Some(Program::Qualys), code)),
    ("console", Reading::ConsoleError),
    ("event id", Reading::Event),
    ("event", Reading::Event),
];

const fn exit(program: Option<Program>, code: u32) -> Reading {
    Reading::Exit { program, code }
}

/// Everything `query` may mean, the likeliest first. Empty when it looks like no code at all.
pub(super) fn readings(query: &str) -> Vec<Reading> {
    let query = query.replace('\u{2212}', "-");
    let bare = without_noise(trimmed(&query));
    if let Some((make, rest)) = PREFIXES.iter().find_map(|(word, make)| Some((make, after_word(bare, word)?)))
    {
        return numbers(rest).into_iter().map(|number| make(number.value())).take(1).collect();
    }
    if let Some(state) = state_message(bare) {
        return vec![state];
    }
    let mut readings: Vec<Reading> = numbers(bare).into_iter().map(Number::reading).collect();
    if is_symbol(bare) {
        readings.push(Reading::Symbol(bare.to_ascii_uppercase()));
    }
    readings
}

/// Without the brackets, quotes and full stops in which logs wrap a code.
fn trimmed(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    text.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '*')
}

fn without_noise(text: &str) -> &str {
    NOISE.iter().find_map(|word| after_word(text, word)).unwrap_or(text)
}

/// What follows `word` and a separator, if `text` begins so.
fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    let separated = rest.starts_with([' ', ':', '=', '(']);
    (separated && head.eq_ignore_ascii_case(word)).then(|| trimmed(rest))
}

fn state_message(text: &str) -> Option<Reading> {
    let (topic, id) = text.split_once('/')?;
    let topic = topic.trim().parse().ok()?;
    match id.trim() {
        "*" => Some(Reading::Topic(topic)),
        id => Some(Reading::State { topic, id: id.parse().ok()? }),
    }
}

fn is_symbol(text: &str) -> bool {
    let has_letter = text.contains(|c: char| c.is_ascii_alphabetic());
    has_letter && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A number as it was written.
enum Number {
    Hex(u32),
    Decimal(u32),
}

impl Number {
    const fn value(self) -> u32 {
        match self {
            Self::Hex(value) | Self::Decimal(value) => value,
        }
    }

    fn reading(self) -> Reading {
        match self {
            Self::Decimal(value) if value <= 0xFFFF => Reading::Small(value),
            number => Reading::HResult(number.value()),
        }
    }
}

/// Eight digits such as 80070643 are a hex code more often than a decimal, but may be either.
fn numbers(text: &str) -> Vec<Number> {
    let digits = text.replace('_', "");
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        return hex_number(hex.trim_start()).map(Number::Hex).into_iter().collect();
    }
    let hex = matches!(digits.len(), 8 | 10 | 16).then(|| hex_number(&digits)).flatten();
    let decimal = decimal_number(&digits);
    hex.map(Number::Hex).into_iter().chain(decimal.map(Number::Decimal)).collect()
}

/// ConfigMgr's reports stretch a negative code to 64 bits, `FFFFFFFF80040692`, or cut that short,
/// `FF8024402C`.
fn hex_number(digits: &str) -> Option<u32> {
    if !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    let value = u64::from_str_radix(digits, 16).ok()?;
    matches!(value >> 32, 0 | 0xFF | 0xFFFF_FFFF).then(|| u32::try_from(value & 0xFFFF_FFFF).ok()).flatten()
}

fn decimal_number(digits: &str) -> Option<u32> {
    if digits.starts_with('-') {
        digits.parse::<i32>().ok().map(i32::cast_unsigned)
    } else {
        digits.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_code_has_many_spellings() {
        for query in [
            "0x800B0100",
            "0X800b0100",
            "800b0100",
            "-2146762496",
            "\u{2212}2146762496",
            "2148204800",
            " (0x800B0100). ",
            "FFFFFFFF800B0100",
            "FF800B0100",
            "0x 800B0100",
            "800B_0100",
            "HRESULT: 0x800B0100",
            "error code 0x800B0100",
        ] {
            assert!(readings(query).contains(&Reading::HResult(0x800B_0100)), "{query}");
        }
    }

    #[test]
    fn digits_only_may_be_hex_or_decimal() {
        assert_eq!(readings("80070643"), [Reading::HResult(0x8007_0643), Reading::HResult(80_070_643)]);
        assert_eq!(readings("1603"), [Reading::Small(1603)]);
    }

    #[test]
    fn state_messages_and_topics() {
        assert_eq!(readings("301/6"), [Reading::State { topic: 301, id: 6 }]);
        assert_eq!(readings("state message 301 / 6"), [Reading::State { topic: 301, id: 6 }]);
        assert_eq!(readings("301/*"), [Reading::Topic(301)]);
    }

    #[test]
    fn a_word_before_the_number_decides() {
        assert_eq!(readings("state:0xC9"), [Reading::Wintrust(0xC9)]);
        assert_eq!(readings("State=146432"), [Reading::Wintrust(0x23C00)]);
        assert_eq!(readings("exit code 10"), [Reading::Exit { program: None, code: 10 }]);
        assert_eq!(readings("exit:10"), [Reading::Exit { program: None, code: 10 }]);
        assert_eq!(readings("qualys:7"), [Reading::Exit { program: Some(Program::Qualys), code: 7 }]);
        assert_eq!(readings("ERROR_TIMEOUT"), [Reading::Symbol("ERROR_TIMEOUT".into())]);
    }

    #[test]
    fn symbols_are_read_in_any_case_and_from_log_lines() {
        assert_eq!(readings("trust_e_nosignature"), [Reading::Symbol("TRUST_E_NOSIGNATURE".into())]);
        assert_eq!(readings("STATMSG: (SRVMSG_X)."), [Reading::Symbol("SRVMSG_X".into())]);
        assert_eq!(readings("\u{2026}_HASH_FAIL"), [Reading::Symbol("HASH_FAIL".into())]);
    }

    #[test]
    fn nonsense_is_nothing() {
        for query in ["", " ", "...", "10 20", "301/x", "99999999999999999999", "-99999999999", "a b c"] {
            assert_eq!(readings(query), [], "{query}");
        }
    }
}
