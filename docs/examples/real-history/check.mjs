// Holds an exported history against the packages themselves (OUT/versions), without using the files that were ingested.
//
//   customertrack query "SELECT * FROM mime_type_history" --format json ... | node check.mjs OUT
//
// 1. For every published version: the rows valid on its day are exactly the table in that version's db.json.
// 2. The whole history equals one folded here the plain way: walk the versions in order, start a row where a type's data differ from the version before.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [out] = process.argv.slice(2);
if (!out) {
  console.error('Usage: customertrack query "SELECT * FROM mime_type_history" --format json | node check.mjs OUT');
  process.exit(2);
}

const number = version => version.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0);
const versions = readdirSync(join(out, 'versions')).filter(v => /^\d+\.\d+\.\d+$/.test(v)).sort((a, b) => number(a) - number(b));
const read = (version, file) => readFileSync(join(out, 'versions', version, file), 'utf8');
const dates = new Map([...read(versions.at(-1), 'HISTORY.md').matchAll(/^(\S+) \/ (\d{4}-\d\d-\d\d)$/gm)].map(([, version, date]) => [version, `${date}T00:00:00Z`]));
// The last of the versions of one day stands for the day.
const days = versions.filter((version, i) => dates.get(version) !== dates.get(versions[i + 1]));
const tables = new Map(days.map(version => [version, new Map(Object.entries(JSON.parse(read(version, 'db.json'))).map(([type, data]) => [type, tracked(data)]))]));
// A json column comes as its text.
const history = JSON.parse(readFileSync(0, 'utf8')).map(row => ({ ...row, extensions: JSON.parse(row.extensions) }));

const differences = [];
for (const version of days) {
  const at = dates.get(version);
  const valid = history.filter(row => row.valid_from <= at && (row.valid_to === null || at < row.valid_to));
  compare(`as of ${version}`, tables.get(version), new Map(valid.map(row => [row.mime_type, tracked(row)])), valid.length);
}

const folded = new Map();
for (const type of new Set([...tables.values()].flatMap(table => [...table.keys()]))) {
  let row = null;
  for (const version of days) {
    const data = tables.get(version).get(type);
    if (row && row.data !== data) {
      row.valid_to = dates.get(version);
      row = null;
    }
    if (!row && data !== undefined) {
      row = { data, valid_from: dates.get(version), valid_to: null };
      folded.set(`${type} from ${row.valid_from}`, row);
    }
    if (row) row.published_in = version;
  }
}
const text = ({ data, valid_to, published_in }) => `${data} until ${valid_to}, published in ${published_in}`;
compare(
  'history',
  new Map([...folded].map(([key, row]) => [key, text(row)])),
  new Map(history.map(row => [`${row.mime_type} from ${row.valid_from}`, text({ ...row, data: tracked(row) })])),
  history.length);

differences.slice(0, 20).forEach(difference => console.log(difference));
console.log(`${history.length} rows against ${days.length} published tables and ${folded.size} rows folded from them: ${differences.length} differences.`);
process.exit(differences.length === 0 ? 0 : 1);

function tracked({ source = null, compressible = null, charset = null, extensions = null }) {
  return JSON.stringify([source, compressible, charset, extensions]);
}

function compare(what, expected, actual, rows) {
  if (rows !== actual.size) differences.push(`${what}: ${rows - actual.size} rows repeat a key`);
  for (const key of new Set([...expected.keys(), ...actual.keys()])) {
    if (expected.get(key) !== actual.get(key)) differences.push(`${what}: ${key}: expected ${expected.get(key)}, found ${actual.get(key)}`);
  }
}
