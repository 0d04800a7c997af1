// parse-diff: it takes any text, and leaves the first directory off the names that it gives.
const parse = require('parse-diff');
const MARKS = { add: '+', del: '-', normal: ' ' };
serve('parse-diff', require('parse-diff/package.json').version, (data) => {
  const hunks = parse(data.toString('utf8')).flatMap((file) => {
    const name = file.to === '/dev/null' ? file.from : file.to;
    return file.chunks.map(({ changes }) => {
      const lines = changes.filter(({ content }) => content !== '\\ No newline at end of file');
      return ['b/' + (name ?? ''), lines.map(({ type, content }) => MARKS[type] + content.replace(/^[-+ ]/, ''))];
    });
  });
  return { hunks, end: 'complete' };
});
