// Publishes JSON payloads with a sequence number through MQTT.js, waits for every acknowledgement, prints "published N".
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string' },
    topic: { type: 'string' },
    qos: { type: 'string', default: '1' },
    count: { type: 'string' },
    first: { type: 'string', default: '0' },
    rate: { type: 'string', default: '0' },
    topics: { type: 'string', default: '1' },
    protocol: { type: 'string', default: '4' },
  },
});
const [port, qos, count, first, rate, topics, protocolVersion] = [
  values.port, values.qos, values.count, values.first, values.rate, values.topics, values.protocol,
].map(Number);

// Few enough that the client's memory stays small, enough that the broker is never idle.
const window = 500;
const client = await mqtt.connectAsync({
  host: values.host,
  port,
  protocolVersion,
  // The session stays over a reconnect, so that QoS 2 goes on where it stopped.
  clientId: `mqttjs-${process.pid}`,
  clean: false,
  properties: protocolVersion === 5 ? { sessionExpiryInterval: 3600 } : undefined,
  reconnectPeriod: 200,
});
client.on('error', (error) => console.error(error.message));

const started = performance.now();
const underWay = new Set();
let failure;
for (let i = 0; i < count && !failure; i++) {
  const sequence = first + i;
  const payload = JSON.stringify({ sequence, value: sequence / 10, timestamp: new Date().toISOString() });
  const sent = client
    .publishAsync(`${values.topic}/${sequence % topics}`, payload, { qos })
    .catch((error) => { failure = error; })
    .finally(() => underWay.delete(sent));
  underWay.add(sent);
  if (underWay.size >= window) {
    await Promise.race(underWay);
  }

  if (rate > 0 && i % 20 === 19) {
    const due = started + ((i + 1) * 1000) / rate;
    await new Promise((resolve) => { setTimeout(resolve, Math.max(0, due - performance.now())); });
  }
}

await Promise.all(underWay);
await client.endAsync();
if (failure) {
  console.error(failure.message);
  process.exit(1);
}

console.log(`published ${count}`);
