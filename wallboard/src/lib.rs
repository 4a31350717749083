//! Boards, live tiles, and the hub that encodes once for every screen.
