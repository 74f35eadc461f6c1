"""What runs the stages: log, state, timers, positions, dead letters."""
