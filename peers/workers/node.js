// Node.js: the binding of llhttp that its http.Server uses.
process.noDeprecation = true;
const { HTTPParser, allMethods } = process.binding('http_parser');
serve('node', process.versions.node, readerOf(HTTPParser, allMethods));
