// An aedes broker on 127.0.0.1 for one user; everything lives in memory.
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { Aedes } from 'aedes';

const { values } = parseArgs({
  options: { port: { type: 'string' }, user: { type: 'string' }, password: { type: 'string' } },
});

const broker = await Aedes.createBroker({
  // Without a bound of its own it would drop a client that is sent more while it is away.
  queueLimit: 100_000,
  authenticate: (client, user, password, done) => {
    const isKnown = user === values.user && password?.toString() === values.password;
    done(isKnown ? null : Object.assign(new Error('unknown user'), { returnCode: 4 }), isKnown);
  },
});
const server = createServer(broker.handle);
server.listen(Number(values.port), '127.0.0.1', () => console.log('listening'));
process.on('SIGTERM', () => process.exit(0));
