//! What changed between two ticks of a tile, cell by cell.

use crate::frame::{Cell, TileDelta, TileNow};

/// The delta from `before` to `after`, or nothing when they are equal.
pub fn tile(index: usize, before: &TileNow, after: &TileNow) -> Option<TileDelta> {
    if before == after {
        return None;
    }
    let mut delta = TileDelta { tile: index, ..TileDelta::default() };
    rows(&before.rows, &after.rows, &mut delta);
    delta.levels = (before.levels != after.levels).then(|| after.levels.clone());
    delta.partial = (before.partial != after.partial).then_some(after.partial);
    delta.state = (before.state != after.state).then_some(after.state);
    Some(delta)
}

/// Single cells while rows keep their number and most cells their value; all rows otherwise.
fn rows(before: &[Vec<Cell>], after: &[Vec<Cell>], delta: &mut TileDelta) {
    let same_shape = before.len() == after.len() && before.iter().zip(after).all(|(b, a)| b.len() == a.len());
    if !same_shape {
        delta.rows = Some(after.to_vec());
        return;
    }
    let all: usize = after.iter().map(Vec::len).sum();
    for (r, (before, after)) in before.iter().zip(after).enumerate() {
        let changed = before.iter().zip(after).enumerate().filter(|(_, (b, a))| b != a);
        delta.cells.extend(changed.map(|(c, (_, a))| (r, c, a.clone())));
    }
    // A cell alone costs its two coordinates; beyond half of the cells the rows are the shorter text.
    if delta.cells.len() * 2 > all {
        delta.cells.clear();
        delta.rows = Some(after.to_vec());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::TileState;

    fn now(rows: &[&[i64]]) -> TileNow {
        TileNow { state: TileState::Ready, rows: rows.iter().map(|r| r.iter().map(|v| Cell::Int(*v)).collect()).collect(), ..TileNow::default() }
    }

    #[test]
    fn equal_ticks_give_no_delta() {
        assert_eq!(tile(0, &now(&[&[1, 2]]), &now(&[&[1, 2]])), None);
    }

    #[test]
    fn one_changed_cell_travels_alone() {
        let delta = tile(3, &now(&[&[1, 2, 3], &[4, 5, 6]]), &now(&[&[1, 2, 3], &[4, 9, 6]])).unwrap();
        assert_eq!(serde_json::to_string(&delta).unwrap(), r#"{"tile":3,"cells":[[1,1,9]]}"#);
    }

    #[test]
    fn another_number_of_rows_or_most_cells_changed_travel_as_rows() {
        assert_eq!(tile(0, &now(&[&[1]]), &now(&[&[1], &[2]])).unwrap().rows.unwrap().len(), 2);
        let delta = tile(0, &now(&[&[1, 2, 3]]), &now(&[&[7, 8, 3]])).unwrap();
        assert!(delta.rows.is_some() && delta.cells.is_empty());
    }
}
