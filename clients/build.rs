//! Tells the drivers which versions of the clients were resolved.

use cargo_metadata::CargoOpt;

#[path = "../peers/build/versions.rs"]
mod versions;

fn main() {
    println!("cargo::rerun-if-changed=../Cargo.lock");
    println!("cargo::rerun-if-changed=Cargo.toml");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../peers/build/versions.rs");
    versions::tell(CargoOpt::AllFeatures);
}
