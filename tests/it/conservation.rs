//! Volume closes, depth stays positive, mirrored input gives mirrored output.
