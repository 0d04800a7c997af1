//! What must hold of every parser on every input.
