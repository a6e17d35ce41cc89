#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|data: &[u8]| badsig_fuzz::targets::end_to_end(data));

// Every other change is one that knows the format.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if seed % 2 == 0 && badsig_fuzz::structure::mutate(&mut data[..size], seed / 2) {
        return size;
    }
    fuzzer_mutate(data, size, max_size)
});
