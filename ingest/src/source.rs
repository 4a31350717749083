//! Running sources: connections and files that deliver to the intake.
