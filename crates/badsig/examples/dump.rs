//! Prints the facts of files as JSON lines.
fn main() {
    for a in std::env::args().skip(1) {
        let s = badsig::Subject::open(a.as_ref()).unwrap();
        let f = badsig::inspect(&s, &badsig::Limits::default());
        println!("{}", serde_json::to_string(&f).unwrap());
    }
}
