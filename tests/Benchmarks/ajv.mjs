// Measures JSON.parse + ajv over files that the benchmark wrote: one line of JSON for each, nanoseconds per event.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [modules, list] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const Ajv = require('ajv').default;
const addFormats = require('ajv-formats').default;

// ajv registers every $id that it meets, and materialised schemas repeat those of their fragments.
function withoutIds(value) {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([name, inner]) => !((name === '$id' || name === '$schema') && typeof inner === 'string')).map(([name, inner]) => [name, withoutIds(inner)]));
}

for (const { name, schema, event } of JSON.parse(readFileSync(list))) {
  const ajv = new Ajv({ strict: false });
  addFormats(ajv);
  const validate = ajv.compile(withoutIds(JSON.parse(readFileSync(schema))));
  const bytes = readFileSync(event);
  if (!validate(JSON.parse(bytes))) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}`);

  const rounds = [];
  const count = Math.max(1000, Math.floor(60e6 / bytes.length));
  for (let round = 0; round < 9; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) validate(JSON.parse(bytes.toString('utf8')));
    rounds.push(Number(process.hrtime.bigint() - start) / count);
  }

  rounds.sort((a, b) => a - b);
  console.log(JSON.stringify({ name, nanoseconds: rounds[4] }));
}
