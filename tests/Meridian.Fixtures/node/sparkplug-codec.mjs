// The codec sparkplug-payload, one answer per line of input:
//   read HEX    →  the payload as it reads the bytes, or {"error":"…"}
//   write JSON  →  {"hex":"…"}: the bytes as it writes the payload
// Bytes are {"hex":"…"}; 64-bit numbers are texts.
import { createInterface } from 'node:readline';
import Long from 'long';
import sparkplug from 'sparkplug-payload';

const codec = sparkplug.get('spBv1.0');

const plain = (value) => {
  if (value instanceof Uint8Array) {
    return { hex: Buffer.from(value).toString('hex').toUpperCase() };
  }

  if (Long.isLong(value)) {
    return value.toString();
  }

  if (Array.isArray(value)) {
    return value.map(plain);
  }

  return value !== null && typeof value === 'object'
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]))
    : value;
};

const rich = (_, value) => (typeof value?.hex === 'string' ? Buffer.from(value.hex, 'hex') : value);

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, rest] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
  try {
    console.log(JSON.stringify(verb === 'read'
      ? plain(codec.decodePayload(Buffer.from(rest, 'hex')))
      : { hex: Buffer.from(codec.encodePayload(JSON.parse(rest, rich))).toString('hex').toUpperCase() }));
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }));
  }
}
