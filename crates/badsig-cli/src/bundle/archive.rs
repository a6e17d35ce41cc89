//! A bundle as one file: a tar archive with the files of the directory by name, and nothing that differs from one
//! export to the next.

use std::io::{Read as _, Write};

use tar::{Archive, Builder, EntryType, Header};

use super::source::{MOST_BYTES, MOST_FILES};
use super::{DISTRUSTED, ROOTS, Source, UNTRUSTED};
use crate::online::places;

/// Writes a bundle, lists first.
pub(crate) fn export(source: &Source, out: &mut dyn Write) -> std::io::Result<()> {
    let mut builder = Builder::new(out);
    let lists = [(ROOTS, &source.roots), (DISTRUSTED, &source.distrusted), (UNTRUSTED, &source.untrusted)];
    for (name, bytes) in lists {
        if let Some(bytes) = bytes {
            append(&mut builder, name, bytes)?;
        }
    }
    for (name, bytes) in &source.certificates {
        append(&mut builder, name, bytes)?;
    }
    for (name, bytes) in &source.entries {
        append(&mut builder, &format!("{}/{name}", places::REVOCATION), bytes)?;
    }
    builder.into_inner().map(drop)
}

fn append(builder: &mut Builder<&mut dyn Write>, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut header = Header::new_ustar();
    header.set_size(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_entry_type(EntryType::Regular);
    builder.append_data(&mut header, name, bytes)
}

/// Reads an exported bundle. Only names that a bundle has are taken, so nothing can be written elsewhere.
pub(super) fn read(bytes: &[u8]) -> Result<Source, String> {
    let damaged = |error: std::io::Error| format!("is neither a cabinet nor an exported bundle: {error}");
    let mut source = Source::default();
    let mut archive = Archive::new(bytes);
    let mut count = 0_usize;
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let shown = name.escape_default();
        count = count.saturating_add(1);
        if count > MOST_FILES {
            return Err(format!("has more than {MOST_FILES} files"));
        }
        if entry.header().entry_type() != EntryType::Regular {
            return Err(format!("{shown} is no plain file: badsig exported no such bundle"));
        }
        if entry.size() > MOST_BYTES {
            return Err(format!("{shown} has more than {MOST_BYTES} bytes"));
        }
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(damaged)?;
        if !source.add(&name, content) {
            return Err(format!("{shown} is no part of a bundle: badsig exported no such file"));
        }
    }
    match count {
        0 => Err("is neither a cabinet nor an exported bundle: it holds no files".to_owned()),
        _ => Ok(source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Source {
        let mut source = Source::default();
        assert!(source.add("authroot.stl", b"list".to_vec()));
        assert!(source.add(&format!("{}.crt", "ab".repeat(20)), b"certificate".to_vec()));
        assert!(source.add(&format!("revocation/{}.entry", "cd".repeat(32)), b"entry".to_vec()));
        source
    }

    fn exported(source: &Source) -> Vec<u8> {
        let mut bytes = Vec::new();
        export(source, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn comes_back_as_it_was_and_is_the_same_each_time() {
        let bytes = exported(&example());
        assert_eq!(bytes, exported(&example()));
        let back = read(&bytes).unwrap();
        assert_eq!(exported(&back), bytes);
        assert_eq!(back.roots.as_deref(), Some(&b"list"[..]));
        assert_eq!((back.certificates.len(), back.entries.len()), (1, 1));
    }

    #[test]
    fn other_names_and_kinds_are_refused() {
        for name in ["../authroot.stl", "/etc/passwd", "revocation/../x.entry", "x.exe", "AUTHROOT.STL"] {
            let mut builder = Builder::new(Vec::new());
            let mut header = Header::new_ustar();
            header.set_size(1);
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(EntryType::Regular);
            header.set_cksum();
            builder.append(&header, &b"x"[..]).unwrap();
            let error = read(&builder.into_inner().unwrap()).err().unwrap();
            assert!(error.contains("no part of a bundle"), "{name}: {error}");
        }
        let mut builder = Builder::new(Vec::new());
        let mut header = Header::new_ustar();
        header.set_size(0);
        header.set_entry_type(EntryType::Symlink);
        builder.append_link(&mut header, "authroot.stl", "/etc/passwd").unwrap();
        assert!(read(&builder.into_inner().unwrap()).err().unwrap().contains("no plain file"));
    }

    #[test]
    fn what_is_damaged_is_refused() {
        let bytes = exported(&example());
        assert!(read(b"not an archive").is_err());
        assert!(read(b"").is_err());
        for cut in [1, 100, 511, 600, 1100] {
            assert!(read(&bytes[..cut]).is_err(), "cut at {cut}");
        }
    }
}
