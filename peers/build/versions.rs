//! Which versions of a package's dependencies were resolved, for its build script.

use std::env;

use cargo_metadata::{CargoOpt, Metadata, MetadataCommand};

/// Tells the package that is built which version of each dependency was resolved, as `VERSION_` and the name that it has
/// there, and returns everything that was.
pub fn tell(features: CargoOpt) -> Metadata {
    // For the machine that is built for alone: what others need may never have been fetched.
    let target = env::var("TARGET").unwrap_or_default();
    let metadata = MetadataCommand::new()
        .features(features)
        .other_options(["--filter-platform".to_owned(), target])
        .exec()
        .unwrap_or_else(|error| panic!("cargo metadata cannot be read: {error}"));
    let own = env::var("CARGO_PKG_NAME").unwrap_or_default();
    let packages = &metadata.packages;
    let linked = packages
        .iter()
        .filter(|package| package.name.as_str() == own);
    for dependency in linked.flat_map(|package| &package.dependencies) {
        let mut resolved = packages.iter().filter(|package| {
            *package.name == dependency.name && dependency.req.matches(&package.version)
        });
        if let Some(package) = resolved.next() {
            let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
            println!("cargo::rustc-env=VERSION_{name}={}", package.version);
        }
    }
    metadata
}
