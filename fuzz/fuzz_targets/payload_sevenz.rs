#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    badsig_fuzz::targets::target("payload_sevenz").unwrap()(data);
});
