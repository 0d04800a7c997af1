const { Client } = require('memjs');

const client = Client.create(`${host}:${port}`, { timeout: limit / 1000, keepAlive: true, logger: { log() {} } });

serve('memjs', require('memjs/package.json').version, async (name) => {
  const { value } = await client.get(name);
  if (value === null) throw new Error('not found');
  return value.toString();
}, false);
