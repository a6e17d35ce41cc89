//! The queue: entries are judged by several threads, answers come out in the order of the entries.
//!
//! Threads run ahead of the slowest file by a bounded number of answers and of members in them, so memory does not grow
//! with the number of files. Every entry gets its answer: where none came, that is told as a defect.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Scope, scope};
use std::time::Duration;

use badsig::FileReport;
use badsig::report::UpdateReport;

/// How many answers may wait for an earlier one. An answer without members takes some ten kilobytes.
const AHEAD: usize = 512;
/// How many members there may be in answers that wait, before nothing new is begun: as many as one file may have. Each
/// takes some two kilobytes (6,000 members: 10 MB).
const MEMBERS_AHEAD: usize = 50_000;
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

/// An answer, by what it takes to keep it.
pub(crate) trait Weigh {
    /// How many members it tells of, at every depth.
    fn members(&self) -> usize;
}

impl Weigh for FileReport {
    fn members(&self) -> usize {
        self.members.iter().fold(0, |sum, member| sum.saturating_add(1).saturating_add(member.members()))
    }
}

impl Weigh for UpdateReport {
    fn members(&self) -> usize {
        self.file.as_deref().map_or(0, Weigh::members)
    }
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
    T: Send + Weigh,
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
    T: Send + Weigh + 'scope,
{
    let (sender, receiver) = channel();
    for _ in 0..jobs {
        let sender = sender.clone();
        threads.spawn(move || work(entries, judge, queue, &sender));
    }
    receiver
}

/// A panic in the library is a defect; the other files are judged all the same.
fn work<E, T: Weigh>(entries: &[E], judge: &impl Fn(&E) -> T, queue: &Queue, sender: &Sender<Answer<T>>) {
    while let Some(index) = queue.next() {
        let Some(entry) = entries.get(index) else { return };
        let answer = catch_unwind(AssertUnwindSafe(|| judge(entry)));
        queue.made(members(&answer));
        if sender.send((index, answer)).is_err() {
            return;
        }
    }
}

/// Members of an answer; a panic has none.
fn members<T: Weigh>(answer: &Result<T, Box<dyn Any + Send>>) -> usize {
    answer.as_ref().map_or(0, Weigh::members)
}

fn in_order<T: Weigh, F>(
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
            // No thread is left that could answer: what did not come never will.
            Err(RecvTimeoutError::Disconnected) => {
                waiting.entry(next).or_insert_with(|| Err(Box::new("no thread answered")));
            }
        }
        while let Some(answer) = waiting.remove(&next) {
            let members = members(&answer);
            hear(answer.map_or(Event::Panic(next), Event::Answer))?;
            next = next.saturating_add(1);
            queue.done(next, members);
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
    /// Members in answers that were made and not heard yet.
    members: usize,
    closed: bool,
    /// Threads that wait: waking nobody costs as much as waking one.
    waiting: usize,
}

impl State {
    fn is_far_ahead(&self) -> bool {
        self.next >= self.heard.saturating_add(AHEAD)
            || (self.members >= MEMBERS_AHEAD && self.next > self.heard)
    }
}

impl Queue {
    fn new(count: usize) -> Queue {
        let state = State { next: 0, heard: 0, members: 0, closed: false, waiting: 0 };
        Queue { state: Mutex::new(state), moved: Condvar::new(), count }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<usize> {
        let mut state = self.lock();
        // Entries are handed out in order, so the one that all wait for is being judged by a thread that does not wait here.
        while !state.closed && state.is_far_ahead() {
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

    /// An answer with so many members waits to be heard.
    fn made(&self, members: usize) {
        let mut state = self.lock();
        state.members = state.members.saturating_add(members);
    }

    /// So many answers were heard; the last has so many members.
    fn done(&self, heard: usize, members: usize) {
        let mut state = self.lock();
        state.heard = heard;
        state.members = state.members.saturating_sub(members);
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

    impl Weigh for u64 {
        fn members(&self) -> usize {
            0
        }
    }

    /// An answer that is as large as a run may have in wait.
    struct Large(usize);

    impl Weigh for Large {
        fn members(&self) -> usize {
            MEMBERS_AHEAD
        }
    }

    #[test]
    fn what_no_thread_answered_is_told() {
        let (sender, answers) = channel::<Answer<u64>>();
        sender.send((1, Ok(7))).unwrap();
        drop(sender);
        let mut heard = Vec::new();
        let told = in_order(&answers, 3, &Queue::new(3), &mut |event| {
            heard.push(match event {
                Event::Answer(answer) => answer.to_string(),
                Event::Panic(index) => format!("panic {index}"),
                Event::Tick => "tick".to_owned(),
            });
            Ok::<(), ()>(())
        });
        assert_eq!((told, heard), (Ok(()), vec!["panic 0".to_owned(), "7".to_owned(), "panic 2".to_owned()]));
    }

    /// While the first entry is slow, each of the other threads makes one large answer and begins nothing more.
    #[test]
    fn large_answers_hold_back_what_comes_after_them() {
        let entries: Vec<usize> = (0..100).collect();
        let begun = std::sync::atomic::AtomicUsize::new(0);
        let begun_meanwhile = std::sync::atomic::AtomicUsize::new(0);
        let judge = |entry: &usize| {
            let order = std::sync::atomic::Ordering::SeqCst;
            begun.fetch_add(1, order);
            if *entry == 0 {
                std::thread::sleep(Duration::from_millis(300));
                begun_meanwhile.store(begun.load(order), order);
            }
            Large(*entry)
        };
        let mut heard = Vec::new();
        let result: Result<(), ()> = run(&entries, 3, judge, |event| {
            if let Event::Answer(Large(entry)) = event {
                heard.push(entry);
            }
            Ok(())
        });
        assert_eq!((result, heard), (Ok(()), entries));
        assert!(begun_meanwhile.into_inner() <= 3);
    }

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
