"""From text to mentions, times, quantities and frames, one analyser a language."""
