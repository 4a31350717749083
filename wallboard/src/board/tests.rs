//! What a board's file may and may not say.

use super::*;

const HEAD: &str = "title = { zh = '板', en = 'board' }\n";
const TILE: &str = "[[tile]]\nid = 'a'\ntitle = { zh = '数', en = 'figure' }\nkind = 'figure'\nvalue = 'v'\nsql = 'SELECT 1 AS v'\nx = 0\ny = 0\nw = 4\nh = 6\n\
                    columns = [{ name = 'v' }]\n";

fn refused(text: &str) -> String {
    Board::parse("b", text).unwrap_err().to_string()
}

#[test]
fn the_built_in_boards_are_right() {
    let boards = built_in().unwrap();
    assert_eq!(boards.iter().map(|b| b.name.as_str()).collect::<Vec<_>>(), ["service", "agents"]);
    assert!(boards.iter().all(|b| !b.tiles.iter().any(|t| b.sql(t).contains("{zone}"))));
}

#[test]
fn the_small_figures_of_the_service_board_share_one_question() {
    let service = &built_in().unwrap()[0];
    let distinct: std::collections::BTreeSet<String> = service.tiles.iter().map(|t| service.sql(t)).collect();
    assert_eq!((service.tiles.len(), distinct.len()), (13, 8));
}

#[test]
fn a_wrong_board_is_refused_with_the_reason() {
    assert!(refused("title = 3").contains("could not read board b"));
    assert!(refused(&format!("{HEAD}zone = 'Mars/Base'\n{TILE}")).contains("no IANA zone"));
    assert!(refused(&format!("{HEAD}{TILE}{TILE}")).contains("twice"));
    assert!(refused(&format!("{HEAD}{}", TILE.replace("x = 0", "x = 21"))).contains("leaves the grid"));
    assert!(refused(&format!("{HEAD}{}", TILE.replace("value = 'v'", "value = 'w'"))).contains("\"w\""));
    assert!(refused(&format!("{HEAD}{TILE}colour = 'pink'\n")).contains("colour"));
    assert!(refused(&format!("{HEAD}{}", TILE.replace("kind = 'figure'", "kind = 'bars'"))).contains("needs column"));
}

#[test]
fn a_layout_tells_nothing_about_queries() {
    let board = Board::parse("b", &format!("{HEAD}{TILE}")).unwrap();
    let text = serde_json::to_string(&board.layout(&Head { centre: Words::same("c"), notices: Vec::new() }, &[])).unwrap();
    assert!(!text.contains("SELECT"), "{text}");
}
