//! Tells the crate which versions of the packages that it links were resolved.

use std::env;

use cargo_metadata::{CargoOpt, MetadataCommand};

fn main() {
    println!("cargo::rerun-if-changed=../Cargo.lock");
    println!("cargo::rerun-if-changed=Cargo.toml");
    let metadata = MetadataCommand::new()
        .features(CargoOpt::AllFeatures)
        // What is being built has been fetched.
        .other_options(["--offline".to_owned()])
        .exec()
        .unwrap_or_else(|error| panic!("cargo metadata cannot be read: {error}"));
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
            println!(
                "cargo::rustc-env=VERSION_{}={}",
                package.name, package.version
            );
        }
    }
}
