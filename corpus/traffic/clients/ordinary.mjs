// Node's http module and its fetch, by turns: one request for each line of JSON on the standard input.
import http from "node:http";
import { createInterface } from "node:readline";

const base = process.argv[2];
const PER_CONNECTION = 8;

function byModule(one, agent) {
    return new Promise((resolve, reject) => {
        const options = { method: one.method, headers: one.fields, agent };
        const request = http.request(base + one.target, options, (response) => {
            response.resume().on("end", resolve);
        });
        request.on("error", reject);
        const content = Buffer.from(one.content, "base64");
        if (one.how === "chunked") {
            request.write(content.subarray(0, 100));
            request.end(content.subarray(100));
        } else if (one.how === "none") {
            request.end();
        } else {
            request.setHeader("Content-Length", content.length);
            request.end(content);
        }
    });
}

async function byFetch(one) {
    const content = Buffer.from(one.content, "base64");
    const body = one.how === "none" ? undefined : one.how === "chunked" ? new Blob([content]).stream() : content;
    const response = await fetch(base + one.target, { method: one.method, headers: one.fields, body, duplex: "half" });
    await response.arrayBuffer();
}

let agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let nth = 0;
for await (const line of createInterface({ input: process.stdin })) {
    const one = JSON.parse(line);
    nth += 1;
    if (nth % PER_CONNECTION === 0) {
        agent.destroy();
        agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    }
    await (nth % 2 ? byModule(one, agent) : byFetch(one));
}
agent.destroy();
process.exit(0);
