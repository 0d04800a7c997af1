// An HTTP server that answers one request after the other, each when it is told to, with one fault that it can be told to have.
//
// Commands are words on standard input, events are JSON objects on standard output, both a line each. Begun with the
// word `logged`, it listens to the data of each connection, as a log would.
'use strict';
const fs = require('fs');
const http = require('http');
const { spawn } = require('child_process');

const say = (event) => fs.writeSync(1, JSON.stringify(event) + '\n');
const address = (socket) => (socket && socket.remotePort ? `${socket.remoteAddress}:${socket.remotePort}` : null);

const waiting = [];
let past; // the parser of a connection that has come and gone
let first; // the descriptor of the connection with the first request
let holder; // a process that holds the connection of that descriptor open

const server = http.createServer((request, response) => {
  if (first === undefined && request.socket._handle) first = request.socket._handle.fd;
  waiting.push({ path: request.url, from: address(request.socket), response });
  say({ event: 'read', path: request.url });
});

server.on('connection', (socket) => {
  if (process.argv[2] === 'logged') socket.on('data', () => {});
  const { parser } = socket;
  socket.on('error', () => {});
  socket.on('close', () => setImmediate(() => {
    past = past || parser;
    say({ event: 'closed' });
  }));
  say({ event: 'accepted' });
});
server.on('clientError', (error, socket) => socket.destroy());
process.on('uncaughtException', (error) => say({ event: 'uncaught', code: error.code || error.message }));

function answer() {
  const next = waiting.shift();
  if (!next) return say({ event: 'idle' });
  const { path, from, response } = next;
  const { socket } = response;
  say({ event: 'answering', path, request: from, response: address(socket) });
  let isOver = false;
  const over = (event) => {
    if (!isOver) say({ event, path });
    isOver = true;
  };
  if (!socket || socket.destroyed || response.destroyed) return over('failed');
  response.on('finish', () => over('finished'));
  response.on('close', () => over('failed'));
  socket.on('error', () => over('failed'));
  response.setHeader('Connection', 'close');
  response.end(`answer to ${path}`);
}

const commands = {
  answer,
  // The fault of a free list of parsers: it is given one that it has already.
  free() {
    require('_http_common').parsers.free(past);
    say({ event: 'freed' });
  },
  // The fault of a descriptor: its number is closed by one who thinks that it is still theirs.
  close() {
    fs.closeSync(first);
    say({ event: 'closed-again' });
  },
  // Something else, a child process, has the connection too, so that it stays open.
  hold() {
    holder = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', first] });
    say({ event: 'held', by: holder.pid });
  },
};

let line = '';
process.stdin.on('data', (data) => {
  line += data;
  const lines = line.split('\n');
  line = lines.pop();
  for (const word of lines) commands[word]();
});
// Who started it is gone.
process.stdin.on('end', () => {
  if (holder) holder.kill();
  process.exit();
});
server.listen(0, '127.0.0.1', () => say({ event: 'listening', port: server.address().port }));
