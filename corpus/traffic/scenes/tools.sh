# What git and the package managers are told to do.
# Sourced by `record`, whose functions it uses. A number after `told` is of requests.

apache_git() {
    port=$(free_port)
    url=http://127.0.0.1:$port
    cat >"$work/apache.conf" <<END
ServerRoot $work
ServerName 127.0.0.1
Listen 127.0.0.1:$port
PidFile $work/apache.pid
DefaultRuntimeDir $work/tmp
ErrorLog $work/apache.error
LogFormat "%r" requests
CustomLog $access requests
$(for module in mpm_prefork authz_core alias env cgi; do echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"; done)
User www-data
Group www-data
SetEnv GIT_PROJECT_ROOT $work/repositories
SetEnv GIT_HTTP_EXPORT_ALL 1
SetEnv REMOTE_USER example
ScriptAlias /git/ /usr/lib/git-core/git-http-backend/
END
    serve "$port" apache2 -f "$work/apache.conf" -D FOREGROUND
}

git_scene() {
    local g clone=$work/tmp/clone sends='=> Send header: (GET|POST) '
    begin git
    mkdir "$work/repositories"
    git init -q --bare -b main "$work/repositories/example.git"
    chown -R www-data "$work/repositories"
    git config --global safe.directory '*'
    git config --global user.name Example
    git config --global user.email example@example.org
    git config --global http.receivepack true
    apache_git
    capture git "$port"
    g=(env GIT_TRACE_CURL=1 GIT_TRACE_CURL_NO_DATA=1 git -C "$clone")
    logged "$sends" env GIT_TRACE_CURL=1 git clone -q "$url/git/example.git" "$clone"
    cp "$work/small.txt" "$clone/"
    commit 'Add a file'
    logged "$sends" "${g[@]}" push -q origin HEAD:main
    # A pack that does not fit the buffer is sent in chunks.
    python3 -c 'import random, sys; sys.stdout.buffer.write(random.Random(1).randbytes(70000))' >"$clone/random.bin"
    commit 'Add bytes that do not compress'
    logged "$sends" "${g[@]}" -c http.postBuffer=65536 push -q origin HEAD:main
    logged "$sends" env GIT_TRACE_CURL=1 GIT_TRACE_CURL_NO_DATA=1 git clone -q "$url/git/example.git" "$work/tmp/again"
    logged "$sends" "${g[@]}" fetch -q
    logged "$sends" env GIT_TRACE_CURL=1 git -c protocol.version=0 clone -q --depth 1 "$url/git/example.git" "$work/tmp/shallow"
    finish git "git $(version git --version)" "Apache $(version apache2 -v), git http-backend" "$port"
    end TERM "$server"
}

commit() {
    git -C "$clone" add .
    env GIT_AUTHOR_DATE='2024-01-01T00:00:00Z' GIT_COMMITTER_DATE='2024-01-01T00:00:00Z' git -C "$clone" commit -q -m "$1"
}

# Two wheels, the second needed by the first: an index page and a file of each.
pip_scene() {
    begin pip
    python3 - "$work/index" <<'END'
import pathlib, sys, zipfile

root = pathlib.Path(sys.argv[1])
for name, needs in (("example_one", "Requires-Dist: example-two\n"), ("example_two", "")):
    folder = root / "simple" / name.replace("_", "-")
    folder.mkdir(parents=True)
    wheel, info = f"{name}-1.0-py3-none-any.whl", f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / wheel, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: example\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    (folder / "index.html").write_text(f'<!doctype html><a href="{wheel}">{wheel}</a>\n')
END
    nginx_server "server { listen 127.0.0.1:@PORT@; root $work/index; }"
    capture pip "$port"
    # pip tells every index the release of the kernel, when it can learn it; a capture is better without this machine's.
    told 4 python -c 'import platform, runpy; platform.release = str; runpy.run_module("pip", run_name="__main__")' download -q --no-cache-dir --disable-pip-version-check --index-url "$url/simple" \
        -d "$work/tmp/wheels" example-one
    finish pip "pip $(version pip --version)" "$nginx" "$port"
    end TERM "$server"
}

npm_scene() {
    local registry=$work/registry folder=$work/tmp/app
    begin npm
    python3 "$here/registry.py" "$registry" "$work/tmp/packages"
    aiohttp_server --root "$registry"
    sed -i "s|@REGISTRY@|$url|" "$registry"/example-*
    capture npm "$port"
    mkdir "$folder"
    printf 'update-notifier=false\nfund=false\nregistry=%s/\n//127.0.0.1:%s/:_authToken=none\n' "$url" "$port" >"$HOME/.npmrc"
    echo '{"name":"app","version":"1.0.0"}' >"$folder/package.json"
    logged 'npm http fetch (GET|POST) ' npm --prefix "$folder" --loglevel=http install example-one
    logged 'npm http fetch (GET|PUT) ' npm --loglevel=http publish "$work/tmp/packages/example-three"
    finish npm "npm $(version npm --version) on Node.js $(version node -v)" "$aiohttp" "$port"
    end TERM "$server"
}

# A flat repository of small packages, which apt-get asks for without waiting for the answers.
apt_scene() {
    local number names=() folder=$work/debian apt=$work/apt
    begin apt
    mkdir -p "$folder" "$apt"/{lists/partial,archives/partial,trusted.gpg.d,preferences.d}
    for number in 1 2 3 4 5 6 7 8; do
        names+=("example-$number")
        mkdir -p "$work/tmp/example-$number/DEBIAN"
        printf 'Package: example-%s\nVersion: 1.0\nArchitecture: all\nMaintainer: Example <example@example.org>\nDescription: example\n' \
            "$number" >"$work/tmp/example-$number/DEBIAN/control"
        dpkg-deb --root-owner-group -b "$work/tmp/example-$number" "$folder/" >/dev/null
    done
    (cd "$folder" && apt-ftparchive packages . >Packages && apt-ftparchive release . >"$work/Release" && mv "$work/Release" .)
    nginx_server "server { listen 127.0.0.1:@PORT@; root $work; }"
    echo "deb [trusted=yes] $url/debian ./" >"$apt/sources.list"
    : >"$apt/status"
    cat >"$apt/apt.conf" <<END
Dir::Etc "$apt/";
Dir::Etc::sourceparts "-";
Dir::Etc::parts "-";
Dir::State "$apt/";
Dir::State::status "$apt/status";
Dir::Cache "$apt/";
APT::Sandbox::User "root";
Debug::Acquire::http "true";
END
    capture apt "$port"
    cd "$work/tmp"
    logged '^GET /' env APT_CONFIG="$apt/apt.conf" apt-get update
    logged '^GET /' env APT_CONFIG="$apt/apt.conf" apt-get download "${names[@]}"
    finish apt "apt $(version apt-get --version)" "$nginx" "$port"
    cd "$here"
    end TERM "$server"
}
