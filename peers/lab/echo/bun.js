// The echo application for Bun.

'use strict';

const fs = require('fs');

const SHOWN = 256; // bytes of a body
const log = fs.openSync(process.env.MISFRAME_LOG, 'a', 0o666);
const counts = new Map();

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.env.MISFRAME_PORT),
  async fetch(request, server) {
    const body = Buffer.from(await request.arrayBuffer());
    const port = server.requestIP(request)?.port ?? 0;
    counts.set(port, (counts.get(port) ?? 0) + 1);
    const url = new URL(request.url);
    const text = JSON.stringify({
      port,
      nth: counts.get(port),
      method: request.method,
      target: url.pathname + url.search,
      length: body.length,
      body: body.subarray(0, SHOWN).toString('base64'),
    }) + '\n';
    fs.writeSync(log, text);
    return new Response(text, { headers: { 'Content-Type': 'application/json' } });
  },
});
