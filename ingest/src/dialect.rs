//! One file a dialect: text of a PBX in, events out. Pure.
