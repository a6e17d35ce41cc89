//! One record of a log: message, component, thread, time. The forms are CMTrace's two, the Altiris agent's events, and
//! lines as installers write them.

use std::borrow::Cow;

use time::{Date, Month, PrimitiveDateTime, Time};

/// One record.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Record<'a> {
    pub(super) message: Cow<'a, str>,
    /// What wrote it; empty when the line does not say.
    pub(super) component: &'a str,
    /// On which thread; empty when the line does not say.
    pub(super) thread: &'a str,
    /// Whether the log marks it as an error.
    pub(super) error: bool,
    date: &'a str,
    clock: &'a str,
}

/// When a record was written, by the clock and zone of the computer that wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// `2020-03-17 10:20:30`.
    pub(super) text: String,
    /// For comparing two of one log.
    pub(super) seconds: i64,
}

pub(super) const OPENING: &str = "<![LOG[";
pub(super) const CLOSING: &str = "]LOG]!>";

impl<'a> Record<'a> {
    pub(super) fn read(line: &'a str) -> Record<'a> {
        let line = line.trim();
        client(line).or_else(|| server(line)).or_else(|| altiris(line)).unwrap_or_else(|| plain(line))
    }

    pub(super) fn stamp(&self) -> Option<Stamp> {
        let (date, clock) = (date(self.date)?, clock(self.clock)?);
        let text = format!("{date} {:02}:{:02}:{:02}", clock.hour(), clock.minute(), clock.second());
        let seconds = PrimitiveDateTime::new(date, clock).assume_utc().unix_timestamp();
        Some(Stamp { text, seconds })
    }
}

/// `<![LOG[message]LOG]!><time="…" date="…" component="…" context="" type="1" thread="…" file="…">`.
fn client(line: &str) -> Option<Record<'_>> {
    let (message, rest) = line.strip_prefix(OPENING)?.rsplit_once(CLOSING)?;
    Some(Record {
        message: Cow::Borrowed(message.trim()),
        component: attribute(rest, "component"),
        thread: attribute(rest, "thread"),
        error: attribute(rest, "type") == "3",
        date: attribute(rest, "date"),
        clock: attribute(rest, "time"),
    })
}

fn attribute<'a>(text: &'a str, name: &str) -> &'a str {
    let value = text.split_once(name).and_then(|(_, rest)| rest.strip_prefix('='));
    let quoted = value.and_then(|rest| {
        let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''))?;
        rest.strip_prefix(quote)?.split_once(quote)
    });
    quoted.map(|(value, _)| value).unwrap_or_default()
}

/// `message~  $$<COMPONENT><04-24-2012 08:54:49.123+000><thread=1234 (0x4D2)>`.
fn server(line: &str) -> Option<Record<'_>> {
    let (message, rest) = line.rsplit_once("$$<")?;
    let mut parts = rest.split(['<', '>']).filter(|part| !part.is_empty());
    let component = parts.next()?;
    let (date, clock) = parts.next()?.split_once(' ')?;
    let thread = parts.next().and_then(|part| part.strip_prefix("thread=")).unwrap_or_default();
    let thread = thread.split(' ').next().unwrap_or_default();
    let message = Cow::Borrowed(message.trim_end_matches(['~', ' ']));
    Some(Record { message, component, thread, error: false, date, clock })
}

/// `<event date='…' severity='1' … module='…' …><![CDATA[message]]></event>`.
fn altiris(line: &str) -> Option<Record<'_>> {
    let (head, rest) = line.strip_prefix("<event ")?.split_once("<![CDATA[")?;
    let message = rest.split("]]>").next().unwrap_or_default();
    let (date, clock) = attribute(head, "date").split_once(' ').unwrap_or_default();
    Some(Record {
        message: Cow::Borrowed(message),
        component: attribute(head, "module"),
        thread: attribute(head, "thread"),
        error: attribute(head, "severity") == "1",
        date,
        clock,
    })
}

/// A line as installers write it, perhaps in HTML, perhaps after `[4/24/2012, 8:54:49]`.
fn plain(line: &str) -> Record<'_> {
    let (date, clock, rest) = bracketed(line).unwrap_or(("", "", line));
    if !is_html(line) {
        return Record { message: Cow::Borrowed(rest), date, clock, ..Record::default() };
    }
    // The time stands inside tags too; it is found in the line as written.
    let (date, clock) = line.split_once('[').and_then(|(_, inner)| stamp_in(inner)).unwrap_or_default();
    let bare = without_tags(line);
    let message = bracketed(&bare).map(|(_, _, rest)| rest.to_owned()).unwrap_or(bare);
    Record { message: Cow::Owned(message), date, clock, ..Record::default() }
}

fn bracketed(line: &str) -> Option<(&str, &str, &str)> {
    let inner = line.strip_prefix('[')?;
    let (date, clock) = stamp_in(inner)?;
    Some((date, clock, inner.split_once(']')?.1.trim_start()))
}

fn stamp_in(inner: &str) -> Option<(&str, &str)> {
    let (date, clock) = inner.split_once(']')?.0.split_once(", ")?;
    self::date(date).map(|_| (date, clock))
}

fn is_html(line: &str) -> bool {
    ["</", "<br", "<BR", "<span", "<div", "<p>", "&#", "&quot;"].iter().any(|tag| line.contains(tag))
}

fn without_tags(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut inside = false;
    for character in line.chars() {
        match character {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    for (entity, character) in
        [("&nbsp;", " "), ("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
    {
        if text.contains(entity) {
            text = text.replace(entity, character);
        }
    }
    text.trim().to_owned()
}

/// `04-24-2012` and `4/24/2012` (month first, as ConfigMgr and the setup write them), `24.04.2012` (German), `2012-04-24`.
fn date(text: &str) -> Option<Date> {
    let separator = text.chars().find(|character| !character.is_ascii_digit())?;
    let mut parts = text.split(separator).map(|part| part.parse::<u16>().ok());
    let (first, second, third) = (parts.next()??, parts.next()??, parts.next()??);
    let (year, month, day) = match separator {
        '.' => (third, second, first),
        '-' if first > 31 => (first, second, third),
        '-' | '/' => (third, first, second),
        _ => return None,
    };
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
}

/// `08:54:49.123+000`, `8:54:49`; whatever follows the seconds is left out.
fn clock(text: &str) -> Option<Time> {
    let end = text.find(|character: char| !character.is_ascii_digit() && character != ':');
    let text = text.get(..end.unwrap_or(text.len()))?;
    let mut parts = text.split(':').map(|part| part.parse::<u8>().ok());
    Time::from_hms(parts.next()??, parts.next()??, parts.next()??).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(line: &str) -> String {
        Record::read(line).stamp().map(|stamp| stamp.text).unwrap_or_default()
    }

    #[test]
    fn the_form_of_clients() {
        let line = "<![LOG[Failed to x. Error = 0x800b0109.]LOG]!><time=\"08:54:49.123-60\" date=\"04-24-2012\" \
                    component=\"WUAHandler\" context=\"\" type=\"3\" thread=\"1234\" file=\"cupdates.cpp:12\">";
        let record = Record::read(line);
        assert_eq!(record.message, "Failed to x. Error = 0x800b0109.");
        assert_eq!((record.component, record.thread, record.error), ("WUAHandler", "1234", true));
        assert_eq!(stamp(line), "2012-04-24 08:54:49");
    }

    #[test]
    fn the_form_of_site_servers() {
        let line =
            "SyncUpdate: x~  $$<SMS_ISVUPDATES_SYNCAGENT><03-17-2020 10:20:30.456+300><thread=8764 (0x223C)>";
        let record = Record::read(line);
        assert_eq!(record.message, "SyncUpdate: x");
        assert_eq!((record.component, record.thread), ("SMS_ISVUPDATES_SYNCAGENT", "8764"));
        assert_eq!(stamp(line), "2020-03-17 10:20:30");
    }

    #[test]
    fn lines_of_the_setup() {
        let line = "[4/24/2012, 8:54:49] Action complete";
        assert_eq!(Record::read(line).message, "Action complete");
        assert_eq!(stamp(line), "2012-04-24 08:54:49");
        let line = "<span class=\"t\">[4/24/2012, 8:54:49]</span> <b>Error</b> in &quot;a&quot;<br>";
        assert_eq!(Record::read(line).message, "Error in \"a\"");
        assert_eq!(stamp(line), "2012-04-24 08:54:49");
        assert_eq!(stamp("[24.4.2012, 8:54:49] x"), "2012-04-24 08:54:49");
        assert_eq!(Record::read("[x] y").message, "[x] y");
    }

    #[test]
    fn events_of_the_altiris_agent() {
        let line = "<event date='03/17/2020 10:20:30' severity='1' module='AeXPatchAgent' thread='77'>\
                    <![CDATA[exit code 192]]></event>";
        let record = Record::read(line);
        assert_eq!(record.message, "exit code 192");
        assert_eq!((record.component, record.thread, record.error), ("AeXPatchAgent", "77", true));
        assert_eq!(stamp(line), "2020-03-17 10:20:30");
    }

    #[test]
    fn nonsense_is_a_message() {
        for line in [
            "",
            "$$<",
            "<![LOG[",
            "]LOG]!>",
            "<event <![CDATA[",
            "[",
            "[9/99/2012, 1:2:3] x",
            "<",
            "\u{fffd}",
        ] {
            let _ = Record::read(line).stamp();
        }
    }
}
