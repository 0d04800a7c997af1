const http = require('http');

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

serve('node:http', process.version, (name, isPost, signal) => new Promise((resolve, reject) => {
  const options = { host, port, path: `/${name}`, method: isPost ? 'POST' : 'GET', agent, signal, timeout: limit };
  const request = http.request(options, (response) => {
    let body = '';
    response.on('data', (piece) => { body += piece; });
    response.on('end', () => resolve(body));
    response.on('error', reject);
  });
  request.on('timeout', () => request.destroy(new Error('timeout')));
  request.on('error', reject);
  request.end(isPost ? 'x=1' : undefined);
}));
