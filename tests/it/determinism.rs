//! Same scenario, same hash, for any number of threads.
