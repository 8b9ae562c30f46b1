// Prints, as JSON lines, what two other implementations read from a Parquet file: node read.mjs duckdb|hyparquet FILE, or what DuckDB
// answers to a query: node read.mjs query SQL.
import fs from 'node:fs';

const [reader, argument] = process.argv.slice(2);
const lines = [];
const print = line => lines.push(line + '\n');
if (reader === 'hyparquet') {
  const { parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const bytes = fs.readFileSync(argument);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  for (const row of await parquetReadObjects({ file, compressors }))
    print(JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? Number(value) : value ?? null)));
} else {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const duck = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await duck.run("SET TimeZone='UTC'");
  const sql = reader === 'query' ? argument : `SELECT to_json(t) FROM read_parquet('${argument}') t`;
  for (const row of (await duck.runAndReadAll(sql)).getRows()) print(String(row[0]));
}
fs.writeFileSync(1, lines.join(''));
process.exit(0);
