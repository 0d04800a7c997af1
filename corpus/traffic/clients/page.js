// What the page sends: 12 requests to its own origin and to the port that its query names.
const other = `http://127.0.0.1:${new URLSearchParams(location.search).get("other")}`;

async function exchange(url, options) {
  await (await fetch(url, options)).arrayBuffer();
}

function upload(body) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", "/xhr");
    request.onload = resolve;
    request.onerror = reject;
    request.send(body);
  });
}

function webSocket(url) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    let answers = 0;
    socket.onopen = () => {
      socket.send("hello");
      socket.send("GET / HTTP/1.1\r\n\r\n");
      socket.send(new Uint8Array(200));
    };
    socket.onmessage = () => ++answers === 3 && socket.close();
    socket.onclose = (event) => (event.wasClean ? resolve() : reject(event));
    socket.onerror = reject;
  });
}

function submit() {
  return new Promise((resolve) => {
    document.querySelector("iframe").onload = resolve;
    document.querySelector("form").submit();
  });
}

async function run() {
  await exchange("/get?q=1");
  await exchange("/head", { method: "HEAD" });
  await exchange("/json", { method: "POST", body: JSON.stringify({ a: 1 }), headers: { "Content-Type": "application/json" } });
  await exchange("/parameters", { method: "POST", body: new URLSearchParams({ a: "1", b: "two words" }) });
  await exchange("/delete", { method: "DELETE" });
  await upload(new Blob(["a\r\nb\r\n".repeat(40)]));
  await submit();
  await webSocket(`ws://${location.host}/ws`);
  await exchange(`${other}/asked`, { method: "PUT", body: "across", headers: { "X-Asked": "yes" } });
  await exchange("/empty");
}

// The state is written before /done, because the page is read as soon as /hold is answered.
run()
  .then(() => "all done", (error) => `failed: ${error}`)
  .then((state) => {
    document.querySelector("#state").textContent = state;
    return exchange("/done", { method: "POST" });
  });
