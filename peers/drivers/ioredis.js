const { Redis } = require('ioredis');

const client = new Redis({ host, port, commandTimeout: limit, enableReadyCheck: false, retryStrategy: () => 1 });
client.on('error', () => {});

serve('ioredis', require('ioredis/package.json').version, async (name, isPost) => {
  const value = await (isPost ? client.getdel(name) : client.get(name));
  if (value === null) throw new Error('not found');
  return value;
}, false);
