const { Pool } = require('undici');

const pool = new Pool(`http://${host}:${port}`, { connections: 1, headersTimeout: limit, bodyTimeout: limit });

serve('undici', require('undici/package.json').version, async (name, isPost, signal) => {
  const options = { path: `/${name}`, method: isPost ? 'POST' : 'GET', body: isPost ? 'x=1' : undefined, signal };
  return (await pool.request(options)).body.text();
});
