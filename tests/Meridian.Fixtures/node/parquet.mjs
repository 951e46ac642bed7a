// Readers of Parquet that nobody here wrote; each answer is a line of JSON.
//   rows duckdb|hyparquet FILE …  →  for each file its number of rows, then a line for each row, as below
//   query SQL                     →  the rows of a query, every value as text
//   copy FROM TO CODEC            →  DuckDB's own file of the same rows: {"bytes":…}
// A row is {"timestamp":nanoseconds,"point":…,"value":bits,"integer":…,"text":…,"json":…,"bytes":hex,"quality":…,
// "kind":…}; 64 bits are given as text, doubles by their bits in hexadecimal.
import { readFile, stat } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetReadObjects } from 'hyparquet';

const columns = ['timestamp', 'point', 'value', 'integer', 'text', 'json', 'bytes', 'quality', 'kind'];
const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
const utf8 = (bytes) => new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(bytes);
const hex = (bytes) => Buffer.from(bytes).toString('hex').toUpperCase();

const lines = [];
const say = (answer) => lines.push(JSON.stringify(answer));

function bits(value) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0').toUpperCase();
}

let connection;
async function duckdb() {
  connection ??= await (await DuckDBInstance.create(':memory:')).connect();
  return connection;
}

function nanoseconds(timestamp) {
  return String(timestamp.nanos ?? timestamp.micros * 1000n);
}

async function rowsOfDuckdb(file) {
  // As bytes, because the texts that the module makes lose a mark of byte order.
  const texts = ['point', 'text', 'json'];
  const list = columns.map((name) => (texts.includes(name) ? `encode("${name}"::VARCHAR)` : `"${name}"`));
  const sql = `SELECT ${list.join(', ')} FROM read_parquet(${quoted(file)})`;
  const result = await (await duckdb()).runAndReadAll(sql);
  return result.getRows().map(([timestamp, point, value, integer, text, json, bytes, quality, kind]) => ({
    timestamp: nanoseconds(timestamp),
    point: utf8(point.bytes),
    value: value === null ? null : bits(value),
    integer: integer === null ? null : String(integer),
    text: text === null ? null : utf8(text.bytes),
    json: json === null ? null : utf8(json.bytes),
    bytes: bytes === null ? null : hex(bytes.bytes),
    quality,
    kind,
  }));
}

async function rowsOfHyparquet(file) {
  const content = await readFile(file);
  const buffer = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength);
  const rows = await parquetReadObjects({
    file: { byteLength: buffer.byteLength, slice: (from, to) => buffer.slice(from, to) },
    utf8: false,
    parsers: {
      timestampFromNanoseconds: String,
      jsonFromBytes: (bytes) => bytes && utf8(bytes),
      stringFromBytes: (bytes) => bytes && utf8(bytes),
    },
    compressors: { GZIP: (input) => new Uint8Array(gunzipSync(input)) },
  });
  const given = (value, as) => (value === undefined || value === null ? null : as(value));
  return rows.map((row) => ({
    timestamp: row.timestamp,
    point: row.point,
    value: given(row.value, bits),
    integer: given(row.integer, String),
    text: given(row.text, String),
    json: given(row.json, String),
    bytes: given(row.bytes, hex),
    quality: row.quality,
    kind: row.kind,
  }));
}

async function query(sql) {
  const result = await (await duckdb()).runAndReadAll(sql);
  const names = result.columnNames();
  return result.getRows().map((row) => Object.fromEntries(
    row.map((value, i) => [names[i], value === null ? null : String(value)])));
}

const verbs = {
  async rows(reader, ...files) {
    for (const file of files) {
      const rows = await (reader === 'duckdb' ? rowsOfDuckdb : rowsOfHyparquet)(file);
      say(rows.length);
      rows.forEach(say);
    }
  },
  async query(sql) {
    (await query(sql)).forEach(say);
  },
  async copy(from, to, codec) {
    await (await duckdb()).run(
      `COPY (FROM read_parquet(${quoted(from)})) TO ${quoted(to)} (FORMAT parquet, COMPRESSION ${codec})`);
    say({ bytes: (await stat(to)).size });
  },
};

const [verb, ...words] = process.argv.slice(2);
await verbs[verb](...words);
process.stdout.write(lines.map((line) => `${line}\n`).join(''));
