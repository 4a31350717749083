//! A wall's screen as a program: reads the frames of one board off the socket and keeps the board as the page does.

use anyhow::{Context, bail, ensure};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// A screen.
#[derive(Debug)]
pub struct Screen {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The board after the frames so far, in the form of a snapshot.
    board: Value,
    snapshots: usize,
    deltas: usize,
}

impl Screen {
    /// Opens the socket of a board at `address`, host and port, and waits for the first snapshot.
    ///
    /// # Errors
    /// When there is no such board or no server.
    pub async fn at(address: &str, board: &str) -> anyhow::Result<Self> {
        let (socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/ws/boards/{board}")).await?;
        let mut screen = Self { socket, board: Value::Null, snapshots: 0, deltas: 0 };
        screen.next().await?;
        Ok(screen)
    }

    /// The board after the next frame.
    ///
    /// # Errors
    /// When the socket closes or a frame does not follow the one before.
    pub async fn next(&mut self) -> anyhow::Result<&Value> {
        loop {
            let message = self.socket.next().await.context("the server closed the socket")??;
            if let Message::Text(text) = message {
                self.apply(serde_json::from_str(&text)?)?;
                return Ok(&self.board);
            }
        }
    }

    /// Asks for a snapshot.
    ///
    /// # Errors
    /// When the socket is closed.
    pub async fn resync(&mut self) -> anyhow::Result<()> {
        Ok(self.socket.send(Message::text("resync")).await?)
    }

    /// The board after the frames so far, in the form of a snapshot.
    #[must_use]
    pub const fn board(&self) -> &Value {
        &self.board
    }

    /// How many snapshots and how many deltas came.
    #[must_use]
    pub const fn counts(&self) -> (usize, usize) {
        (self.snapshots, self.deltas)
    }

    fn apply(&mut self, mut frame: Value) -> anyhow::Result<()> {
        if frame["type"] == "snapshot" {
            self.snapshots += 1;
            self.board = frame;
            return Ok(());
        }
        ensure!(frame["type"] == "delta", "a frame that is neither snapshot nor delta: {frame}");
        self.deltas += 1;
        let before = self.board["seq"].as_u64().context("a delta came before any snapshot")?;
        ensure!(frame["seq"] == before + 1, "frame {} does not follow frame {before}", frame["seq"]);
        if let Some(ages) = frame["heard_ms"].as_array() {
            for (source, age) in self.board["sources"].as_array_mut().context("no sources")?.iter_mut().zip(ages) {
                source["heard_at"] = json!(frame["as_of"].as_i64().unwrap_or_default() - age.as_i64().unwrap_or_default());
            }
        }
        for delta in frame["tiles"].as_array_mut().unwrap_or(&mut Vec::new()) {
            let place = usize::try_from(delta["tile"].as_u64().context("a delta of no tile")?)?;
            let tile = self.board["tiles"].get_mut(place).context("a delta of a tile that there is not")?;
            for part in ["state", "rows", "levels", "partial"] {
                replace(tile, delta, part);
            }
            for cell in delta["cells"].as_array().unwrap_or(&Vec::new()) {
                let [Some(row), Some(column)] = [cell[0].as_u64(), cell[1].as_u64()] else { bail!("a cell without a place: {cell}") };
                *tile["rows"]
                    .get_mut(usize::try_from(row)?)
                    .and_then(|r| r.get_mut(usize::try_from(column).ok()?))
                    .context("a cell outside of its tile")? = cell[2].clone();
            }
        }
        for part in ["seq", "as_of", "sources", "gaps", "alarms"] {
            replace(&mut self.board, &mut frame, part);
        }
        Ok(())
    }
}

/// Takes over a part that a delta has.
fn replace(whole: &mut Value, delta: &mut Value, part: &str) {
    if let Some(new) = delta.get_mut(part) {
        whole[part] = new.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_cells_may_not_come_from_nowhere() {
        let mut value = json!({ "a": 1 });
        replace(&mut value, &mut json!({ "a": 2 }), "a");
        replace(&mut value, &mut json!({ "b": 2 }), "a");
        assert_eq!(value, json!({ "a": 2 }));
    }
}
