# What the clients that are libraries, and a browser, are told to do.
# Sourced by `record`, whose functions it uses. A number after `told` is of requests.

# Clients that are libraries of a language, each with a program in clients/.
library_scenes() {
    local capture_options=(-i any) python java

    mkdir "$work/page"
    begin http.client
    aiohttp_server
    capture http.client "$port"
    told 15 python "$here/clients/http_client.py" 127.0.0.1 "$port"
    python="Python $(version python -V)"
    finish http.client "$python http.client and a raw socket" "$aiohttp" "$port"
    end TERM "$server"

    # A server that takes folded lines, which aiohttp refuses.
    capture_options=(-i lo)
    begin http.client-folding
    port=$(free_port)
    line='"GET / HTTP/1.1" 200'
    serve "$port" bash -c 'exec python -u -m http.server -b 127.0.0.1 -d "$0" "$1" 2>"$2"' "$work/page" "$port" "$access"
    capture http.client-folding "$port"
    told 2 python "$here/clients/folding_client.py" 127.0.0.1 "$port"
    finish http.client-folding "$python http.client" "$python http.server" "$port"
    end TERM "$server"

    begin requests
    aiohttp_server
    capture requests "$port"
    told 14 python "$here/clients/requests_client.py" "$url"
    finish requests "requests $(python -c 'import requests; print(requests.__version__)') on $python" "$aiohttp" "$port"
    end TERM "$server"

    begin aiohttp
    aiohttp_server
    capture aiohttp "$port"
    told 9 python "$here/clients/aiohttp_client.py" "$url"
    finish aiohttp "$aiohttp" "$aiohttp" "$port"
    end TERM "$server"

    begin node
    aiohttp_server
    capture node "$port"
    told 14 node "$here/clients/node.mjs" "$url"
    # Older versions do not say which undici, the library behind fetch, they have.
    finish node "$(node -p '`Node.js ${process.versions.node}, undici ${process.versions.undici ?? "built in"}`')" "$aiohttp" "$port"
    end TERM "$server"

    begin go
    aiohttp_server --host ::1
    env GO111MODULE=off GOFLAGS= go build -o "$work/go-client" "$here/clients/client.go"
    capture go "$port"
    told 10 "$work/go-client" "http://[::1]:$port"
    finish go "Go $(version go version) net/http" "$aiohttp" "$port"
    end TERM "$server"

    begin java
    aiohttp_server
    capture java "$port"
    told 11 java "$here/clients/Client.java" "$url"
    java=$(java -version 2>&1 | sed -n 's/.*build \([^,)]*\).*/\1/p' | head -n 1)
    finish java "OpenJDK $java HttpClient and HttpURLConnection" "$aiohttp" "$port"
    end TERM "$server"
}

# The page asks for itself, its parts, and what its script sends, with a preflight of its own to the second port.
chromium_scene() {
    local other
    begin chromium
    cp "$here/clients/page.html" "$here/clients/page.js" "$work/page/"
    printf 'p { color: black }\n' >"$work/page/style.css"
    other=$(free_port)
    aiohttp_server --root "$work/page" "$other"
    capture chromium "$port" "$other"
    told 16 chromium --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync --no-proxy-server --user-data-dir="$work/tmp/profile" \
        --dump-dom "$url/page.html?other=$other"
    grep -q 'all done' "$work/client.log" || die "chromium: the page did not finish: $(cat "$work/client.log")"
    finish chromium "Chromium $(version chromium --version)" "$aiohttp" "$port" "$other"
    end TERM "$server"
}
