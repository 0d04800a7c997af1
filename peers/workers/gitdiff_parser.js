// gitdiff-parser: it reads what git writes, and leaves the first directory off the names that it gives.
const { parse } = require('gitdiff-parser');
const MARKS = { insert: '+', delete: '-', normal: ' ' };
serve('gitdiff-parser', require('gitdiff-parser/package.json').version, (data) => {
  const hunks = parse(data.toString('utf8')).flatMap((file) => {
    const name = file.newPath === '/dev/null' ? file.oldPath : file.newPath;
    return file.hunks.map(({ changes }) => [
      'b/' + (name ?? ''),
      changes.map(({ type, content }) => MARKS[type] + content),
    ]);
  });
  return { hunks, end: 'complete' };
});
