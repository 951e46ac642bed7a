// An S3 server on 127.0.0.1 (s3rver) with one bucket. It hears of a request when all of it has come: s3rver alone shows
// an object empty whose upload is cut short, and S3 never shows a part of one.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { parseArgs } from 'node:util';
import S3rver from 's3rver';

const { values } = parseArgs({
  options: {
    ...Object.fromEntries(['directory', 'port', 'bucket', 'cert', 'key'].map((name) => [name, { type: 'string' }])),
    'forgets-metadata': { type: 'boolean', default: false },
  },
});
const store = new S3rver({
  address: '127.0.0.1',
  port: 0,
  silent: true,
  vhostBuckets: false,
  directory: values.directory,
  configureBuckets: [{ name: values.bucket, configs: [] }],
});
const { port } = await store.run();

// S3 shows an object as it was or as it is; s3rver, while it is written, as empty. So requests for one take turns.
const turns = new Map();

async function pass(request, response) {
  const parts = [];
  for await (const part of request) {
    parts.push(part);
  }
  const [name] = request.url.split('?');
  const turn = (turns.get(name) ?? Promise.resolve()).then(() => ask(request, response, parts));
  turns.set(name, turn);
  await turn;
  if (turns.get(name) === turn) {
    turns.delete(name);
  }
}

async function ask(request, response, parts) {
  const { method, url: path, headers } = request;
  // A connection each: one that is kept may be closed by the store in the moment in which the next request goes.
  const inner = http.request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
    // Its connection ends; that of the client stays open for the next request.
    const { connection, ...kept } = answer.headers;
    if (values['forgets-metadata']) {
      for (const name of Object.keys(kept).filter((one) => one.startsWith('x-amz-meta-'))) {
        delete kept[name];
      }
    }
    response.writeHead(answer.statusCode, kept);
    answer.pipe(response);
  });
  inner.on('error', () => response.destroy());
  inner.end(Buffer.concat(parts));
  await new Promise((resolve) => inner.on('close', resolve));
}

const front = values.cert
  ? https.createServer({ cert: readFileSync(values.cert), key: readFileSync(values.key) })
  : http.createServer();
// Longer than a test lasts, so that it is the client that closes.
front.keepAliveTimeout = 60_000;
front.on('request', (request, response) => pass(request, response).catch(() => response.destroy()));
front.listen(Number(values.port), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
