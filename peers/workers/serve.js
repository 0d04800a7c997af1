// misframe's side of a worker in JavaScript: asks a reader, line by line, what it makes of a stream.
'use strict';

// Answers until standard input ends. `read(data, pieces)` is given all bytes of a stream, and "one" or "bytes" for how
// to hand them to the parser. It returns { messages: [[end, content], ...], end }; with facts [end, content, facts], which are
// { method, target, fields: [[name, value], ...], trailers }, as strings of bytes. Each end is counted in bytes from the
// start of the stream; the stream ends "complete", "incomplete", "rejected" or "tunnel". Of a patch it returns
// { hunks: [[name, lines], ...], end }, as strings; each line with the character that it begins with, and without its end.
function serve(name, version, read) {
  const { writeSync } = require('fs');
  const answer = (object) => writeSync(1, JSON.stringify(object) + '\n');
  // What a parser prints must not come between the answers.
  console.log = console.error;
  answer({ misframe: 1, name, version });
  const lines = require('readline').createInterface({ input: process.stdin, crlfDelay: Infinity });
  lines.on('line', (line) => {
    const asked = JSON.parse(line);
    try {
      const { messages, hunks, end } = read(Buffer.from(asked.input, 'base64'), asked.pieces);
      const encoded = (text) => Buffer.from(text).toString('base64');
      const latin = (text) => Buffer.from(text, 'latin1').toString('base64');
      const pairs = (fields) => fields.map((field) => field.map(latin));
      const understood = (facts) => ({
        method: latin(facts.method),
        target: latin(facts.target),
        fields: pairs(facts.fields),
        trailers: pairs(facts.trailers),
      });
      answer({
        messages: messages?.map(([at, content, facts]) => ({
          end: at,
          content: encoded(content),
          facts: asked.facts && facts ? understood(facts) : undefined,
        })),
        hunks: hunks?.map(([name, lines]) => ({ name: encoded(name), lines: lines.map(encoded) })),
        end,
      });
    } catch (error) {
      // What a parser does not catch ends its connection, and not the worker.
      answer(error instanceof Unknown ? { unknown: error.message } : { panic: String(error) });
    }
  });
}

// A `read` for an HTTPParser, whose methods are numbered so, as Node's server uses it. It does not tell where messages end: they end at the byte that
// makes them whole.
function readerOf(HTTPParser, methods) {
  const readPieces = (pieces) => {
    const parser = new HTTPParser();
    parser.initialize(HTTPParser.REQUEST, {});
    const messages = [];
    let content = [];
    let given = 0;
    let end = null;
    let closes = false;
    let switches = false;
    // As in Node's server: fields come in a list of names and values; many of them, and trailer fields, through the first of
    // these calls, with the target.
    let facts = null;
    let list = [];
    let url = '';
    const pairsOf = (all) => Array.from({ length: all.length / 2 }, (_, nth) => [all[2 * nth], all[2 * nth + 1]]);
    const flushed = () => {
      const all = [list, url];
      list = [];
      url = '';
      return all;
    };
    parser[HTTPParser.kOnHeaders | 0] = (headers, target) => {
      list = list.concat(headers);
      url += target ?? '';
    };
    parser[HTTPParser.kOnHeadersComplete | 0] = (...head) => {
      // Its arguments: versions, headers, method, url, status, message, upgrade, shouldKeepAlive.
      const [, , headers, method, target, , , upgrade, shouldKeepAlive] = head;
      const [many, path] = headers === undefined ? flushed() : [headers, target];
      facts = { method: methods[method] ?? '', target: path ?? '', fields: pairsOf(many), trailers: [] };
      closes = !shouldKeepAlive;
      // http.Server hands over what follows CONNECT; without a listener it reads on after any other upgrade.
      switches = upgrade && methods[method] === 'CONNECT';
      return switches ? 2 : 0;
    };
    parser[HTTPParser.kOnBody | 0] = (piece, start, length) => {
      if (end === null) content.push(start === undefined ? piece : piece.subarray(start, start + length));
    };
    parser[HTTPParser.kOnMessageComplete | 0] = () => {
      if (end !== null) return;
      facts.trailers = pairsOf(flushed()[0]);
      messages.push([given, Buffer.concat(content), facts]);
      content = [];
      if (switches) end = 'tunnel';
      else if (closes) end = 'complete';
    };
    for (const piece of pieces) {
      given += piece.length;
      const taken = parser.execute(piece, 0, piece.length);
      if (taken instanceof Error) end ??= 'rejected';
      if (end !== null) break;
    }
    return { messages, end };
  };
  return (data, pieces) => {
    let { messages, end } = readPieces(Array.from(data, (byte) => Buffer.of(byte)));
    if (pieces === 'one' && data.length > 0) {
      const one = readPieces([data]);
      // Where these end, their like show that came byte by byte.
      const all = messages.length;
      // What is understood may depend on the pieces too.
      messages = messages.slice(0, one.messages.length).map(([at, content], nth) => [at, content, one.messages[nth][2]]);
      end = one.end;
      const contents = (list) => JSON.stringify(list.map(([, content]) => content.toString('hex')));
      if (contents(messages) !== contents(one.messages)) {
        throw new Unknown('messages in one piece are others than byte by byte, and their ends do not show');
      }
      if (end === null && messages.length < all) {
        // The others are dropped if it waits for nothing.
        const more = readPieces([data, ANOTHER]).messages.length;
        end = more > messages.length ? 'complete' : 'incomplete';
      }
    }
    const taken = messages.length > 0 ? messages[messages.length - 1][0] : 0;
    return { messages, end: end ?? (taken === data.length ? 'complete' : 'incomplete') };
  };
}

// A request that nobody rejects.
const ANOTHER = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');

// What a parser reads does not show.
class Unknown extends Error {}
