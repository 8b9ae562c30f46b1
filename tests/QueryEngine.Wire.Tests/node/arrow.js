'use strict';
// Reads and writes Arrow data with npm's apache-arrow.
//   node arrow.js describe IN             prints types and values as JSON
//   node arrow.js rewrite IN OUT FORMAT   reads and writes again, FORMAT is stream or file
//   node arrow.js make OUT FORMAT         writes columns of types that we never write ourselves
const fs = require('fs');
const arrow = require('apache-arrow');

const plain = (value) => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (ArrayBuffer.isView(value)) return Array.from(value, plain);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value : String(value);
  if (value instanceof arrow.MapRow) return Array.from(value, ([key, item]) => [plain(key), plain(item)]);
  if (value instanceof arrow.StructRow) return Array.from(value, ([, item]) => plain(item));
  if (value instanceof arrow.Vector) return Array.from(value, plain);
  return value;
};

// A decimal's four 32-bit words, lowest first, as one signed number.
const decimal = (words) => {
  if (!words) return null;
  let number = 0n;
  for (let index = 3; index >= 0; index--) number = (number << 32n) | BigInt(words[index] >>> 0);
  return (words[3] >>> 31 ? number - (1n << 128n) : number).toString();
};

const describe = (table) => ({
  columns: table.schema.fields.map((field, column) => {
    const values = [];
    const vector = table.getChildAt(column);
    for (const value of vector) values.push(arrow.DataType.isDecimal(field.type) ? decimal(value) : plain(value));
    return { name: field.name, type: String(field.type), nullable: field.nullable, metadata: Object.fromEntries(field.metadata), values };
  }),
  metadata: Object.fromEntries(table.schema.metadata),
  batches: table.batches.length,
});

const make = () => {
  const vector = (values, type) => arrow.vectorFromArray(values, type);
  const list = new arrow.Field('item', new arrow.Int16(), true);
  return new arrow.Table({
    u8: vector([0, 255, null], new arrow.Uint8()),
    u16: vector([0, 65535, null], new arrow.Uint16()),
    u32: vector([0, 4294967295, null], new arrow.Uint32()),
    u64: vector([0n, 18446744073709551615n, null], new arrow.Uint64()),
    f16: vector([0, 1.5, null], new arrow.Float16()),
    text: vector(['a', 'ü', null], new arrow.LargeUtf8()),
    word: vector(['x', 'y', null], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8())),
    number: vector([7, 8, null], new arrow.Dictionary(new arrow.Int32(), new arrow.Uint16())),
    date: vector([new Date(0), new Date(86400000 * 3), null], new arrow.DateMillisecond()),
    seconds: vector([1, 86399, null], new arrow.TimeSecond()),
    millis: vector([1, 86399999, null], new arrow.TimeMillisecond()),
    stamp: vector([new Date(-1000), new Date(1000), null], new arrow.TimestampSecond()),
    zoned: vector([-1, 1700000000123, null], new arrow.TimestampMillisecond('Europe/Berlin')),
    duration: vector([1n, -5n, null], new arrow.DurationSecond()),
    days: vector([new Int32Array([1, 2]), new Int32Array([-1, 0]), null], new arrow.IntervalDayTime()),
    fixed: vector([Uint8Array.of(1, 2), Uint8Array.of(3, 4), null], new arrow.FixedSizeBinary(2)),
    pairs: vector([[1, 2], [3, null], null], new arrow.FixedSizeList(2, list)),
    point: vector([{ x: 1, y: 'a' }, { x: null, y: 'b' }, null],
      new arrow.Struct([new arrow.Field('x', new arrow.Int32(), true), new arrow.Field('y', new arrow.Utf8(), true)])),
  });
};

const [verb, first, second, third] = process.argv.slice(2);
switch (verb) {
  case 'describe':
    process.stdout.write(JSON.stringify(describe(arrow.tableFromIPC(fs.readFileSync(first)))));
    break;
  case 'rewrite':
    fs.writeFileSync(second, arrow.tableToIPC(arrow.tableFromIPC(fs.readFileSync(first)), third));
    break;
  case 'make':
    fs.writeFileSync(first, arrow.tableToIPC(make(), second));
    break;
}
