//! The queue: entries are judged by several threads, answers come out in the order of the entries.
//!
//! Threads run ahead of the slowest file by a bounded number of answers, so memory does not grow with the
//! number of files.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Scope, scope};
use std::time::Duration;

/// How many answers may wait for an earlier one. An answer takes some ten kilobytes.
const AHEAD: usize = 512;
/// How often the caller hears that nothing is new, for its progress bar.
const TICK: Duration = Duration::from_millis(100);

/// What the caller of [`run`] hears.
pub(crate) enum Event<T> {
    /// The answer for the next entry.
    Answer(T),
    /// The thread that judged the next entry panicked.
    Panic(usize),
    /// Nothing yet.
    Tick,
}

/// Judges all entries on `jobs` threads and tells `hear` the answers in order, on this thread.
///
/// # Errors
/// The first error of `hear`; the entries that are left are not judged.
pub(crate) fn run<E, T, F>(
    entries: &[E],
    jobs: usize,
    judge: impl Fn(&E) -> T + Sync,
    mut hear: impl FnMut(Event<T>) -> Result<(), F>,
) -> Result<(), F>
where
    E: Sync,
    T: Send,
{
    let queue = Queue::new(entries.len());
    scope(|threads| {
        // Dropped on every way out, so that no thread waits for ever.
        let open = Open(&queue);
        let answers = start(threads, jobs.min(entries.len()), entries, &judge, &queue);
        in_order(&answers, entries.len(), open.0, &mut hear)
    })
}

type Answer<T> = (usize, Result<T, Box<dyn Any + Send>>);

fn start<'scope, E, T>(
    threads: &'scope Scope<'scope, '_>,
    jobs: usize,
    entries: &'scope [E],
    judge: &'scope (impl Fn(&E) -> T + Sync),
    queue: &'scope Queue,
) -> Receiver<Answer<T>>
where
    E: Sync,
    T: Send + 'scope,
{
    let (sender, receiver) = channel();
    for _ in 0..jobs {
        let sender = sender.clone();
        threads.spawn(move || work(entries, judge, queue, &sender));
    }
    receiver
}

/// A panic in the library is a defect; the other files are judged all the same.
fn work<E, T>(entries: &[E], judge: &impl Fn(&E) -> T, queue: &Queue, sender: &Sender<Answer<T>>) {
    while let Some(index) = queue.next() {
        let Some(entry) = entries.get(index) else { return };
        let answer = catch_unwind(AssertUnwindSafe(|| judge(entry)));
        if sender.send((index, answer)).is_err() {
            return;
        }
    }
}

fn in_order<T, F>(
    answers: &Receiver<Answer<T>>,
    count: usize,
    queue: &Queue,
    hear: &mut impl FnMut(Event<T>) -> Result<(), F>,
) -> Result<(), F> {
    let mut waiting = BTreeMap::new();
    let mut next = 0usize;
    while next < count {
        match answers.recv_timeout(TICK) {
            Ok((index, answer)) => {
                waiting.insert(index, answer);
            }
            Err(RecvTimeoutError::Timeout) => hear(Event::Tick)?,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        while let Some(answer) = waiting.remove(&next) {
            hear(answer.map_or(Event::Panic(next), Event::Answer))?;
            next = next.saturating_add(1);
            queue.done(next);
        }
    }
    Ok(())
}

/// Hands out numbers of entries, not too far ahead of the answers that were heard.
struct Queue {
    state: Mutex<State>,
    moved: Condvar,
    count: usize,
}

struct State {
    next: usize,
    heard: usize,
    closed: bool,
    /// Threads that wait: waking nobody costs as much as waking one.
    waiting: usize,
}

impl Queue {
    fn new(count: usize) -> Queue {
        let state = State { next: 0, heard: 0, closed: false, waiting: 0 };
        Queue { state: Mutex::new(state), moved: Condvar::new(), count }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<usize> {
        let mut state = self.lock();
        while !state.closed && state.next >= state.heard.saturating_add(AHEAD) {
            state.waiting = state.waiting.saturating_add(1);
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting = state.waiting.saturating_sub(1);
        }
        if state.closed || state.next >= self.count {
            return None;
        }
        let index = state.next;
        state.next = index.saturating_add(1);
        Some(index)
    }

    fn done(&self, heard: usize) {
        let mut state = self.lock();
        state.heard = heard;
        if state.waiting > 0 {
            self.moved.notify_all();
        }
    }
}

struct Open<'a>(&'a Queue);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_the_order_of_the_entries() {
        let entries: Vec<u64> = (0..2000).collect();
        let mut heard = Vec::new();
        let judge = |entry: &u64| {
            if entry.is_multiple_of(97) {
                std::thread::sleep(Duration::from_millis(1));
            }
            *entry
        };
        let result: Result<(), ()> = run(&entries, 4, judge, |event| {
            if let Event::Answer(answer) = event {
                heard.push(answer);
            }
            Ok(())
        });
        assert_eq!(result, Ok(()));
        assert_eq!(heard, entries);
    }

    #[test]
    fn a_panic_costs_one_answer() {
        let mut heard = Vec::new();
        let judge = |entry: &u64| if *entry == 1 { panic!("entry 1") } else { *entry };
        let result: Result<(), ()> = run(&[0, 1, 2], 2, judge, |event| {
            match event {
                Event::Answer(answer) => heard.push(answer.to_string()),
                Event::Panic(index) => heard.push(format!("panic {index}")),
                Event::Tick => {}
            }
            Ok(())
        });
        assert_eq!(result, Ok(()));
        assert_eq!(heard, ["0", "panic 1", "2"]);
    }

    #[test]
    fn an_error_ends_the_run() {
        let entries: Vec<u64> = (0..5000).collect();
        let result = run(
            &entries,
            2,
            |entry| *entry,
            |event| match event {
                Event::Answer(3) => Err("full"),
                _ => Ok(()),
            },
        );
        assert_eq!(result, Err("full"));
    }

    #[test]
    fn no_entries_no_answers() {
        let result: Result<(), ()> = run(&[], 8, |entry: &u64| *entry, |_| Err(()));
        assert_eq!(result, Ok(()));
    }
}
