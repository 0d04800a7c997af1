//! Tells the drivers which versions of the clients were resolved.

use std::env;

use cargo_metadata::{CargoOpt, Metadata, MetadataCommand};

fn main() {
    println!("cargo::rerun-if-changed=../Cargo.lock");
    println!("cargo::rerun-if-changed=Cargo.toml");
    println!("cargo::rerun-if-changed=build.rs");
    let metadata = metadata();
    tell_versions(&metadata);
}

/// What was resolved for the machine that is built for: what others need may never have been fetched.
fn metadata() -> Metadata {
    let target = env::var("TARGET").unwrap_or_default();
    MetadataCommand::new()
        .features(CargoOpt::AllFeatures)
        .other_options(["--filter-platform".to_owned(), target])
        .exec()
        .unwrap_or_else(|error| panic!("cargo metadata cannot be read: {error}"))
}

fn tell_versions(metadata: &Metadata) {
    let own = env::var("CARGO_PKG_NAME").unwrap_or_default();
    let linked = metadata
        .packages
        .iter()
        .filter(|package| package.name.as_str() == own);
    for dependency in linked.flat_map(|package| &package.dependencies) {
        let mut resolved = metadata.packages.iter().filter(|package| {
            *package.name == dependency.name && dependency.req.matches(&package.version)
        });
        if let Some(package) = resolved.next() {
            let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
            println!("cargo::rustc-env=VERSION_{name}={}", package.version);
        }
    }
}
