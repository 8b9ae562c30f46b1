// Writes the Parquet files of this folder, and what DuckDB reads from them as JSON lines.
//   npm install && node generate.mjs .
// The files come from three writers (DuckDB, the Rust implementation of Arrow, hyparquet), so that every encoding, codec and page
// version is here that one of them can write.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(path.resolve(process.argv[3] ?? '.', 'package.json'));
const { DuckDBInstance } = require('@duckdb/node-api');
const arrow = require('apache-arrow');
const wasm = require('parquet-wasm/node');
const hyparquet = await import(require.resolve('hyparquet-writer'));

const out = path.resolve(process.argv[2] ?? '.');
const duck = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
await duck.run("SET TimeZone='UTC'");
const file = name => `${out}/${name}.parquet`;

// ---- DuckDB: all scalar types, nulls in every column
await duck.run(`CREATE TABLE scalars AS SELECT * FROM (SELECT
  i AS id,
  (i % 3 = 0) AS flag,
  (i % 256 - 128)::TINYINT AS i8, (i * 200 - 30000)::SMALLINT AS i16, (i * 7000000 - 1000000000)::INTEGER AS i32, (i::BIGINT * 30000000000000000 - 4600000000000000000)::BIGINT AS i64,
  (i % 256)::UTINYINT AS u8, (i * 200)::USMALLINT AS u16, (i::BIGINT * 14000000)::UINTEGER AS u32, (18446744073709551615::HUGEINT - i)::UBIGINT AS u64,
  (i / 7.0)::FLOAT AS f32, i * 1e100 / 7 AS f64,
  (i * 1.25)::DECIMAL(4,1) AS d4, (i * 2345.678)::DECIMAL(9,3) AS d9, (i * 12345678901.34)::DECIMAL(18,2) AS d18, (i * 12345678901234567890123456789::HUGEINT)::DECIMAL(38,5) AS d38,
  DATE '1969-12-01' + i::INTEGER AS day, TIME '00:00:00' + INTERVAL (i * 281) SECOND AS clock,
  TIMESTAMP '1960-01-01 00:00:00.123456' + INTERVAL (i * 100) HOUR AS micros, (TIMESTAMP '1960-01-01 00:00:00.123456' + INTERVAL (i) DAY)::TIMESTAMP_MS AS millis,
  (TIMESTAMP '1990-01-01 00:00:00.123456' + INTERVAL (i) DAY)::TIMESTAMP_NS AS nanos, TIMESTAMPTZ '2020-02-29 23:00:00+02' + INTERVAL (i) MINUTE AS instant,
  'text ' || (i % 7) AS word, 'süß 𝄞 ' || i || repeat('x', i % 40) AS prose, ('\\x' || lpad(to_hex(i), 2, '0') || '\\xFF')::BLOB AS bytes,
  ('00000000-0000-4000-8000-' || lpad(i::VARCHAR, 12, '0'))::UUID AS id128, ('{"n": ' || i || '}')::JSON AS doc, INTERVAL (i) DAY AS span,
  (['red', 'green', 'blue'])[i % 3 + 1]::ENUM ('red', 'green', 'blue') AS colour
  FROM range(300) t(i))`);
const columns = (await duck.runAndReadAll("SELECT column_name FROM duckdb_columns() WHERE table_name = 'scalars' AND column_name <> 'id'")).getRows().map(r => r[0]);
for (const [place, column] of columns.entries()) await duck.run(`UPDATE scalars SET ${column} = NULL WHERE (id + ${place}) % 11 = 3`);
for (const [name, options] of Object.entries({
  duckdb_v1_snappy: "COMPRESSION snappy, PARQUET_VERSION 'V1'",
  duckdb_v2_zstd: "COMPRESSION zstd, PARQUET_VERSION 'V2'",
  duckdb_v2_plain: "COMPRESSION uncompressed, PARQUET_VERSION 'V2', DICTIONARY_SIZE_LIMIT 1",
  duckdb_v1_gzip: "COMPRESSION gzip, PARQUET_VERSION 'V1', DICTIONARY_SIZE_LIMIT 1",
  duckdb_v1_brotli: "COMPRESSION brotli, PARQUET_VERSION 'V1'",
  duckdb_v1_lz4raw: "COMPRESSION lz4_raw, PARQUET_VERSION 'V1'",
})) await duck.run(`COPY (SELECT * FROM scalars ORDER BY id) TO '${file(name)}' (FORMAT parquet, ${options})`);

// ---- DuckDB: nested
await duck.run(`COPY (SELECT i AS id,
  CASE WHEN i % 5 = 0 THEN NULL WHEN i % 5 = 1 THEN [] ELSE [i, NULL, i + 1] END AS numbers,
  CASE WHEN i % 7 = 0 THEN NULL ELSE [['a' || i], [], NULL, ['b', NULL]] END AS lists,
  CASE WHEN i % 4 = 0 THEN NULL ELSE {'x': i, 'y': CASE WHEN i % 3 = 0 THEN NULL ELSE 'why ' || (i % 5) END, 'z': {'deep': CASE WHEN i % 2 = 0 THEN NULL ELSE i * 1.5 END}} END AS point,
  CASE WHEN i % 6 = 0 THEN NULL WHEN i % 6 = 1 THEN MAP {} ELSE MAP {'k' || i: i, 'other': NULL} END AS dictionary,
  CASE WHEN i % 3 = 0 THEN [] ELSE [{'name': 'n' || i, 'tags': ['t1', 't' || (i % 4)]}, NULL, {'name': NULL, 'tags': NULL}] END AS people
  FROM range(200) t(i)) TO '${file('duckdb_nested')}' (FORMAT parquet, COMPRESSION snappy)`);

// ---- Arrow's Rust writer: encodings one by one, both page versions, many small pages
const n = 1000;
const every = make => Array.from({ length: n }, (_, i) => i % 13 === 5 ? null : make(i));
const vector = (values, type) => arrow.vectorFromArray(values, type);
const table = new arrow.Table({
  i32: vector(every(i => (i * 37) % 1000 - 500), new arrow.Int32()),
  i64: vector(every(i => BigInt(i) * 1234567890123n - 5n), new arrow.Int64()),
  f32: vector(every(i => Math.fround(i / 3)), new arrow.Float32()),
  f64: vector(every(i => i / 7), new arrow.Float64()),
  text: vector(every(i => 'prefix shared by all ' + i), new arrow.Utf8()),
  flag: vector(every(i => i % 5 < 2), new arrow.Bool()),
  required: vector(Array.from({ length: n }, (_, i) => i % 17), new arrow.Int32()),
});
const writeArrow = (name, source, build) => {
  const bytes = arrow.tableToIPC(source, 'stream');
  const properties = build(new wasm.WriterPropertiesBuilder()).build();
  fs.writeFileSync(file(name), wasm.writeParquet(wasm.Table.fromIPCStream(bytes), properties));
};
const { Compression: C, Encoding: E, WriterVersion: W } = wasm;
const encodings = (b, ints, floats, texts) => b.setDictionaryEnabled(false)
  .setColumnEncoding('i32', ints).setColumnEncoding('i64', ints).setColumnEncoding('required', ints)
  .setColumnEncoding('f32', floats).setColumnEncoding('f64', floats).setColumnEncoding('text', texts);
writeArrow('arrow_v1_delta_snappy', table, b => encodings(b, E.DELTA_BINARY_PACKED, E.BYTE_STREAM_SPLIT, E.DELTA_BYTE_ARRAY).setCompression(C.SNAPPY).setWriterVersion(W.V1).setDataPageSizeLimit(700));
writeArrow('arrow_v2_delta_lz4raw', table, b => encodings(b, E.DELTA_BINARY_PACKED, E.PLAIN, E.DELTA_LENGTH_BYTE_ARRAY).setColumnEncoding('flag', E.RLE).setCompression(C.LZ4_RAW).setWriterVersion(W.V2));
writeArrow('arrow_v2_split_gzip', table, b => encodings(b, E.BYTE_STREAM_SPLIT, E.BYTE_STREAM_SPLIT, E.PLAIN).setCompression(C.GZIP).setWriterVersion(W.V2));
writeArrow('arrow_v1_lz4_hadoop', table, b => b.setDictionaryEnabled(false).setCompression(C.LZ4).setWriterVersion(W.V1));
writeArrow('arrow_dictionary_falls_back', table, b => b.setDictionaryEnabled(true).setDictionaryPageSizeLimit(600).setDataPageSizeLimit(300).setCompression(C.SNAPPY).setMaxRowGroupSize(700));

// ---- Arrow: a list whose pages end in the middle
const lists = new arrow.Table({
  list: vector(every(i => Array.from({ length: i % 6 }, (_, k) => k === 3 ? null : i * 10 + k)), new arrow.List(new arrow.Field('element', new arrow.Int32(), true))),
});
writeArrow('arrow_list_pages', lists, b => b.setCompression(C.SNAPPY).setWriterVersion(W.V1).setDataPageSizeLimit(400).setDictionaryEnabled(false));
writeArrow('arrow_list_pages_v2', lists, b => b.setCompression(C.ZSTD).setWriterVersion(W.V2).setDataPageSizeLimit(400));

// ---- hyparquet: half floats, decimals in fixed bytes, converted types, small row groups with bounds
const legacy = hyparquet.parquetWriteBuffer({
  schema: [
    { name: 'root', num_children: 3 },
    { name: 'fixed', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 5, converted_type: 'DECIMAL', precision: 10, scale: 3, repetition_type: 'OPTIONAL' },
    { name: 'stamp', type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type: 'OPTIONAL' },
    { name: 'half', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2, logical_type: { type: 'FLOAT16' }, repetition_type: 'OPTIONAL' },
  ],
  rowGroupSize: 50,
  columnData: [
    { name: 'fixed', data: Array.from({ length: 120 }, (_, i) => i % 9 === 1 ? undefined : (i - 60) * 1.5) },
    { name: 'stamp', data: Array.from({ length: 120 }, (_, i) => i % 9 === 2 ? undefined : new Date(1e12 + i * 86400123)) },
    { name: 'half', data: Array.from({ length: 120 }, (_, i) => i % 9 === 3 ? undefined : (i - 60) / 8) },
  ],
});
fs.writeFileSync(file('hyparquet_converted'), Buffer.from(legacy));

// ---- what the files hold: one list of rows for all files that were written from the same ones
for (const [rows, from] of Object.entries({
  scalars: 'duckdb_v1_snappy', nested: 'duckdb_nested', encodings: 'arrow_v2_delta_lz4raw', lists: 'arrow_list_pages', converted: 'hyparquet_converted',
})) await duck.run(`COPY (SELECT * FROM '${file(from)}') TO '${out}/${rows}.jsonl' (FORMAT json)`);
process.exit(0);
