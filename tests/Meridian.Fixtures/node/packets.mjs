// The codec mqtt-packet, one answer per line of input:
//   read VERSION HEX  →  {"packet":…} as mqtt-packet reads the bytes, or {"error":"…"}
//   draw SEED         →  {"version":…,"hex":"…","packet":…}: a random packet and the bytes that mqtt-packet writes for it
// A packet is given with its buffers as hexadecimal text and without what equals the protocol's defaults.
import { createInterface } from 'node:readline';
import mqtt from 'mqtt-packet';

const defaults = {
  connect: {
    sessionExpiryInterval: 0, receiveMaximum: 65535, topicAliasMaximum: 0,
    requestResponseInformation: false, requestProblemInformation: true,
  },
  connack: {
    receiveMaximum: 65535, topicAliasMaximum: 0, maximumQoS: 2, retainAvailable: true,
    wildcardSubscriptionAvailable: true, subscriptionIdentifiersAvailable: true, sharedSubscriptionAvailable: true,
  },
  publish: { payloadFormatIndicator: false },
  will: { payloadFormatIndicator: false, willDelayInterval: 0 },
};

const plain = (value) => {
  if (Buffer.isBuffer(value)) {
    return value.toString('hex').toUpperCase();
  }

  if (Array.isArray(value)) {
    return value.map(plain);
  }

  return value !== null && typeof value === 'object'
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]))
    : value;
};

const properties = (kind, given) => {
  const all = plain(given ?? {});
  if (all.userProperties) {
    // One value of a name is a text for mqtt-packet, several are a list; here it is a list always.
    all.userProperties = Object.fromEntries(
      Object.entries(all.userProperties).map(([name, value]) => [name, [value].flat()]));
  }

  const kept = Object.entries(all).filter(([name, value]) => defaults[kind]?.[name] !== value);
  return kept.length > 0 ? { properties: Object.fromEntries(kept) } : {};
};

const fields = {
  connect: ['protocolId', 'protocolVersion', 'clean', 'keepalive', 'clientId', 'username', 'password'],
  connack: ['sessionPresent', 'returnCode', 'reasonCode'],
  publish: ['topic', 'payload', 'qos', 'dup', 'retain', 'messageId'],
  subscribe: ['messageId', 'subscriptions'],
  suback: ['messageId', 'granted'],
  unsubscribe: ['messageId', 'unsubscriptions'],
  unsuback: ['messageId', 'granted'],
  disconnect: ['reasonCode'],
  auth: ['reasonCode'],
};

function canonical(packet) {
  const result = { cmd: packet.cmd };
  for (const name of fields[packet.cmd] ?? ['messageId', 'reasonCode']) {
    if (packet[name] !== undefined && packet[name] !== null) {
      result[name] = plain(packet[name]);
    }
  }

  if (packet.will) {
    const { topic, payload, qos, retain } = packet.will;
    result.will = { topic, payload: plain(payload), qos, retain, ...properties('will', packet.will.properties) };
  }

  return { ...result, ...properties(packet.cmd, packet.properties) };
}

function read(version, hex) {
  const parser = mqtt.parser({ protocolVersion: version });
  let answer = { error: 'nothing whole' };
  parser.on('packet', (packet) => { answer = { packet: canonical(packet) }; });
  parser.on('error', (error) => { answer = { error: error.message }; });
  parser.parse(Buffer.from(hex, 'hex'));
  return answer;
}

// mulberry32: small, and the same on every machine.
function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

function draw(seed) {
  const next = random(seed);
  const coin = () => next(2) === 0;
  const one = (from) => from[next(from.length)];
  const text = () => one(['a', 'line ä', 'Ω', '𝄞', 'x'.repeat(200), '\uFEFFb']);
  const topic = () => `plant/${text()}`;
  const bytes = () => Buffer.from(Array.from({ length: next(300) }, () => next(256)));
  const some = (make) => Array.from({ length: 1 + next(3) }, make);
  const identifier = () => 1 + next(65535);
  const version = one([3, 4, 5]);
  const optional = (table) => {
    if (version !== 5) {
      return undefined;
    }

    const all = { ...table, userProperties: () => ({ [text()]: text(), many: some(text) }) };
    return Object.fromEntries(Object.entries(all).filter(() => coin()).map(([name, make]) => [name, make()]));
  };
  const integer = (least, below) => () => least + next(below - least);
  const message = {
    payloadFormatIndicator: coin, messageExpiryInterval: integer(0, 4294967296), contentType: text,
    responseTopic: topic, correlationData: bytes,
  };
  const answer = (codes) => ({
    messageId: identifier(),
    ...(version === 5 ? { reasonCode: one(codes), properties: optional({ reasonString: text }) } : {}),
  });
  const qos = next(3);
  const published = [0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
  const makers = {
    connect: () => {
      const user = coin();
      return {
        protocolId: version === 3 ? 'MQIsdp' : 'MQTT', protocolVersion: version, clean: coin(), keepalive: next(65536),
        clientId: text(), username: user ? text() : undefined, password: user && coin() ? bytes() : undefined,
        will: coin() ? {
          topic: topic(), payload: bytes(), qos, retain: coin(),
          properties: optional({ ...message, willDelayInterval: integer(0, 4294967296) }),
        } : undefined,
        properties: optional({
          sessionExpiryInterval: integer(0, 4294967296), receiveMaximum: integer(1, 65536),
          maximumPacketSize: integer(1, 4294967296), topicAliasMaximum: integer(0, 65536),
          requestResponseInformation: coin, requestProblemInformation: coin,
        }),
      };
    },
    connack: () => ({
      sessionPresent: version > 3 && coin(), ...(version === 5 ? { reasonCode: 0 } : { returnCode: 0 }),
      properties: optional({
        sessionExpiryInterval: integer(0, 4294967296), receiveMaximum: integer(1, 65536), maximumQoS: integer(0, 2),
        retainAvailable: coin, maximumPacketSize: integer(1, 4294967296), assignedClientIdentifier: text,
        topicAliasMaximum: integer(0, 65536), reasonString: text, wildcardSubscriptionAvailable: coin,
        subscriptionIdentifiersAvailable: coin, sharedSubscriptionAvailable: coin,
        serverKeepAlive: integer(0, 65536), responseInformation: text, serverReference: text,
      }),
    }),
    publish: () => ({
      topic: topic(), payload: bytes(), qos, dup: qos > 0 && coin(), retain: coin(),
      messageId: qos > 0 ? identifier() : undefined,
      properties: optional({
        ...message, topicAlias: identifier,
        subscriptionIdentifier: () => (coin() ? 1 + next(268435455) : [1, 127, 128, 16383, 16384, 268435455]),
      }),
    }),
    puback: () => answer(published),
    pubrec: () => answer(published),
    pubrel: () => answer([0, 0x92]),
    pubcomp: () => answer([0, 0x92]),
    subscribe: () => ({
      messageId: identifier(),
      subscriptions: some(() => ({
        topic: `${topic()}/${one(['+', '#', 'x'])}`, qos: next(3),
        ...(version === 5 ? { nl: coin(), rap: coin(), rh: next(3) } : {}),
      })),
      properties: optional({ subscriptionIdentifier: integer(1, 268435456) }),
    }),
    suback: () => ({
      messageId: identifier(), granted: some(() => one(version === 5 ? [0, 1, 2, 0x80, 0x87, 0xa2] : [0, 1, 2, 0x80])),
      properties: optional({ reasonString: text }),
    }),
    unsubscribe: () => ({ messageId: identifier(), unsubscriptions: some(topic), properties: optional({}) }),
    unsuback: () => ({
      messageId: identifier(),
      ...(version === 5 ? { granted: some(() => one([0, 0x11, 0x80, 0x87])) } : {}),
      properties: optional({ reasonString: text }),
    }),
    disconnect: () => (version === 5 ? {
      reasonCode: one([0, 4, 0x80, 0x81, 0x82, 0x8b, 0x8e, 0x93, 0x95, 0x9c, 0x9d]),
      properties: optional({ sessionExpiryInterval: integer(0, 4294967296), reasonString: text, serverReference: text }),
    } : {}),
  };
  if (version === 5) {
    makers.auth = () => ({
      reasonCode: one([0, 0x18, 0x19]),
      properties: { authenticationMethod: text(), authenticationData: bytes(), ...optional({ reasonString: text }) },
    });
  }

  const cmd = one(Object.keys(makers));
  const packet = { cmd, ...makers[cmd]() };
  const hex = mqtt.generate(packet, { protocolVersion: version }).toString('hex').toUpperCase();
  return { version, hex, packet: canonical(packet) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, ...words] = line.split(' ');
  console.log(JSON.stringify(verb === 'read' ? read(Number(words[0]), words[1]) : draw(Number(words[0]))));
}
