'use strict';
// What the foreign client and the foreign server share.
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const definition = loader.loadSync(path.join(__dirname, '..', 'Protos', 'echo.proto'), { longs: String, defaults: true });
const options = { 'grpc.max_receive_message_length': 256 * 1024 * 1024, 'grpc.max_send_message_length': 256 * 1024 * 1024 };

module.exports = { grpc, options, Echo: grpc.loadPackageDefinition(definition).queryengine.test.Echo };
