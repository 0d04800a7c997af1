# What the command-line clients and the proxies are told to do, and the servers that the scenes share.
# Sourced by `record`, whose functions it uses. A number after `told` is of requests.

# version COMMAND...: the first thing that looks like a version in what a program says of itself.
version() {
    "$@" 2>&1 | grep -oE '[0-9]+(\.[0-9]+)+[-+~.0-9a-z]*' | head -n 1
}

files() {
    printf 'a small file\r\n\r\nGET / HTTP/1.1\r\n' >"$work/small.txt"
    seq 2000 >"$work/larger.txt"
    aiohttp="aiohttp $(python -c 'import aiohttp; print(aiohttp.__version__)')"
    nginx="nginx $(version nginx -v)"
}

# aiohttp_server [--root FOLDER] [--host HOST]: on a new port, which `port` and `url` then name.
aiohttp_server() {
    port=$(free_port)
    url=http://127.0.0.1:$port
    serve "$port" python "$here/server.py" --access "$access" "$@" "$port"
}

# nginx_server SERVER-BLOCK: on a new port, with `@PORT@` in the block standing for it.
nginx_server() {
    port=$(free_port)
    url=http://127.0.0.1:$port
    cat >"$work/$name.conf" <<END
daemon off; user root; worker_processes 1; pid $work/$name.pid; error_log stderr warn;
events { worker_connections 64; }
http {
    log_format requests '\$request'; access_log $access requests;
    client_body_temp_path $work/tmp/body; proxy_temp_path $work/tmp/proxy; fastcgi_temp_path $work/tmp/fastcgi;
    uwsgi_temp_path $work/tmp/uwsgi; scgi_temp_path $work/tmp/scgi;
    types { text/html html; text/plain txt; }
    ${1//@PORT@/$port}
}
END
    serve "$port" nginx -c "$work/$name.conf" -e stderr
}

curl_scene() {
    begin curl
    aiohttp_server
    capture curl "$port"
    local c=(curl -sS -f -o /dev/null) small=@$work/small.txt
    told 1 "${c[@]}" "$url/get"
    told 1 "${c[@]}" -I "$url/head"
    told 1 "${c[@]}" -d 'name=value&other=1' "$url/form"
    told 1 "${c[@]}" -d '' "$url/nothing"
    told 1 "${c[@]}" --data-binary "$small" "$url/binary"
    told 1 "${c[@]}" --data-binary "$small" -H 'Transfer-Encoding: chunked' "$url/chunked-body"
    told 1 "${c[@]}" -T "$work/larger.txt" "$url/upload/"
    told 1 bash -c '{ printf first; sleep 0.1; printf second; sleep 0.1; printf third; } | curl -sS -f -T - -o /dev/null "$0"' "$url/stdin"
    told 1 "${c[@]}" -F note=x -F "file=$small;type=text/plain" "$url/multipart"
    told 1 "${c[@]}" -F "file=$small" -H 'Transfer-Encoding: chunked' "$url/multipart-chunked"
    told 1 "${c[@]}" -H 'Expect: 100-continue' -d 'waited for' "$url/expect"
    told 1 "${c[@]}" -H 'Expect: 100-continue' -H 'Transfer-Encoding: chunked' --data-binary "$small" "$url/expect-chunked"
    told 1 "${c[@]}" --http1.0 "$url/old"
    told 1 "${c[@]}" --http1.0 -d 'an old form' "$url/old-form"
    told 1 "${c[@]}" --http1.0 -H 'Connection: keep-alive' "$url/old-kept"
    told 4 "${c[@]}" "$url/kept/1" -o /dev/null "$url/kept/2" -o /dev/null "$url/kept/3" -o /dev/null "$url/kept/4"
    told 4 "${c[@]}" -d a=1 "$url/mixed/1" --next -sS -I -o /dev/null "$url/mixed/2" --next -sS -T "$work/small.txt" \
        -o /dev/null "$url/mixed/3" --next -sS -o /dev/null "$url/mixed/4"
    told 4 "${c[@]}" -Z "$url/parallel/1" -o /dev/null "$url/parallel/2" -o /dev/null "$url/parallel/3" -o /dev/null "$url/parallel/4"
    told 1 "${c[@]}" -X OPTIONS --request-target '*' "$url"
    told 1 "${c[@]}" -X PATCH -d patch "$url/patch"
    told 1 "${c[@]}" -X DELETE "$url/delete"
    told 1 "${c[@]}" -X DELETE -d 'with a body' "$url/delete"
    told 1 "${c[@]}" -X GET -d 'with a body' "$url/get"
    told 2 "${c[@]}" -L "$url/redirect/302"
    told 2 "${c[@]}" -L -d 'sent once' "$url/redirect/303"
    told 2 "${c[@]}" -L -d 'sent twice' "$url/redirect/307"
    told 2 "${c[@]}" --digest -u user:word -d 'sent the second time' "$url/digest"
    told 1 "${c[@]}" -u user:word "$url/basic"
    told 1 "${c[@]}" --compressed "$url/gzip"
    told 1 "${c[@]}" --tr-encoding "$url/chunked"
    told 1 "${c[@]}" --http2 "$url/upgrade"
    told 1 "${c[@]}" -r 0-9 "$url/range"
    told 1 "${c[@]}" --json '{"a":1}' "$url/json"
    told 1 "${c[@]}" -G --data-urlencode 'q=a b&c' "$url/query"
    told 1 "${c[@]}" --path-as-is "$url/a/../b//c"
    told 1 "${c[@]}" -b 'a=1; b=2' -e "$url/" -A '' -H 'X-Empty;' -H 'Accept:' -H 'Connection: close' "$url/fields"
    told 1 "${c[@]}" "$url/empty"
    finish curl "curl $(version curl -V)" "$aiohttp" "$port"
    end TERM "$server"
}

# The scene before has 2 requests, the third and the fourth of a connection, that the gap takes away.
awkward_scene() {
    local whole=$sent derived_from=curl.pcap client
    client="curl $(version curl -V)"
    python3 "$here/awkward.py" "$work/captures/curl.pcap" "$port"
    entry "$work/captures/curl-retransmitted.pcap" "$client" "$aiohttp" "$whole" 0 0 "$port"
    entry "$work/captures/curl-reordered.pcap" "$client" "$aiohttp" "$whole" 0 0 "$port"
    entry "$work/captures/curl-gap.pcap" "$client" "$aiohttp" "$((whole - 2))" 0 1 "$port"
}

# Two captures: what curl sends to the proxy, and what the proxy sends to the origin.
proxy_scene() {
    local origin proxy behind=0 c=(curl -sS -f -o /dev/null)
    begin tinyproxy
    aiohttp_server
    origin=$port
    local origin_access=$access origin_server=$server
    begin curl-proxy
    proxy=$(free_port)
    line='Request (file descriptor'
    cat >"$work/tinyproxy.conf" <<END
Port $proxy
Listen 127.0.0.1
Timeout 60
MaxClients 20
LogFile "$access"
LogLevel Info
ViaProxyName "tinyproxy"
END
    serve "$proxy" tinyproxy -d -c "$work/tinyproxy.conf"
    capture curl-proxy "$proxy"
    capture tinyproxy "$origin"
    through 1 0 "${c[@]}" -x "127.0.0.1:$proxy" "$url/get"
    through 1 0 "${c[@]}" -x "127.0.0.1:$proxy" -I "$url/head"
    through 1 0 "${c[@]}" -x "127.0.0.1:$proxy" -d a=1 "$url/form"
    through 1 0 "${c[@]}" -x "127.0.0.1:$proxy" --data-binary "@$work/small.txt" -H 'Transfer-Encoding: chunked' "$url/chunked-body"
    through 1 0 "${c[@]}" -x "127.0.0.1:$proxy" -T "$work/larger.txt" "$url/upload/"
    through 2 0 "${c[@]}" -x "127.0.0.1:$proxy" "$url/1" -o /dev/null "$url/2"
    through 1 1 "${c[@]}" -x "127.0.0.1:$proxy" --proxytunnel "$url/tunnelled"
    through 1 3 "${c[@]}" -x "127.0.0.1:$proxy" --proxytunnel -d a=1 "$url/1" -o /dev/null "$url/2" -o /dev/null "$url/3"
    finish curl-proxy "curl $(version curl -V)" "tinyproxy $(version tinyproxy -v)" "$proxy"
    end TERM "$server"
    name=tinyproxy access=$origin_access line=. sent=$behind tunnelled=0
    finish tinyproxy "tinyproxy $(version tinyproxy -v); curl $(version curl -V) in its tunnels" "$aiohttp" "$origin"
    end TERM "$origin_server"
}

# through N M COMMAND...: N requests to the proxy, and M more inside a tunnel that the last of them opens.
through() {
    local inside=$2
    told "$1" "${@:3}"
    tunnelled=$((tunnelled + inside))
    behind=$((behind + (inside > 0 ? inside : $1)))
}

# nginx as a client: what it sends to the origin for what curl sends to it.
upstream_scene() {
    local origin reusing c=(curl -sS -f -o /dev/null)
    begin nginx
    aiohttp_server
    origin=$port
    local origin_access=$access origin_server=$server origin_url=$url
    begin nginx-front
    reusing="proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ''; proxy_set_header Host 127.0.0.1;"
    nginx_server "upstream origin { server 127.0.0.1:$origin; keepalive 1; }
    server {
        listen 127.0.0.1:@PORT@;
        location /default/ { proxy_pass $origin_url; }
        location /kept/ { $reusing }
        location /streamed/ { $reusing proxy_request_buffering off; }
    }"
    capture nginx "$origin"
    local way
    for way in default kept streamed; do
        told 1 "${c[@]}" "$url/$way/get"
        told 1 "${c[@]}" -I "$url/$way/head"
        told 1 "${c[@]}" -d a=1 "$url/$way/form"
        told 1 "${c[@]}" --data-binary "@$work/larger.txt" -H 'Transfer-Encoding: chunked' "$url/$way/chunked-body"
        # Slow enough that nginx, where it does not wait for the whole of a body, cannot know its length.
        told 1 bash -c '{ printf first; sleep 0.2; printf second; sleep 0.2; } | curl -sS -f -T - -o /dev/null "$0"' "$url/$way/slow"
        told 2 "${c[@]}" "$url/$way/1" -o /dev/null "$url/$way/2"
    done
    end TERM "$server"
    name=nginx access=$origin_access
    finish nginx "$nginx" "$aiohttp" "$origin"
    end TERM "$origin_server"
}

wget_scene() {
    begin wget
    mkdir "$work/site"
    printf '<a href="one.html">1</a> <a href="two.html">2</a>\n' >"$work/site/index.html"
    printf '<p>one</p>\n' | tee "$work/site/one.html" >"$work/site/two.html"
    cp "$work/larger.txt" "$work/site/"
    nginx_server "server { listen 127.0.0.1:@PORT@; root $work/site; location /echo { return 200 'ok'; } }"
    local capture_options=(-i lo --time-stamp-precision=nano) w=(wget -q -O /dev/null)
    capture wget "$port"
    told 1 "${w[@]}" "$url/larger.txt"
    told 3 "${w[@]}" "$url/one.html" "$url/two.html" "$url/index.html"
    told 1 wget -q --spider "$url/one.html"
    told 1 "${w[@]}" --post-data 'a=1&b=2' "$url/echo"
    told 1 "${w[@]}" --post-file "$work/small.txt" "$url/echo"
    told 1 "${w[@]}" --method=PUT --body-data 'put' "$url/echo"
    told 1 "${w[@]}" --no-http-keep-alive --header 'X-Asked: yes' "$url/one.html"
    told 1 "${w[@]}" --compression=gzip "$url/one.html"
    head -c 100 "$work/larger.txt" >"$work/tmp/part.txt"
    told 1 wget -q -c -O "$work/tmp/part.txt" "$url/larger.txt"
    # robots.txt, the page, and the two that it links to
    told 4 wget -q -r -l 1 -P "$work/tmp/mirror" "$url/index.html"
    finish wget "wget $(version wget -V)" "$nginx" "$port"
    end TERM "$server"
}
