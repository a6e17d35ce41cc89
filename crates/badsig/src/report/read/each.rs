//! A later pass: one list of the report, entry by entry.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::input::Budget;
use crate::limits;

/// Why a pass ends early.
pub(super) enum Stop<E> {
    /// The entry is not what it should be.
    Damaged(String),
    /// Whoever hears wants no more.
    Heard(E),
}

/// Tells the entries of a list.
pub(super) struct Each<'a, T, F, E> {
    list: &'static str,
    budget: Budget,
    hear: &'a mut F,
    /// Why `hear` wants no more.
    stopped: &'a mut Option<E>,
    entry: PhantomData<fn() -> T>,
}

impl<'a, T, F, E> Each<'a, T, F, E> {
    pub(super) fn new(
        list: &'static str,
        budget: Budget,
        hear: &'a mut F,
        stopped: &'a mut Option<E>,
    ) -> Each<'a, T, F, E> {
        Each { list, budget, hear, stopped, entry: PhantomData }
    }
}

impl<'de, T, F, E> Visitor<'de> for Each<'_, T, F, E>
where
    T: DeserializeOwned,
    F: FnMut(T) -> Result<(), Stop<E>>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a report of badsig")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(field) = map.next_key::<String>()? {
            if field == self.list {
                map.next_value_seed(List(&mut self))?;
            } else {
                // Passed over without being kept.
                self.budget.begin(limits::REPORT_TABLE_BYTES);
                let IgnoredAny = map.next_value()?;
            }
            self.budget.begin(limits::REPORT_ENTRY_BYTES);
        }
        Ok(())
    }
}

struct List<'a, 'b, T, F, E>(&'a mut Each<'b, T, F, E>);

impl<'de, T, F, E> DeserializeSeed<'de> for List<'_, '_, T, F, E>
where
    T: DeserializeOwned,
    F: FnMut(T) -> Result<(), Stop<E>>,
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T, F, E> Visitor<'de> for List<'_, '_, T, F, E>
where
    T: DeserializeOwned,
    F: FnMut(T) -> Result<(), Stop<E>>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}", self.0.list)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Each { budget, hear, stopped, .. } = self.0;
        budget.begin(limits::REPORT_ENTRY_BYTES);
        while let Some(entry) = list.next_element::<T>()? {
            budget.begin(limits::REPORT_ENTRY_BYTES);
            match hear(entry) {
                Ok(()) => {}
                Err(Stop::Damaged(why)) => return Err(A::Error::custom(why)),
                Err(Stop::Heard(error)) => {
                    **stopped = Some(error);
                    return Err(A::Error::custom("stopped"));
                }
            }
        }
        Ok(())
    }
}
