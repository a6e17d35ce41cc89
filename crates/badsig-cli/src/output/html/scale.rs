//! A time axis: places in percent of its width, and years to write on it.

use badsig::UtcTime;

const YEAR: i64 = 31_556_952;
/// What is farther away than this from the date of judging stands at the edge: a root that is valid to 9999 must not
/// press everything else into one point.
const FARTHEST: i64 = 30 * YEAR;
/// Labels that have room on a phone.
const MOST_LABELS: i64 = 6;

/// A time axis.
pub(super) struct Scale {
    start: i64,
    end: i64,
}

impl Scale {
    /// An axis that shows all these times, as far as they are near `at`.
    pub(super) fn around(at: UtcTime, times: impl IntoIterator<Item = UtcTime>) -> Scale {
        let at = at.unix();
        let near = |time: i64| time.clamp(at.saturating_sub(FARTHEST), at.saturating_add(FARTHEST));
        let (mut start, mut end) = (at, at);
        for time in times {
            start = start.min(near(time.unix()));
            end = end.max(near(time.unix()));
        }
        let room = end.saturating_sub(start).max(YEAR) / 17;
        Scale { start: start.saturating_sub(room), end: end.saturating_add(room) }
    }

    /// The place of a time, in thousandths of the width.
    pub(super) fn place(&self, time: UtcTime) -> u32 {
        let span = self.end.saturating_sub(self.start).max(1);
        let along = time.unix().clamp(self.start, self.end).saturating_sub(self.start);
        let thousandths = along.saturating_mul(1000).checked_div(span).unwrap_or_default();
        u32::try_from(thousandths.clamp(0, 1000)).unwrap_or_default()
    }

    /// Years with their places, not too many.
    pub(super) fn years(&self) -> Vec<(i64, u32)> {
        let (first, last) = (year_of(self.start).saturating_add(1), year_of(self.end));
        let count = last.saturating_sub(first).saturating_add(1);
        let step = [1_i64, 2, 5, 10, 20]
            .into_iter()
            .find(|step| count < step.saturating_mul(MOST_LABELS))
            .unwrap_or(50);
        (first..=last)
            .filter(|year| year.rem_euclid(step) == 0)
            .filter_map(|year| Some((year, self.place(format!("{year:04}-01-01").parse().ok()?))))
            .filter(|(_, place)| (50..=950).contains(place))
            .collect()
    }
}

fn year_of(unix: i64) -> i64 {
    let date = UtcTime::from_unix(unix).map(UtcTime::date).unwrap_or_default();
    date.split('-').next().and_then(|year| year.parse().ok()).unwrap_or(1970)
}

/// Thousandths as SVG takes them.
pub(super) fn percent(thousandths: u32) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_years() {
        let time = |text: &str| -> UtcTime { text.parse().unwrap() };
        let scale = Scale::around(time("2026-11-21"), [time("2020-01-01"), time("9999-12-31")]);
        assert!(scale.place(time("2020-01-01")) < scale.place(time("2026-11-21")));
        assert!(scale.place(time("9999-12-31")) <= 1000);
        let years: Vec<i64> = scale.years().into_iter().map(|(year, _)| year).collect();
        assert_eq!(years, [2020, 2030, 2040, 2050]);
        assert_eq!(percent(125), "12.5%");
    }
}
