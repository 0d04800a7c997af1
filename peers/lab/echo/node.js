// The echo application for Node.js.

'use strict';

const fs = require('fs');
const http = require('http');

const SHOWN = 256; // bytes of a body
const log = fs.openSync(process.env.MISFRAME_LOG, 'a', 0o666);

const server = http.createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('error', () => {});
  request.on('end', () => {
    const body = Buffer.concat(pieces);
    const socket = request.socket;
    socket.misframeCount = (socket.misframeCount || 0) + 1;
    const text = JSON.stringify({
      port: socket.remotePort || 0,
      nth: socket.misframeCount,
      method: request.method,
      target: request.url,
      length: body.length,
      body: body.subarray(0, SHOWN).toString('base64'),
    }) + '\n';
    fs.writeSync(log, text);
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
    response.end(text);
  });
});
server.listen(Number(process.env.MISFRAME_PORT), '127.0.0.1');
