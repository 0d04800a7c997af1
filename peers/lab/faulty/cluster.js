// A cluster of workers whose POST fails after it was carried out: `node cluster.js WORKERS die|answer`.
//
// A worker that is told to `die` throws where nobody catches; one that is told to `answer` answers 500. Events are JSON
// objects on standard output, a line each.
'use strict';
const cluster = require('cluster');
const fs = require('fs');
const http = require('http');

const [workers, how] = process.argv.slice(2);
const say = (event) => fs.writeSync(1, JSON.stringify(event) + '\n');

const PAGE = `<!DOCTYPE html><title>shop</title>
<form method="post" action="/order"><button id="buy" name="item" value="1">buy</button></form>
<script>setTimeout(() => document.getElementById('buy').click(), 200)</script>`;

function lead() {
  let listening = 0;
  for (let nth = 0; nth < Number(workers); nth++) cluster.fork();
  cluster.on('listening', (worker, { port }) => {
    if (++listening === Number(workers)) say({ event: 'listening', port });
  });
  cluster.on('message', (worker, event) => say({ ...event, worker: worker.id }));
  cluster.on('exit', (worker) => say({ event: 'died', worker: worker.id }));
  process.stdin.resume();
  // Who started it is gone.
  process.stdin.on('end', () => process.exit());
}

function serve() {
  const fail = (response) => {
    if (how === 'die') throw new Error('nobody catches this');
    response.statusCode = 500;
    response.end('the order failed');
  };
  http.createServer((request, response) => {
    if (request.method !== 'POST') {
      response.setHeader('Content-Type', 'text/html');
      return response.end(request.url === '/' ? PAGE : '');
    }
    request.resume();
    // The order is carried out, and told, before anything goes wrong.
    request.on('end', () => process.send({ event: 'post' }, () => setImmediate(fail, response)));
  }).listen(0, '127.0.0.1');
  process.on('uncaughtException', () => process.exit(1));
}

if (cluster.isMaster) lead();
else serve();
