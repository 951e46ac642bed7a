// A Sparkplug edge node with the device d1, of MQTT.js and sparkplug-payload; its data have aliases and no names. One
// line per command of the input, when it is published:
//   bear         NBIRTH and DBIRTH          →  born
//   say NUMBER   NDATA and DDATA by alias   →  said NUMBER
//   part         DDEATH                     →  parted
//   return       DBIRTH, with other aliases →  returned
// By itself: "asked" when somebody has asked for births, and then "born".
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import sparkplug from 'sparkplug-payload';

const { values } = parseArgs({
  options: { port: { type: 'string' }, group: { type: 'string' }, node: { type: 'string' } },
});
const codec = sparkplug.get('spBv1.0');
const topicOf = (type, device) => ['spBv1.0', values.group, type, values.node, device].filter(Boolean).join('/');
const bdSeq = { name: 'bdSeq', type: 'UInt64', value: 7, timestamp: Date.now() };
let seq = 0;
let deviceAlias = 2;
let number = 0;

const client = await mqtt.connectAsync({
  host: '127.0.0.1',
  port: Number(values.port),
  clean: true,
  will: {
    topic: topicOf('NDEATH'),
    payload: Buffer.from(codec.encodePayload({ timestamp: Date.now(), metrics: [bdSeq] })),
    qos: 1,
    retain: false,
  },
});

// At QoS 0, as the specification has it.
const publish = async (type, device, metrics) => {
  const payload = codec.encodePayload({ timestamp: Date.now(), seq, metrics });
  seq = (seq + 1) % 256;
  await client.publishAsync(topicOf(type, device), Buffer.from(payload), { qos: 0 });
};

const temperature = () => ({ alias: 1, type: 'Double', value: number / 2, timestamp: Date.now() });
const count = () => ({ alias: deviceAlias, type: 'Int32', value: number, timestamp: Date.now() });

const bearDevice = () => publish('DBIRTH', 'd1', [{ ...count(), name: 'count' }]);

const bear = async () => {
  seq = 0;
  await publish('NBIRTH', undefined, [
    bdSeq,
    { name: 'Node Control/Rebirth', type: 'Boolean', value: false, timestamp: Date.now() },
    { ...temperature(), name: 'temperature' },
  ]);
  await bearDevice();
  console.log('born');
};

const commands = {
  bear,
  say: async (text) => {
    number = Number(text);
    await publish('NDATA', undefined, [temperature()]);
    await publish('DDATA', 'd1', [count()]);
    console.log(`said ${text}`);
  },
  part: async () => {
    await publish('DDEATH', 'd1', []);
    console.log('parted');
  },
  return: async () => {
    deviceAlias += 10;
    await bearDevice();
    console.log('returned');
  },
};

client.on('message', async (_, payload) => {
  const asked = codec.decodePayload(payload).metrics;
  if (asked.some((metric) => metric.name === 'Node Control/Rebirth' && metric.value === true)) {
    console.log('asked');
    await bear();
  }
});
await client.subscribeAsync(topicOf('NCMD'), { qos: 1 });
console.log('connected');
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, rest] = line.split(' ');
  await commands[verb](rest);
}
