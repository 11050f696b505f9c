//! Whole-shop tests live beside this crate.
