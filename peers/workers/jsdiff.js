// jsdiff: its parser of patches, which gives the lines of each hunk as they stand.
const diff = require('diff');
serve('jsdiff', require('diff/package.json').version, (data) => {
  let patches;
  try {
    patches = diff.parsePatch(data.toString('utf8'));
  } catch (error) {
    // Its own errors are of no subclass.
    if (error.constructor !== Error) throw error;
    return { hunks: [], end: 'rejected' };
  }
  const hunks = patches.flatMap((patch) => {
    const name = patch.newFileName === '/dev/null' ? patch.oldFileName : patch.newFileName;
    return patch.hunks.map(({ lines }) => [
      name ?? patch.index ?? '',
      // A line that lost its space is common to both files, and a marker is no line.
      lines.filter((line) => line[0] !== '\\').map((line) => line || ' '),
    ]);
  });
  return { hunks, end: 'complete' };
});
