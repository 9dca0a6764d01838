// Reads a JSON array of statements, writes an array of null (parsed) or what is wrong.
import { init, parse } from '@guanmingchiu/sqlparser-ts';
import { readFileSync } from 'node:fs';

await init();
const answers = JSON.parse(readFileSync(0, 'utf8')).map(statement => {
  try {
    parse(statement, 'snowflake');
    return null;
  } catch (wrong) {
    return String(wrong.message);
  }
});
process.stdout.write(JSON.stringify(answers));
