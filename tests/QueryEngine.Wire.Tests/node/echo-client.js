'use strict';
// node echo-client.js PORT SCENARIO: plays one scenario against a server and prints what it saw as one line of JSON.
const { grpc, options, Echo } = require('./echo');

const client = new Echo(`127.0.0.1:${process.argv[2]}`, grpc.credentials.createInsecure(), options);
const metadataOf = (metadata) => Object.fromEntries(
  Object.entries(metadata.getMap()).map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString('utf8') : value]));
const failure = (error) => ({ code: error.code, details: error.details, trailers: metadataOf(error.metadata) });

const unary = (request, metadata = new grpc.Metadata(), callOptions = {}) => new Promise((resolve) => {
  const seen = {};
  const call = client.Unary(request, metadata, callOptions, (error, reply) => {
    seen.error = error ? failure(error) : null;
    seen.text = reply?.text;
    seen.length = reply?.payload?.length;
  });
  call.on('metadata', (headers) => { seen.headers = metadataOf(headers); });
  call.on('status', (status) => { seen.status = status.code; seen.trailers = metadataOf(status.metadata); setImmediate(() => resolve(seen)); });
});

const readAll = (call, seen = {}) => new Promise((resolve) => {
  seen.replies = [];
  call.on('data', (reply) => seen.replies.push(reply.text));
  call.on('error', (error) => { seen.error = failure(error); });
  call.on('status', (status) => { seen.status = status.code; setImmediate(() => resolve(seen)); });
});

const scenarios = {
  unary: () => unary({ action: 'echo', text: 'grüße 🌍' }),
  large: () => unary({ action: 'echo', payload: Buffer.alloc(20 * 1024 * 1024, 7) }),
  tooLarge: () => unary({ action: 'echo', payload: Buffer.alloc(80 * 1024 * 1024, 7) }),
  metadata: () => {
    const metadata = new grpc.Metadata();
    metadata.add('x-plain', 'one');
    metadata.add('x-plain', 'two');
    metadata.add('x-bytes-bin', Buffer.from('ü\u0000z', 'utf8'));
    return unary({ action: 'metadata' }, metadata);
  },
  fail: () => unary({ action: 'fail', text: 'größer als 100 % of\nit' }),
  queryError: () => unary({ action: 'query-error' }),
  crash: () => unary({ action: 'crash' }),
  deadline: () => unary({ action: 'hang' }, new grpc.Metadata(), { deadline: Date.now() + 300 }),
  compressed: () => {
    const gzip = new Echo(`127.0.0.1:${process.argv[2]}`, grpc.credentials.createInsecure(),
      { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip });
    return new Promise((resolve) => gzip.Unary({ action: 'echo', text: 'x'.repeat(5000) }, (error) => resolve({ error: failure(error) })));
  },
  unknownMethod: () => new Promise((resolve) => client.makeUnaryRequest(
    '/queryengine.test.Echo/Missing', (value) => value, (value) => value, Buffer.alloc(0), (error) => resolve({ error: failure(error) }))),
  down: () => readAll(client.Down({ action: 'echo', text: 'row', count: 1000 })),
  downFails: () => readAll(client.Down({ action: 'fail-late', text: 'after three', count: 3 })),
  cancel: () => {
    const call = client.Down({ action: 'endless', text: 'more' });
    let count = 0;
    call.on('data', () => { if (++count === 5) call.cancel(); });
    return readAll(call).then((seen) => ({ error: seen.error }));
  },
  up: () => new Promise((resolve) => {
    const call = client.Up((error, reply) => resolve({ error: error ? failure(error) : null, text: reply?.text }));
    for (let index = 0; index < 100; index++) call.write({ text: 'ab' });
    call.end();
  }),
  upRefused: () => new Promise((resolve) => {
    const call = client.Up((error) => resolve({ error: failure(error) }));
    call.on('error', () => {});
    call.write({ action: 'fail', text: 'not this' });
  }),
  both: () => new Promise((resolve) => {
    // Each request is sent only when the reply to the one before it has come: neither side may buffer to the end.
    const replies = [];
    const call = client.Both();
    call.on('data', (reply) => {
      replies.push(reply.text);
      if (replies.length < 5) call.write({ text: `ping ${replies.length}` });
      else call.end();
    });
    call.on('status', (status) => resolve({ replies, status: status.code }));
    call.on('error', () => {});
    call.write({ text: 'ping 0' });
  }),
};

scenarios[process.argv[3]]().then((seen) => {
  process.stdout.write(JSON.stringify(seen) + '\n');
  process.exit(0);
});
