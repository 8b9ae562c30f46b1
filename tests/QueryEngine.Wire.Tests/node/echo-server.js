'use strict';
// node echo-server.js: serves on a free port, prints it, and serves until standard input ends.
const { grpc, options, Echo } = require('./echo');

let cancelled = 0;

const handlers = {
  Unary(call, callback) {
    const { action, text, payload } = call.request;
    const trailers = new grpc.Metadata();
    switch (action) {
      case 'echo': callback(null, { text, payload }); break;
      case 'metadata': {
        const headers = new grpc.Metadata();
        headers.set('x-header', call.metadata.get('x-plain').join('+'));
        call.sendMetadata(headers);
        trailers.set('x-trailer-bin', Buffer.concat([call.metadata.get('x-bytes-bin')[0], Buffer.from([255])]));
        callback(null, { text: 'ok' }, trailers);
        break;
      }
      case 'fail':
        trailers.set('x-why', 'because');
        callback({ code: grpc.status.ABORTED, details: text, metadata: trailers });
        break;
      case 'hang': call.on('cancelled', () => { cancelled++; }); break;
      case 'cancelled': callback(null, { index: cancelled }); break;
    }
  },
  Down(call) {
    const { action, text, count } = call.request;
    if (action === 'endless') {
      let index = 0;
      let stopped = false;
      call.on('cancelled', () => { stopped = true; cancelled++; });
      const more = () => { while (!stopped && call.write({ text, index: index++, payload: Buffer.alloc(10000) })); };
      call.on('drain', more);
      more();
      return;
    }

    for (let index = 0; index < count; index++) call.write({ text, index });
    if (action === 'fail-late') call.emit('error', { code: grpc.status.DATA_LOSS, details: text });
    else call.end();
  },
  Up(call, callback) {
    let text = '';
    call.on('data', (request) => {
      if (request.action === 'fail') callback({ code: grpc.status.INVALID_ARGUMENT, details: request.text });
      text += request.text;
    });
    call.on('end', () => callback(null, { text }));
  },
  Both(call) {
    call.on('data', (request) => call.write({ text: `echo ${request.text}` }));
    call.on('end', () => call.end());
  },
};

const server = new grpc.Server(options);
server.addService(Echo.service, handlers);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
