// Turns published versions of the npm package mime-db into files of records, one file a version.
//
//   node fetch.mjs OUT [FIRST] [LAST]      versions FIRST to LAST, both included; default: 1.19.0 1.54.0
//
// OUT/versions/V/   the unpacked package (kept, so that a second run fetches nothing)
// OUT/files/        mime_type-V.ndjson: every type of the version, and an op=d row for every type that the version before had and this one lacks
//
// A version is dated by the heading of the package's own HISTORY.md ("1.52.0 / 2022-02-21"), not by the registry:
// a mirror may answer with the time at which it copied the package.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [out, first = '1.19.0', last = '1.54.0'] = process.argv.slice(2);
if (!out || ![first, last].every(isVersion)) {
  console.error('Usage: node fetch.mjs OUT [FIRST] [LAST], for example: node fetch.mjs mime-db 1.19.0 1.54.0');
  process.exit(2);
}

const npm = (...args) => execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });
const versions = JSON.parse(npm('view', 'mime-db', 'versions', '--json'))
  .filter(v => isVersion(v) && number(first) <= number(v) && number(v) <= number(last))
  .sort((a, b) => number(a) - number(b));
if (versions.length === 0) {
  console.error(`There is no version of mime-db from ${first} to ${last}.`);
  process.exit(1);
}

versions.forEach(unpack);
if (!existsSync(join(folder(versions.at(-1)), 'HISTORY.md'))) {
  console.error(`mime-db ${versions.at(-1)} has no HISTORY.md to date the versions by; take a later LAST.`);
  process.exit(1);
}

const history = readFileSync(join(folder(versions.at(-1)), 'HISTORY.md'), 'utf8');
const dates = new Map([...history.matchAll(/^(\d+\.\d+\.\d+) \/ (\d{4}-\d{2}-\d{2})$/gm)].map(([, version, date]) => [version, date]));

const files = join(out, 'files');
rmSync(files, { recursive: true, force: true });
mkdirSync(files, { recursive: true });
let before = new Set();
let rows = 0;
let deletes = 0;
for (const version of versions) {
  const date = dates.get(version);
  if (!date) throw new Error(`HISTORY.md of mime-db ${versions.at(-1)} does not date version ${version}.`);
  const at = { updated_at: `${date}T00:00:00Z`, version_no: number(version) };
  const table = Object.entries(JSON.parse(readFileSync(join(folder(version), 'db.json'), 'utf8')));
  const now = new Set(table.map(([type]) => type));
  const gone = [...before].filter(type => !now.has(type));
  const records = [
    ...table.map(([mime_type, { source = null, compressible = null, charset = null, extensions = null, ...other }]) => {
      if (Object.keys(other).length > 0) throw new Error(`${mime_type} of mime-db ${version} has members that no column takes: ${Object.keys(other)}`);
      return { op: 'u', mime_type, ...at, source, compressible, charset, extensions, published_in: version };
    }),
    ...gone.map(mime_type => ({ op: 'd', mime_type, ...at })),
  ];
  writeFileSync(join(files, `mime_type-${version}.ndjson`), records.map(record => JSON.stringify(record) + '\n').join(''));
  rows += records.length;
  deletes += gone.length;
  before = now;
}

console.log(`${versions.length} versions, ${versions[0]} (${dates.get(versions[0])}) to ${versions.at(-1)} (${dates.get(versions.at(-1))}): ${rows} records, ${deletes} of them deletes.`);

function isVersion(text) {
  return /^\d+\.\d+\.\d+$/.test(text);
}

// 1.52.0 is 1052000: orders versions, and orders two that were published on one day.
function number(version) {
  return version.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0);
}

function folder(version) {
  return join(out, 'versions', version);
}

function unpack(version) {
  if (existsSync(folder(version))) return;
  const temporary = join(out, 'versions', `.${version}`);
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  npm('pack', `mime-db@${version}`, '--silent', '--pack-destination', temporary);
  const [archive] = readdirSync(temporary);
  execFileSync('tar', ['-xzf', archive, '--strip-components=1'], { cwd: temporary, stdio: 'pipe' });
  rmSync(join(temporary, archive));
  renameSync(temporary, folder(version));
}
