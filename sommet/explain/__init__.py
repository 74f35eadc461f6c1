"""One text with all that is read in it, and why: built by running the stages, shown in three ways."""
