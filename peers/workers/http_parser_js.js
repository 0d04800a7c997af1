// http-parser-js: a parser in JavaScript with the interface of Node's.
const { HTTPParser, methods } = require('http-parser-js');
// Whoever knows of this, as Node does, is called back with Node's arguments.
void HTTPParser.kOnExecute;
serve('http-parser-js', require('http-parser-js/package.json').version, readerOf(HTTPParser, methods));
