// MQTT.js doing one work of the clients benchmark. The folder that has it installed, then six words as every
// contestant: FOLDER WORK PORT SECONDS WARMUP WINDOW LEVEL; prints one line "result ...".
import { createRequire } from 'node:module';

const [folder, work, ...numbers] = process.argv.slice(2);
const [port, seconds, warmUp, window, protocolVersion] = numbers.map(Number);
const mqtt = createRequire(`${folder}/`)('mqtt');

const idleConnections = 1000;
const rehearsal = 50;
const topic = 'bench/topic/0001';
const payload = Buffer.alloc(100, 'x');
const qos = Number(work.at(-1));

let done = 0;
let isOver = false;
let measuredFrom = 0;
let doneBefore = 0;
let cpuBefore;
const began = performance.now();
let finish;
const finished = new Promise((resolve) => { finish = resolve; });

function connect() {
  return mqtt.connectAsync({ host: '127.0.0.1', port, protocolVersion, keepalive: 15, reconnectPeriod: 0 });
}

function cpuMicroseconds(since) {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}

// Begins the measured time, and ends it. Called from the work itself: timers starve while a socket keeps a loop busy.
function look() {
  const time = performance.now();
  if (!measuredFrom && time - began >= warmUp * 1000) {
    doneBefore = done;
    cpuBefore = process.cpuUsage();
    measuredFrom = performance.now();
  } else if (measuredFrom && time - measuredFrom >= seconds * 1000 && !isOver) {
    isOver = true;
    finish({
      messages: done - doneBefore,
      seconds: (time - measuredFrom) / 1000,
      cpu_us: cpuMicroseconds(cpuBefore),
    });
  }
}

async function fillWindow(client) {
  let underWay = 0;
  let isFilling = false;
  let emptied;
  const empty = new Promise((resolve) => { emptied = resolve; });
  function fill() {
    // A callback may come before publish() returns; the loop below then goes on by itself.
    if (isFilling) return;
    isFilling = true;
    for (let burst = 0; underWay < window && !isOver && burst < 1000; burst++) {
      underWay++;
      client.publish(topic, payload, { qos }, (error) => {
        if (error) throw error;
        underWay--;
        done++;
        if ((done & 63) === 0) look();
        if (!isOver) fill();
        else if (underWay === 0) emptied();
      });
    }

    isFilling = false;
    if (isOver && underWay === 0) emptied();
    else if (underWay < window && !isOver) setImmediate(fill);
  }

  fill();
  const figures = await finished;
  await empty;
  return { ...figures, total: done };
}

async function receive(client) {
  client.on('message', (_, received) => {
    if (received.length === payload.length) done++;
    if ((done & 63) === 0) look();
  });
  await client.subscribeAsync('bench/#', { qos });
  return { ...(await finished), total: done };
}

async function awaitEach(client) {
  const trips = [];
  while (!isOver) {
    const started = performance.now();
    await client.publishAsync(topic, payload, { qos });
    done++;
    if (measuredFrom) trips.push((performance.now() - started) * 1000);
    look();
  }

  const figures = await finished;
  const sorted = Float64Array.from(trips).sort();
  const at = (part) => sorted[Math.floor(part * (sorted.length - 1))];
  return { ...figures, total: done, p50_us: at(0.5), p99_us: at(0.99) };
}

async function idle() {
  const first = [];
  while (first.length < rehearsal) first.push(await connect());
  await Promise.all(first.map((client) => client.endAsync()));
  const resident = process.memoryUsage().rss;
  const clients = [];
  while (clients.length < idleConnections) clients.push(await connect());
  await new Promise((resolve) => { setTimeout(resolve, warmUp * 1000); });
  const from = performance.now();
  const cpu = process.cpuUsage();
  await new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
  const figures = {
    messages: idleConnections,
    total: idleConnections,
    seconds: (performance.now() - from) / 1000,
    cpu_us: cpuMicroseconds(cpu),
    resident: process.memoryUsage().rss - resident,
  };
  await Promise.all(clients.map((client) => client.endAsync()));
  return figures;
}

async function run() {
  if (work.startsWith('idle')) return idle();
  const client = await connect();
  client.on('error', (error) => { throw error; });
  const works = { publish: fillWindow, receive, awaited: awaitEach };
  const figures = await works[work.split('-')[0]](client);

  // Without force it would wait for what the source never stops to send.
  await client.endAsync(work.startsWith('receive'));
  return figures;
}

const figures = await run();
console.log(`result ${Object.entries(figures).map(([name, value]) => `${name}=${value}`).join(' ')}`);
