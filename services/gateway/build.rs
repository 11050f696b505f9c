//! Has the built web apps embedded anew whenever they were built anew, or for the first time.

use std::path::Path;

fn main() {
    for app in ["../../web/storefront", "../../web/admin"] {
        let dist = format!("{app}/dist");
        // What is not there cannot be watched: the folder in which it will appear is watched instead.
        let watched = if Path::new(&dist).exists() { &dist } else { app };
        println!("cargo::rerun-if-changed={watched}");
    }
}
