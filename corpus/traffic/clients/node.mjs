// Node's fetch and its http module with a keep-alive agent: 14 requests to the server at URL.
import http from "node:http";

const url = process.argv[2];

async function byFetch(path, options) {
  await (await fetch(url + path, options)).arrayBuffer();
}

await byFetch("/fetch/get");
await byFetch("/fetch/head", { method: "HEAD" });
await byFetch("/fetch/json", { method: "POST", body: JSON.stringify({ a: 1 }), headers: { "Content-Type": "application/json" } });
await byFetch("/fetch/form", { method: "POST", body: new URLSearchParams({ a: "1", b: "two words" }) });
const form = new FormData();
form.set("note", "x");
form.set("file", new Blob(["a\r\nb\r\n"]), "small.txt");
await byFetch("/fetch/multipart", { method: "POST", body: form });
const stream = new Blob(["one", "two", "three"]).stream();
await byFetch("/fetch/stream", { method: "PUT", body: stream, duplex: "half" });
await byFetch("/fetch/empty", { method: "POST" });

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function byAgent(method, path, headers, send) {
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, { agent, method, headers }, (response) => response.resume().on("end", resolve));
    request.on("error", reject);
    send ? send(request) : request.end();
  });
}

await byAgent("GET", "/agent/get", {});
await byAgent("DELETE", "/agent/delete", {});
await byAgent("POST", "/agent/length", { "Content-Length": 4 }, (request) => request.end("abcd"));
await byAgent("POST", "/agent/chunked", {}, (request) => {
  request.write("one");
  request.write("x".repeat(1000));
  request.end("three");
});
await byAgent("PUT", "/agent/trailers", { Trailer: "X-Sum", "Transfer-Encoding": "chunked" }, (request) => {
  request.write("summed");
  request.addTrailers({ "X-Sum": "abc" });
  request.end();
});
await byAgent("POST", "/agent/expect", { Expect: "100-continue", "Content-Length": 6 }, (request) => {
  request.flushHeaders();
  request.on("continue", () => request.end("waited"));
});
await byAgent("OPTIONS", "/agent/options", {});
agent.destroy();
