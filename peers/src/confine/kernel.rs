//! What the kernel is asked for: Landlock, and a filter of system calls for programs that need no network.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::LazyLock;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible as _, NetPort,
    PathBeneath, PathFd, Ruleset, RulesetAttr as _, RulesetCreated, RulesetCreatedAttr as _,
    RulesetError, RulesetStatus, Scope,
};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

use super::Network;

/// What has to be enforced, or nothing runs: writing, removing, and also moving (ABI 2) and emptying (ABI 3).
const NEEDED: ABI = ABI::V3;
/// What is asked for besides, and enforced where the kernel can: ports (ABI 4), devices (ABI 5), signals and abstract
/// sockets (ABI 6), named sockets (ABI 9).
const WANTED: ABI = ABI::V9;
/// What belongs to the system: programs, libraries and settings, and what the kernel tells. No folder in which users
/// keep what is theirs.
pub(crate) const SYSTEM: &[&str] = &[
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/etc",
    "/opt",
    "/proc",
    "/sys",
    "/nix/store",
    "/gnu/store",
    "/var/lib/dpkg",
];
/// Devices that any user may use.
const DEVICES: &[&str] = &[
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
];

/// The system's folders, opened once: it saves most of the time that a confined start takes.
static FOLDERS: LazyLock<Vec<PathFd>> = LazyLock::new(|| open(SYSTEM));
static NODES: LazyLock<Vec<PathFd>> = LazyLock::new(|| open(DEVICES));

fn open(paths: &[&str]) -> Vec<PathFd> {
    let opened = paths.iter().map(PathFd::new);
    // Not every system has all of them.
    opened.filter_map(Result::ok).collect()
}

/// Whether this kernel can enforce what is needed, or why not; asked once.
pub(crate) fn support() -> Result<(), String> {
    static SUPPORT: LazyLock<Result<(), String>> = LazyLock::new(|| {
        let needed = Ruleset::default()
            .set_compatibility(CompatLevel::HardRequirement)
            .handle_access(AccessFs::from_all(NEEDED));
        let created = needed.and_then(Ruleset::create);
        created.map(drop).map_err(|_| {
            let has_any = Ruleset::default()
                .set_compatibility(CompatLevel::HardRequirement)
                .handle_access(AccessFs::from_all(ABI::V1))
                .and_then(Ruleset::create);
            match has_any {
                Ok(_) => "this kernel's Landlock is older than ABI 3".to_owned(),
                Err(_) => "this kernel has no Landlock".to_owned(),
            }
        })
    });
    SUPPORT.clone()
}

/// Confines the calling thread, and what it starts, for good.
pub(crate) fn restrict(
    reads: &BTreeSet<PathBuf>,
    writes: &BTreeSet<PathBuf>,
    network: &Network,
) -> Result<(), String> {
    let status = ruleset(reads, writes, network).and_then(RulesetCreated::restrict_self);
    let status = status.map_err(|error| error.to_string())?;
    if status.ruleset == RulesetStatus::NotEnforced || !status.no_new_privs {
        return Err("the kernel does not enforce it".to_owned());
    }
    match network {
        Network::None => no_sockets(),
        Network::Ports(..) | Network::All => Ok(()),
    }
}

fn ruleset(
    reads: &BTreeSet<PathBuf>,
    writes: &BTreeSet<PathBuf>,
    network: &Network,
) -> Result<RulesetCreated, RulesetError> {
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(NEEDED))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(WANTED))?
        .scope(Scope::from_all(WANTED))?;
    if *network != Network::All {
        ruleset = ruleset.handle_access(AccessNet::from_all(WANTED))?;
    }
    let all = AccessFs::from_all(WANTED);
    // Of a file, only what makes sense of a file is asked for.
    let (read, device) = (
        AccessFs::from_read(WANTED),
        all & AccessFs::from_file(WANTED),
    );
    let mut created = ruleset.create()?.set_compatibility(CompatLevel::BestEffort);
    for folder in FOLDERS.iter() {
        created = created.add_rule(PathBeneath::new(folder, read))?;
    }
    for node in NODES.iter() {
        created = created.add_rule(PathBeneath::new(node, device))?;
    }
    created = add(created, reads, read)?;
    created = add(created, writes, all)?;
    if let Network::Ports(listens, connects) = network {
        for (ports, access) in [
            (listens, AccessNet::BindTcp),
            (connects, AccessNet::ConnectTcp),
        ] {
            for port in ports {
                created = created.add_rule(NetPort::new(*port, access))?;
            }
        }
    }
    Ok(created)
}

fn add(
    mut created: RulesetCreated,
    paths: &BTreeSet<PathBuf>,
    access: BitFlags<AccessFs>,
) -> Result<RulesetCreated, RulesetError> {
    // What is not there cannot be read either.
    for opened in paths.iter().filter_map(|path| PathFd::new(path).ok()) {
        created = created.add_rule(PathBeneath::new(opened, access))?;
    }
    Ok(created)
}

/// Lets the calling thread, and what it starts, make no socket: Landlock knows of TCP only. Pairs of sockets that are
/// connected to one another may still be made.
fn no_sockets() -> Result<(), String> {
    static FILTER: LazyLock<Option<BpfProgram>> = LazyLock::new(|| {
        // By io_uring sockets are made without a call of their own.
        let calls = [libc::SYS_socket, libc::SYS_io_uring_setup];
        let denied = calls.map(|call| (call, Vec::new()));
        let reject = SeccompAction::Errno(u32::try_from(libc::EACCES).ok()?);
        let machine = std::env::consts::ARCH.try_into().ok()?;
        let filter = SeccompFilter::new(
            BTreeMap::from(denied),
            SeccompAction::Allow,
            reject,
            machine,
        );
        filter.ok()?.try_into().ok()
    });
    // Of a machine for which there is no filter, Landlock alone is asked.
    match FILTER.as_ref() {
        Some(filter) => seccompiler::apply_filter(filter).map_err(|error| error.to_string()),
        None => Ok(()),
    }
}
