//! Tells the crate which versions of the packages that it links were resolved, and compiles the peers in C.

use std::env;
use std::path::PathBuf;

use cargo_metadata::{CargoOpt, Metadata};

mod versions;

/// What Cargo's variables for the features that are on begin with.
const FEATURE: &str = "CARGO_FEATURE_";

fn main() {
    println!("cargo::rerun-if-changed=../Cargo.lock");
    println!("cargo::rerun-if-changed=Cargo.toml");
    println!("cargo::rerun-if-changed=build");
    if !is_on("linked") {
        return;
    }
    let on = env::vars().filter_map(|(name, _)| name.strip_prefix(FEATURE).map(feature_of));
    let metadata = versions::tell(CargoOpt::SomeFeatures(on.collect()));
    compile(&metadata);
}

/// The feature of which Cargo's variable ends so.
fn feature_of(variable: &str) -> String {
    variable.to_lowercase().replace('_', "-")
}

/// Whether a feature of this package is on.
fn is_on(feature: &str) -> bool {
    env::var_os(format!("{FEATURE}{}", feature.to_uppercase())).is_some()
}

/// Compiles the C sources that another package carries, each with what `linked::c` calls of it.
fn compile(metadata: &Metadata) {
    let carrier = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == "libnghttp2-sys");
    let Some(folder) = carrier.and_then(|package| package.manifest_path.parent()) else {
        panic!("libnghttp2-sys, a build dependency, is not among the packages");
    };
    let sources = PathBuf::from(folder).join("nghttp2/third-party");
    let ours = PathBuf::from("src/linked/c");
    println!("cargo::rerun-if-changed={}", ours.display());

    let llhttp = sources.join("llhttp");
    cc::Build::new()
        .include(llhttp.join("include"))
        .files(["api.c", "http.c", "llhttp.c"].map(|file| llhttp.join("src").join(file)))
        .file(ours.join("llhttp.c"))
        .warnings(false)
        .compile("peer_llhttp");

    let http_parser = sources.join("urlparse/http-parser");
    cc::Build::new()
        .include(&http_parser)
        .file(http_parser.join("http_parser.c"))
        .file(ours.join("http_parser.c"))
        // As its Makefile and its gyp file build the library that others link.
        .define("HTTP_PARSER_STRICT", "0")
        .warnings(false)
        .compile("peer_http_parser");

    if is_on("beast") {
        cc::Build::new()
            .cpp(true)
            .std("c++17")
            .file(ours.join("beast.cpp"))
            .warnings(false)
            .compile("peer_beast");
    }
}
