//! Every bound of the network, with its reason.

use std::time::Duration;

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// The largest lists of public authorities are about 20 MiB (DoD, and Let's Encrypt before sharding).
pub const MAX_CRL: u64 = 64 * MIB;
/// An answer carries one to three certificates; real ones are below 5 KiB.
pub const MAX_OCSP: u64 = 64 * KIB;
/// A certificate or a small PKCS#7 bag of them; the largest root of the program is below 4 KiB.
pub const MAX_CERTIFICATE: u64 = 64 * KIB;
/// `authrootstl.cab` is 73 KiB; the list unpacked is 200 KiB.
pub const MAX_CABINET: u64 = 8 * MIB;

/// A list of 64 MiB at 1 MiB/s arrives in this time.
pub const TIMEOUT: Duration = Duration::from_secs(64);
/// A fetch with all its repetitions, and a whole gathering.
pub const DEADLINE: Duration = Duration::from_secs(180);
/// Hosts that do not answer are frequent behind firewalls; nobody waits longer for a connection that works.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Polite to small responders, and enough to hide latency.
pub const PER_HOST: usize = 4;
/// Connections altogether.
pub const IN_ALL: usize = 16;
/// Repetitions after the first attempt.
pub const RETRIES: usize = 3;
/// First pause before a repetition; it doubles each time.
pub const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// A server that wants longer pauses is not worth waiting for in a pipeline.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Real distribution points redirect once or twice.
pub const MAX_REDIRECTS: usize = 5;
/// RFC 9110 section 4.1 asks for support of 8000 octets; longer ones in certificates are attacks.
pub const MAX_URL: usize = 8000;
/// A file with sixteen signatures of five certificates, two addresses each, stays below; a hostile one is stopped.
pub const MAX_WANTED: usize = 256;
/// Everything held for one judgement: four of the largest lists. Without it, 256 addresses could fill any memory.
pub const MAX_GATHERED: u64 = 256 * MIB;
/// The first line of a cache entry: addresses, validators, digest.
pub const MAX_CACHE_HEADER: u64 = 64 * KIB;

/// Installers of suites and drivers reach some gigabytes.
pub const MAX_DOWNLOAD: u64 = 16 * 1024 * MIB;
/// Downloads that are begun at once: each holds a file, of which a process has 256 on some systems.
pub const OPEN_PARTS: usize = 64;
/// How often it is looked whether another process has ended its download of the same file.
pub const BUSY_PAUSE: Duration = Duration::from_millis(100);
/// Objects of a store that are listed for one address; who has more names parts of it.
pub const MAX_LISTED: usize = 1_000_000;
/// Bytes a second below which a server is left; modems were faster.
pub const SLOWEST: u64 = KIB;
/// How long a speed is measured before a server is left.
pub const SPEED_WINDOW: Duration = Duration::from_secs(30);
/// How often a download begins anew because the file on the server has changed.
pub const RESTARTS: usize = 2;
/// One download: the largest file that is allowed arrives in this time on a line of 10 Mbit/s.
pub const DOWNLOAD_DEADLINE: Duration = Duration::from_secs(4 * 60 * 60);
/// One file that is read by ranges: headers and signatures are some megabytes at most, and come in a moment.
pub const RANGES_DEADLINE: Duration = Duration::from_secs(15 * 60);
