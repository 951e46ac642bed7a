// Subscribes through MQTT.js and prints "subscribed", then each message as JSON on one line: topic, payload as hex and
// as text, flags, and the properties that MQTT 5.0 brings.
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string' },
    topic: { type: 'string' },
    protocol: { type: 'string', default: '4' },
    user: { type: 'string' },
    password: { type: 'string' },
  },
});

const client = await mqtt.connectAsync({
  host: values.host,
  port: Number(values.port),
  protocolVersion: Number(values.protocol),
  username: values.user,
  password: values.password,
  reconnectPeriod: 200,
});
client.on('error', (error) => console.error(error.message));
client.on('message', (topic, payload, packet) => {
  const { qos, retain, properties } = packet;
  console.log(JSON.stringify({
    topic, hex: payload.toString('hex'), text: payload.toString('utf8'), qos, retain, properties: properties ?? null,
  }));
});
await client.subscribeAsync(values.topic, { qos: 2 });
console.log('subscribed');
process.on('SIGTERM', () => process.exit(0));
