"""Writes three small npm packages, and a folder that serves two of them as a registry does; `@REGISTRY@` stands for its URL."""

import base64
import hashlib
import io
import json
import pathlib
import sys
import tarfile

registry, sources = (pathlib.Path(argument) for argument in sys.argv[1:])
NEEDS = {"example-one": {"example-two": "^1.0.0"}, "example-two": {}, "example-three": {}}

for name, needs in NEEDS.items():
    package = {"name": name, "version": "1.0.0", "license": "MIT", "dependencies": needs}
    text = json.dumps(package).encode()
    source = sources / name
    source.mkdir(parents=True)
    (source / "package.json").write_bytes(text)
    (source / "README.md").write_text("An example.\n")
    if name == "example-three":
        continue
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("package/package.json")
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
    tarball = f"{name}/-/{name}-1.0.0.tgz"
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(packed.getvalue()).digest()).decode()
    dist = {"tarball": f"@REGISTRY@/tarballs/{tarball}", "integrity": integrity}
    document = {"name": name, "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": {**package, "dist": dist}}}
    registry.mkdir(exist_ok=True)
    (registry / name).write_text(json.dumps(document))
    file = registry / "tarballs" / tarball
    file.parent.mkdir(parents=True)
    file.write_bytes(packed.getvalue())
