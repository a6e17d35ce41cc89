//! What a PE image says about itself: headers, version resource, names of sections and resource types.
//!
//! Microsoft, "PE Format" (<https://learn.microsoft.com/windows/win32/debug/pe-format>) and the version
//! information structures of winver
//! (<https://learn.microsoft.com/windows/win32/menurc/vs-versioninfo>). Signatures are not read here.

pub(crate) mod image;
mod names;
pub(crate) mod resources;
mod version;

use serde::{Deserialize, Serialize};

use self::image::Image;
pub use self::version::VersionInformation;
use super::{DescribeError, keep};
use crate::UtcTime;
use crate::limits::Limits;
use crate::subject::ByteSource;

/// What a PE image says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PeDescription {
    /// Program, library, driver or firmware image.
    pub kind: PeKind,
    /// Processor: the name of the `IMAGE_FILE_MACHINE_` constant (`AMD64`, `I386`, `ARM64`), or the number
    /// in hexadecimal when it has none.
    pub machine: String,
    /// Environment: the name of the `IMAGE_SUBSYSTEM_` constant (`WINDOWS_GUI`), or the number in
    /// hexadecimal when it has none.
    pub subsystem: String,
    /// `TimeDateStamp` of the file header: when the image was linked. Reproducible builds put a hash here,
    /// so the date may be nonsense. Absent when zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked: Option<UtcTime>,
    /// The version resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<VersionInformation>,
    /// Names of the sections in order, as they stand in the section table (`.text`, `UPX0`, `/4`).
    pub sections: Vec<String>,
    /// Resource types in order: the name of the `RT_` constant, a name of the maker's own, or `#` and the
    /// number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resource_types: Vec<String>,
    /// Parts that are there but could not be read, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
}

/// What an image is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PeKind {
    /// A library: `IMAGE_FILE_DLL`.
    Dll,
    /// Runs in the kernel: subsystem `NATIVE`. The few native programs (`autochk.exe`) count as drivers.
    Driver,
    /// Runs in the firmware: an EFI subsystem.
    Efi,
    /// A program.
    Exe,
}

/// `IMAGE_FILE_DLL`: the image is a library.
const IMAGE_FILE_DLL: u16 = 0x2000;
/// `IMAGE_SUBSYSTEM_NATIVE`.
const SUBSYSTEM_NATIVE: u16 = 1;
/// `IMAGE_SUBSYSTEM_EFI_APPLICATION` to `IMAGE_SUBSYSTEM_EFI_ROM`.
const SUBSYSTEMS_EFI: std::ops::RangeInclusive<u16> = 10..=13;

/// Reads what a PE image says about itself. Reads headers and resource structures only, whatever the size
/// of the file.
///
/// # Errors
/// [`DescribeError::NotA`] when the bytes are no PE image, [`DescribeError::Damaged`] when its headers make
/// no sense, [`DescribeError::Read`] when they cannot be read. Damage below the headers is not an error: the
/// part is missing and named in [`PeDescription::unread`].
pub fn describe_pe(source: &dyn ByteSource, limits: &Limits) -> Result<PeDescription, DescribeError> {
    let image = Image::read(source, limits)?;
    let mut unread = Vec::new();
    let resources = keep(resources::Resources::open(&image), &mut unread);
    let mut resource_types = Vec::new();
    let mut version = None;
    if let Some(resources) = resources {
        resource_types = resources.type_names(limits.text_bytes);
        version = keep(version_information(&resources, limits), &mut unread);
    }
    Ok(PeDescription {
        kind: kind(image.characteristics, image.subsystem),
        machine: names::machine(image.machine),
        subsystem: names::subsystem(image.subsystem),
        linked: linked(image.time_date_stamp),
        version,
        sections: image.sections.iter().map(|section| section.name.clone()).collect(),
        resource_types,
        unread,
    })
}

fn version_information(
    resources: &resources::Resources<'_>,
    limits: &Limits,
) -> Result<Option<VersionInformation>, DescribeError> {
    let Some(bytes) = resources.version()? else { return Ok(None) };
    version::parse(&bytes, limits.text_bytes).map(Some)
}

fn kind(characteristics: u16, subsystem: u16) -> PeKind {
    if SUBSYSTEMS_EFI.contains(&subsystem) {
        PeKind::Efi
    } else if subsystem == SUBSYSTEM_NATIVE {
        PeKind::Driver
    } else if characteristics & IMAGE_FILE_DLL != 0 {
        PeKind::Dll
    } else {
        PeKind::Exe
    }
}

fn linked(time_date_stamp: u32) -> Option<UtcTime> {
    if time_date_stamp == 0 { None } else { UtcTime::from_unix(i64::from(time_date_stamp)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subsystem_comes_before_the_dll_flag() {
        assert_eq!(kind(IMAGE_FILE_DLL, 1), PeKind::Driver);
        assert_eq!(kind(IMAGE_FILE_DLL, 11), PeKind::Efi);
        assert_eq!(kind(IMAGE_FILE_DLL, 3), PeKind::Dll);
        assert_eq!(kind(0, 2), PeKind::Exe);
    }

    #[test]
    fn other_bytes_are_not_an_image() {
        for bytes in [Vec::new(), b"MZ".to_vec(), vec![b'M'; 4096], b"PK\x03\x04".to_vec()] {
            let error = describe_pe(&bytes, &Limits::default()).unwrap_err();
            assert!(matches!(error, DescribeError::NotA(_)), "{error}");
        }
    }
}
