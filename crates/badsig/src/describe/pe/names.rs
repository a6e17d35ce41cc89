//! Names of the numbers in PE headers, as `winnt.h` and `winuser.h` spell them without their prefix.

/// Name of an `IMAGE_FILE_MACHINE_` constant.
pub(super) fn machine(number: u16) -> String {
    named(MACHINES, number)
}

/// Name of an `IMAGE_SUBSYSTEM_` constant.
pub(super) fn subsystem(number: u16) -> String {
    named(SUBSYSTEMS, number)
}

/// Name of a predefined resource type, `#` and the number for others.
pub(super) fn resource_type(number: u32) -> String {
    let name = RESOURCE_TYPES.iter().find(|(value, _)| u32::from(*value) == number);
    name.map_or_else(|| format!("#{number}"), |(_, name)| (*name).to_owned())
}

fn named(table: &[(u16, &str)], number: u16) -> String {
    let name = table.iter().find(|(value, _)| *value == number);
    name.map_or_else(|| format!("{number:#06x}"), |(_, name)| (*name).to_owned())
}

/// "Machine Types" of the PE format, and those that only `winnt.h` lists.
const MACHINES: &[(u16, &str)] = &[
    (0x0000, "UNKNOWN"),
    (0x0001, "TARGET_HOST"),
    (0x014c, "I386"),
    (0x0160, "R3000BE"),
    (0x0162, "R3000"),
    (0x0166, "R4000"),
    (0x0168, "R10000"),
    (0x0169, "WCEMIPSV2"),
    (0x0184, "ALPHA"),
    (0x01a2, "SH3"),
    (0x01a3, "SH3DSP"),
    (0x01a4, "SH3E"),
    (0x01a6, "SH4"),
    (0x01a8, "SH5"),
    (0x01c0, "ARM"),
    (0x01c2, "THUMB"),
    (0x01c4, "ARMNT"),
    (0x01d3, "AM33"),
    (0x01f0, "POWERPC"),
    (0x01f1, "POWERPCFP"),
    (0x0200, "IA64"),
    (0x0266, "MIPS16"),
    (0x0284, "ALPHA64"),
    (0x0366, "MIPSFPU"),
    (0x0466, "MIPSFPU16"),
    (0x0520, "TRICORE"),
    (0x0cef, "CEF"),
    (0x0ebc, "EBC"),
    (0x3a64, "CHPE_X86"),
    (0x5032, "RISCV32"),
    (0x5064, "RISCV64"),
    (0x5128, "RISCV128"),
    (0x6232, "LOONGARCH32"),
    (0x6264, "LOONGARCH64"),
    (0x8664, "AMD64"),
    (0x9041, "M32R"),
    (0xa641, "ARM64EC"),
    (0xa64e, "ARM64X"),
    (0xaa64, "ARM64"),
    (0xc0ee, "CEE"),
];

/// "Windows Subsystem" of the PE format.
const SUBSYSTEMS: &[(u16, &str)] = &[
    (0, "UNKNOWN"),
    (1, "NATIVE"),
    (2, "WINDOWS_GUI"),
    (3, "WINDOWS_CUI"),
    (5, "OS2_CUI"),
    (7, "POSIX_CUI"),
    (8, "NATIVE_WINDOWS"),
    (9, "WINDOWS_CE_GUI"),
    (10, "EFI_APPLICATION"),
    (11, "EFI_BOOT_SERVICE_DRIVER"),
    (12, "EFI_RUNTIME_DRIVER"),
    (13, "EFI_ROM"),
    (14, "XBOX"),
    (16, "WINDOWS_BOOT_APPLICATION"),
    (17, "XBOX_CODE_CATALOG"),
];

/// "Resource Types" of Win32.
const RESOURCE_TYPES: &[(u16, &str)] = &[
    (1, "RT_CURSOR"),
    (2, "RT_BITMAP"),
    (3, "RT_ICON"),
    (4, "RT_MENU"),
    (5, "RT_DIALOG"),
    (6, "RT_STRING"),
    (7, "RT_FONTDIR"),
    (8, "RT_FONT"),
    (9, "RT_ACCELERATOR"),
    (10, "RT_RCDATA"),
    (11, "RT_MESSAGETABLE"),
    (12, "RT_GROUP_CURSOR"),
    (14, "RT_GROUP_ICON"),
    (16, "RT_VERSION"),
    (17, "RT_DLGINCLUDE"),
    (19, "RT_PLUGPLAY"),
    (20, "RT_VXD"),
    (21, "RT_ANICURSOR"),
    (22, "RT_ANIICON"),
    (23, "RT_HTML"),
    (24, "RT_MANIFEST"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_numbers_are_shown_as_numbers() {
        assert_eq!(machine(0x8664), "AMD64");
        assert_eq!(machine(0x1234), "0x1234");
        assert_eq!(subsystem(4), "0x0004");
        assert_eq!(resource_type(16), "RT_VERSION");
        assert_eq!(resource_type(2110), "#2110");
    }

    #[test]
    fn tables_are_sorted_without_repeats() {
        for table in [MACHINES, SUBSYSTEMS, RESOURCE_TYPES] {
            assert!(table.is_sorted_by(|one, other| one.0 < other.0));
        }
    }
}
