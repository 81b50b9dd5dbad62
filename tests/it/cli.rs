//! The command line in fresh folders: exit codes, messages, files.
