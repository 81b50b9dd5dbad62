//! Every recorded frame of a run, packed in memory, so that any computed moment can be shown again.
