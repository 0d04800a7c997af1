// A parent that asks a child process by messages over IPC, in one of five ways to tell replies apart. The child asks the
// server, and passes on what it replies.
const { spawn } = require('child_process');

const CHILD = `
  const socket = require('net').connect(${port}, '${host}');
  let text = '';
  socket.on('data', (piece) => {
    const lines = (text + piece).split('\\n');
    text = lines.pop();
    for (const line of lines) process.send(JSON.parse(line));
  });
  socket.on('error', () => {});
  socket.on('close', () => process.exit());
  process.on('disconnect', () => process.exit());
  process.on('message', async (message) => {
    if (!message.look) return socket.write(JSON.stringify(message) + '\\n');
    // Each turn of the loop looks at every socket.
    for (let turn = 0; turn < 10; turn++) await new Promise((done) => { setImmediate(done); });
    process.send({ looked: true });
  });
`;

let child = null;
let waiting = [];
let looks = [];
let ids = 0;

function start() {
  const own = spawn(process.execPath, ['-e', CHILD], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  own.setMaxListeners(0);
  own.on('message', (message) => {
    if (message.looked) return looks.shift()();
    if (mode === 'ids') return waiting.find((one) => one.id === message.id)?.take(message);
    if (mode !== 'leaky') waiting[0]?.take(message);
  });
  own.on('exit', () => {
    if (child === own) end(new Error('the child has ended'));
  });
  return own;
}

// The channel is of no use any more, to nobody.
function end(error) {
  const [left, unseen] = [waiting, looks];
  child?.kill();
  [child, waiting, looks] = [null, [], []];
  for (const one of left) one.fail(error);
  for (const done of unseen) done();
}

function forget(one) {
  waiting = waiting.filter((other) => other !== one);
}

function ask(name, _, signal) {
  return new Promise((resolve, reject) => {
    child ??= start();
    const one = { id: ++ids, isOver: false };
    const own = child;
    const hear = (message) => { if (!message.looked) one.take(message); };
    const settle = (act) => {
      if (mode === 'leaky') own.off('message', hear);
      clearTimeout(timer);
      one.isOver = true;
      act();
    };
    one.take = (message) => {
      forget(one);
      // A tombstone takes the reply that belongs to it.
      if (!one.isOver) settle(() => resolve(message.reply));
    };
    one.fail = (error) => { if (!one.isOver) settle(() => reject(error)); };
    const giveUp = (error) => {
      if (one.isOver) return;
      if (mode === 'fifo') return end(error);
      if (mode !== 'fifo-tombstone') forget(one);
      one.fail(error);
    };
    const timer = setTimeout(() => giveUp(new Error('timeout')), limit);
    signal.addEventListener('abort', () => giveUp(new Error('cancelled')));
    waiting.push(one);
    // Every open request listens to every message.
    if (mode === 'leaky') own.on('message', hear);
    own.send(mode === 'ids' ? { ask: name, id: one.id } : { ask: name });
  });
}

function look() {
  if (!child) return Promise.resolve();
  child.send({ look: true });
  return new Promise((done) => { looks.push(done); });
}

serve('node-ipc', process.version, ask, true, look);
