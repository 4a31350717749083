//! The one binary: commands, configuration, wiring and telemetry.
