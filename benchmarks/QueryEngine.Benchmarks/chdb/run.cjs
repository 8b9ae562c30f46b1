// Runs each line of its input, a JSON text, as a statement and answers with a JSON line: milliseconds, or what went wrong.
const { Session } = require('chdb');
const readline = require('node:readline');

const session = new Session();
readline.createInterface({ input: process.stdin })
  .on('line', line => {
    const start = process.hrtime.bigint();
    let answer;
    try {
      session.query(JSON.parse(line), 'TabSeparated');
      answer = { milliseconds: Number(process.hrtime.bigint() - start) / 1e6 };
    } catch (error) {
      answer = { error: String(error.message ?? error).slice(0, 300) };
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
  })
  .on('close', () => session.cleanup());
