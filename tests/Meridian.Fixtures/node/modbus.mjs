// A Modbus TCP server on 127.0.0.1 (modbus-serial). Units 1 to 3 have 1,000 of each kind, without 500 to 509; the
// others are a gateway's troubles: 4 fails, 5 is busy, 6 knows no function, 7 has no path, 8 does not answer the
// gateway, 9 does not answer at all. Lines on standard input set and get values; each is answered with its number.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import modbus from 'modbus-serial';

const { values } = parseArgs({ options: { port: { type: 'string' } } });
const troubles = { 4: 4, 5: 6, 6: 1, 7: 0x0a, 8: 0x0b };
const tables = Object.fromEntries(['hr', 'ir', 'co', 'di'].map((name) => [
  name, Object.fromEntries([1, 2, 3].map((unit) => [unit, new Array(1000).fill(0)])),
]));

function refuse(code) {
  throw Object.assign(new Error(`exception ${code}`), { modbusErrorCode: code });
}

function table(name, address, unit) {
  const found = tables[name][unit];
  if (troubles[unit]) {
    refuse(troubles[unit]);
  }
  if (found && (address >= 1000 || (address >= 500 && address < 510))) {
    refuse(2);
  }
  return found;
}

const read = (name) => (address, unit) => table(name, address, unit)?.[address] ?? new Promise(() => {});
const write = (name) => (address, value, unit) => {
  const found = table(name, address, unit);
  if (!found) {
    return new Promise(() => {});
  }
  found[address] = value;
  return undefined;
};

const server = new modbus.ServerTCP(
  {
    getHoldingRegister: read('hr'),
    getInputRegister: read('ir'),
    getCoil: read('co'),
    getDiscreteInput: read('di'),
    setRegister: write('hr'),
    setCoil: write('co'),
  },
  { host: '127.0.0.1', port: Number(values.port), unitID: 255 },
);
server.on('socketError', () => {});
createInterface({ input: process.stdin }).on('line', (line) => {
  const [number, verb, name, unit, address, ...words] = line.split(' ');
  const found = tables[name][unit];
  if (verb === 'set') {
    words.forEach((word, i) => { found[Number(address) + i] = Number(word); });
    console.log(`${number} ok`);
  } else {
    console.log(`${number} ${found.slice(Number(address), Number(address) + Number(words[0])).map(Number).join(' ')}`);
  }
});
process.on('SIGTERM', () => process.exit(0));
