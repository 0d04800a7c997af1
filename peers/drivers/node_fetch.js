serve('node-fetch', process.version, async (name, isPost, signal) => {
  const options = { method: isPost ? 'POST' : 'GET', body: isPost ? 'x=1' : undefined };
  options.signal = AbortSignal.any([signal, AbortSignal.timeout(limit)]);
  return (await fetch(`http://${host}:${port}/${name}`, options)).text();
});
