// misframe's side of a driver in JavaScript.
'use strict';

const [server, limit] = [process.argv[1], Number(process.argv[2])];
const [host, port] = [server.split(':')[0], Number(server.split(':')[1])];

function say(...words) {
  process.stdout.write(`${words.map((word) => String(word).replace(/[\r\n]/g, ' ')).join(' ')}\n`);
}

// What the client does not catch is not to end the driver.
process.on('uncaughtException', (error) => console.error(error));
process.on('unhandledRejection', (error) => console.error(error));

// Obeys until standard input ends. `ask(name, isPost, signal)` promises the text that is delivered; `signal` is an
// AbortSignal, or, for a client that takes none, `cancels` is false. `look()` promises that the client has seen what came.
function serve(name, version, ask, cancels = true, look = async () => {}) {
  const open = new Map();
  say('hello', name, version);
  const obey = async (line) => {
    const [verb, what] = line.split(' ');
    if (verb === 'send' || verb === 'post') {
      const controller = new AbortController();
      open.set(what, controller);
      try {
        say('got', what, await ask(what, verb === 'post', controller.signal));
      } catch (error) {
        say('gone', what, error.name, error.code ?? '', error.message);
      }
    } else if (verb === 'cancel' && cancels) {
      open.get(what)?.abort();
    } else if (verb === 'cancel') {
      say('cannot', 'cancel: the client takes no signal');
    } else if (verb === 'settle') {
      // Each turn of the loop looks at every socket.
      for (let turn = 0; turn < 10; turn++) await new Promise((done) => { setImmediate(done); });
      await look();
      say('settled');
    }
  };
  const lines = require('readline').createInterface({ input: process.stdin });
  lines.on('line', obey);
  lines.on('close', () => process.exit(0));
}

