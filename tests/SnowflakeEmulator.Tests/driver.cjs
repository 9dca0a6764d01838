// Snowflake's own driver for Node, unmodified, against an emulator: node driver.cjs FOLDER_WITH_NODE_MODULES PORT KEY.pem
const [, , folder, port, pem] = process.argv;
const fs = require('node:fs');
const snowflake = require(require.resolve('snowflake-sdk', { paths: [folder] }));

snowflake.configure({ logLevel: 'OFF', disableOCSPChecks: true });

const connect = (options) => new Promise((resolve, reject) => snowflake
  .createConnection({ account: 'emulated', accessUrl: `http://127.0.0.1:${port}`, host: '127.0.0.1', username: 'ADMIN', warehouse: 'WH', database: 'D', schema: 'S', role: 'ACCOUNTADMIN', ...options })
  .connect((error, connection) => (error ? reject(error) : resolve(connection))));

const execute = (connection, sqlText, binds) => new Promise((resolve, reject) => connection
  .execute({ sqlText, binds, complete: (error, statement, rows) => (error ? reject(error) : resolve({ rows, updated: statement.getNumUpdatedRows?.() })) }));

const say = (what, value) => console.log(`${what}: ${JSON.stringify(value)}`);

async function main() {
  for (const [name, options] of [['password', { password: 'pw' }], ['key pair', { authenticator: 'SNOWFLAKE_JWT', privateKey: fs.readFileSync(pem, 'utf8') }]]) {
    const connection = await connect(options);
    say(`${name} role`, (await execute(connection, 'SELECT CURRENT_ROLE() AS R')).rows);
    await execute(connection, 'CREATE OR REPLACE TABLE T (A NUMBER, B VARCHAR, C BOOLEAN, D DATE, E TIMESTAMP_NTZ(6))');
    say(`${name} inserted`, (await execute(connection, 'INSERT INTO T SELECT ?, ?, ?, ?::DATE, ?::TIMESTAMP_NTZ', [7, "it's", true, '2026-01-02', '2026-01-02 03:04:05.678'])).updated);
    say(`${name} read`, (await execute(connection, 'SELECT A, B, C, D::VARCHAR AS D, E::VARCHAR AS E, NULL AS N FROM T')).rows);
    await execute(connection, 'BEGIN');
    await execute(connection, 'INSERT INTO T (A) VALUES (8)');
    await execute(connection, 'ROLLBACK');
    say(`${name} count`, (await execute(connection, 'SELECT COUNT(*) AS N FROM T')).rows);
    try {
      await execute(connection, 'SELECT FROM FROM');
    } catch (error) {
      say(`${name} error`, [error.code, error.sqlState]);
    }
    await new Promise((resolve) => connection.destroy(resolve));
  }
  try {
    await connect({ password: 'wrong' });
  } catch (error) {
    say('wrong password', error.code);
  }
}

main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
