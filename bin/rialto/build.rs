//! Folds functions whose machine code is the same into one: the services instantiate many generics alike, and of what a
//! shop at rest keeps in memory the program itself is the larger half.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[expect(clippy::disallowed_methods, reason = "this is how cargo tells a build script what it builds for")]
    let is = |what: &str, value: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).as_deref() == Ok(value);
    // Where Rust links with LLD unless it is told otherwise; the other linkers do not know the option.
    if is("ARCH", "x86_64") && is("OS", "linux") && is("ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
    }
}
