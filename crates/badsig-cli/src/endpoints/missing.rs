//! The certificates that endpoints lack, saved with what installs them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use badsig::FileReport;
use badsig::authenticode::certificate::Certificate;
use badsig::trust::endpoint::StoreName;

use crate::failure::Failure;
use crate::files::WholeFile;
use crate::output::escape::escape;
use crate::output::message;

const SCRIPT: &str = "install-missing.cmd";
const NOTE: &str = "README.txt";

/// Certificates by thumbprint, each with the endpoints that lack it.
#[derive(Default)]
pub(super) struct Missing(BTreeMap<(Store, String), Needed>);

/// Roots first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Store {
    Root,
    Intermediate,
}

struct Needed {
    certificate: Certificate,
    endpoints: Vec<String>,
    files: usize,
}

impl Store {
    fn name(self) -> StoreName {
        match self {
            Store::Root => StoreName::Root,
            Store::Intermediate => StoreName::Intermediate,
        }
    }
}

impl Missing {
    /// Takes in what the endpoints lack for one file.
    pub(super) fn add(&mut self, file: &FileReport) {
        let mut counted = BTreeSet::new();
        let lacks = file.endpoints.iter().flat_map(|endpoint| {
            endpoint.missing.iter().map(move |missing| (endpoint.name.clone(), missing))
        });
        for (endpoint, missing) in lacks {
            let Some(certificate) = &missing.certificate else { continue };
            let store = match missing.store {
                StoreName::Root => Store::Root,
                StoreName::Intermediate => Store::Intermediate,
            };
            let key = (store, missing.thumbprint_sha1.clone());
            let needed = self.0.entry(key.clone()).or_insert_with(|| Needed {
                certificate: certificate.clone(),
                endpoints: Vec::new(),
                files: 0,
            });
            if counted.insert(key) {
                needed.files = needed.files.saturating_add(1);
            }
            if !needed.endpoints.contains(&endpoint) {
                needed.endpoints.push(endpoint);
            }
        }
    }

    /// Saves the certificates, the script and the note. Names are made of thumbprints alone, never of what stands in
    /// a certificate.
    pub(super) fn write(&self, directory: &Path) -> Result<(), Failure> {
        let failed = |error| Failure::usage(format!("{} cannot be made: {error}", directory.display()));
        std::fs::create_dir_all(directory).map_err(failed)?;
        for ((_, thumbprint), needed) in &self.0 {
            save(&directory.join(format!("{thumbprint}.cer")), needed.certificate.der())?;
        }
        save(&directory.join(SCRIPT), self.script().as_bytes())?;
        save(&directory.join(NOTE), self.note().as_bytes())?;
        let count = self.0.len();
        let certificates =
            if count == 1 { "1 certificate".to_owned() } else { format!("{count} certificates") };
        message::note(&format!("{certificates} and {SCRIPT} written to {}", directory.display()));
        Ok(())
    }

    /// Lines end as the command interpreter of Windows wants it. Nothing from a certificate stands in it.
    fn script(&self) -> String {
        let mut text = "@echo off\r\nrem Installs what endpoints lack, for the whole computer. Run as \
                        administrator; compare the thumbprints first.\r\n"
            .to_owned();
        for (store, thumbprint) in self.0.keys() {
            let store = store.name().certutil();
            let line = format!("certutil -addstore -f {store} \"%~dp0{thumbprint}.cer\" || exit /b 1\r\n");
            text.push_str(&line);
        }
        text
    }

    fn note(&self) -> String {
        let mut text = "Certificates that endpoints lack\r\n\r\n".to_owned();
        for ((store, thumbprint), needed) in &self.0 {
            let Needed { certificate, endpoints, files } = needed;
            let plural = if *files == 1 { "file" } else { "files" };
            let name = certificate.common_name();
            let name = escape(&name);
            let lacking: Vec<String> =
                endpoints.iter().map(|endpoint| escape(endpoint).into_owned()).collect();
            // Writing to a string does not fail.
            let _ = write!(
                text,
                "{thumbprint}.cer\r\n  {name}, valid {} to {}\r\n  store: {} ({})\r\n  lacking on: {}; needed by {files} \
                 {plural}\r\n",
                certificate.not_before().date(),
                certificate.not_after().date(),
                store.name().describe(),
                store.name().certutil(),
                lacking.join(", "),
            );
        }
        text.push_str(GROUP_POLICY);
        text
    }
}

const GROUP_POLICY: &str = "\r\nA root certificate is trusted for everything that it may be used for. Compare each \
    thumbprint with the one that the\r\nauthority or Microsoft publishes before it is distributed.\r\n\r\nOn one \
    computer: run install-missing.cmd as administrator.\r\n\r\nBy group policy: Computer Configuration > Policies > \
    Windows Settings > Security Settings > Public Key Policies;\r\nimport certificates of the store Root under \
    \"Trusted Root Certification Authorities\", those of CA under\r\n\"Intermediate Certification Authorities\". \
    Clients take them with the next policy update (gpupdate /force).\r\n";

fn save(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut file = WholeFile::create(path)?;
    file.write_all(bytes)?;
    file.finish()
}
