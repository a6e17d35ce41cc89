//! What `badsig init` writes: everything at its default, explained.

/// A policy that changes nothing.
pub(crate) const TEMPLATE: &str = r#"# badsig.toml: what must hold before an update is published.
# Found from the working directory upwards, within the repository; paths in it start where it lies. Unknown keys are errors.

# What must take the files: configmgr, windows, windows-hardened, wsus, patch-management.
targets = ["configmgr"]

# The SHA-1 thumbprints (or the folder ContentCertificates) that are approved at the site.
#approved-certificates = "ContentCertificates"

# Who signed each product before (badsig lock update).
#lock = "badsig.lock"

# An earlier report: what it found in the same bytes does not block again.
#baseline = "baseline.json"

# Judge as for users with this WinTrust State (badsig explain state:0x23C00); without it, as for the default.
#wintrust-state = 0x23C00

# block, warn or note, for any check (badsig explain CHECK). bad-digest and explicitly-distrusted always block.
[levels]
#not-timestamped = "block"

[roots]
#program = "embedded"          # Microsoft's root program, a trust bundle or a directory of certificates
#add = ["own-root.pem"]
#intermediates = ["intermediates"]
#distrust = ["distrusted.txt"]

[revocation]
#mode = "offline"              # off, offline (from what is given or cached), or online
#crl = ["authority.crl"]
#ocsp = ["answer.ocsp"]
#kit = ["revocation-kit"]      # fetched elsewhere: badsig trust update --kit

# Who alone may sign a product: common names, organisations or thumbprints.
#[[publisher]]
#vendor = "Example Corp"       # as the file names them (badsig inspect FILE)
#product = "Example Reader"
#signers = ["Example Corp"]

# A finding that is lived with: for one file (sha256), a path (members: setup.exe!/a.cab!/b.msi; ** crosses
# directories) or a product (vendor and product). It needs a reason and a day on which it ends.
#[[exception]]
#check = "unsigned"
#path = "incoming/7z*.msi"
#reason = "the vendor does not sign; compared with the digest on its page"
#expires = 2027-01-31
"#;
