//! Tables of fields, as specifications print them.

/// One row of a specification's table: a field of a structure.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The name that the specification gives it.
    pub name: &'static str,
    /// Bytes from the start of the structure.
    pub offset: usize,
    /// Its size in bytes.
    pub width: usize,
}

/// A row, short enough for tables.
pub(crate) const fn row(name: &'static str, offset: usize, width: usize) -> Row {
    Row { name, offset, width }
}

/// Which byte of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The least: PE, compound files, cabinets.
    Little,
    /// The greatest: DER.
    Big,
}

/// A field in a file.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name that the specification gives it.
    pub name: &'static str,
    /// Bytes from the start of the file.
    pub at: usize,
    /// Its size in bytes.
    pub width: usize,
    /// Which of its bytes comes first.
    pub order: Order,
}

/// Adds the fields of the structure at `start` that lie inside the file.
pub(crate) fn place(fields: &mut Vec<Field>, length: usize, start: usize, rows: &[Row]) {
    for Row { name, offset, width } in rows.iter().copied() {
        let Some(at) = start.checked_add(offset) else { continue };
        if at.checked_add(width).is_some_and(|end| end <= length) {
            fields.push(Field { name, at, width, order: Order::Little });
        }
    }
}
