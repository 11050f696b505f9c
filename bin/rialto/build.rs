//! How the program is linked, so that little of it is in memory: of what a shop at rest keeps, the program itself is the
//! larger half.

use std::process::Command;

/// The first C library that takes a program with packed relocations. Those before it refuse to start one.
const GLIBC_PACKED: (u32, u32) = (2, 36);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[expect(clippy::disallowed_methods, reason = "this is how cargo tells a build script what it builds for")]
    let is = |what: &str, value: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).as_deref() == Ok(value);
    // Where Rust links with LLD unless it is told otherwise; the other linkers do not know the options.
    if is("ARCH", "x86_64") && is("OS", "linux") && is("ENV", "gnu") {
        // The services instantiate many generics alike: functions whose machine code is the same become one.
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
        // What the loader has to go through at each start has a word for 63 places, not three words for each.
        if glibc().is_some_and(|version| version >= GLIBC_PACKED) {
            println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
        }
    }
}

/// The version of this machine's C library. A program runs on that one and on later ones in any case.
fn glibc() -> Option<(u32, u32)> {
    let asked = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let text = String::from_utf8(asked.stdout).ok()?;
    let (major, minor) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
