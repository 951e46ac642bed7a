// A Sparkplug host application of MQTT.js and sparkplug-payload. A line per metric that it sees, with the name that a
// birth has given to the alias, such as "NDATA n seq=3 line1/a=7"; "NDEATH n" and "DDEATH n/d" have none.
// One line per command of the input:
//   online, offline   STATE           →  told online, told offline
//   ask NODE          a request for births  →  asked NODE
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import sparkplug from 'sparkplug-payload';

const { values } = parseArgs({
  options: { port: { type: 'string' }, group: { type: 'string' }, host: { type: 'string' } },
});
const codec = sparkplug.get('spBv1.0');
const names = new Map();
const state = `spBv1.0/STATE/${values.host}`;
const connectedAt = Date.now();

const client = await mqtt.connectAsync({
  host: '127.0.0.1',
  port: Number(values.port),
  clean: true,
  will: { topic: state, payload: JSON.stringify({ online: false, timestamp: connectedAt }), qos: 1, retain: true },
});

client.on('message', (topic, bytes) => {
  const [, , type, node, device] = topic.split('/');
  const who = device === undefined ? node : `${node}/${device}`;
  const payload = codec.decodePayload(bytes);
  if (type.endsWith('DEATH')) {
    console.log(`${type} ${who}`);
    return;
  }

  for (const metric of payload.metrics) {
    const key = `${who} ${metric.alias}`;
    if (type.endsWith('BIRTH')) {
      names.set(key, metric.name);
    }

    const name = metric.name ?? names.get(key) ?? `unborn ${metric.alias}`;
    console.log(`${type} ${who} seq=${payload.seq} ${name}=${metric.value}`);
  }
});
await client.subscribeAsync(
  ['NBIRTH', 'DBIRTH', 'NDATA', 'DDATA', 'NDEATH', 'DDEATH'].map((type) => `spBv1.0/${values.group}/${type}/#`),
  { qos: 1 },
);

const tell = async (online) => {
  await client.publishAsync(state, JSON.stringify({ online, timestamp: connectedAt }), { qos: 1, retain: true });
  console.log(`told ${online ? 'online' : 'offline'}`);
};

const ask = async (node) => {
  const metrics = [{ name: 'Node Control/Rebirth', type: 'Boolean', value: true, timestamp: Date.now() }];
  const payload = codec.encodePayload({ timestamp: Date.now(), metrics });
  await client.publishAsync(`spBv1.0/${values.group}/NCMD/${node}`, Buffer.from(payload), { qos: 0 });
  console.log(`asked ${node}`);
};

const commands = { online: () => tell(true), offline: () => tell(false), ask };
console.log('connected');
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, rest] = line.split(' ');
  await commands[verb](rest);
}
