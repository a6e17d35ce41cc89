//! What is wrong with a catalog: for its maintainers, and for the continuous integration.
