// Run by NodePostgresTests: speaks to the door with the `pg` package and prints one line per finding.
const { Client, types } = require('pg');
const Cursor = (() => { try { return require('pg-cursor'); } catch { return null; } })();

(async () => {
  const client = new Client({ host: '127.0.0.1', port: Number(process.argv[2]), user: 'admin', database: 'postgres' });
  await client.connect();
  const say = (name, value) => console.log(name + ': ' + JSON.stringify(value));
  say('one', (await client.query('SELECT 1 AS n')).rows);
  say('several', (await client.query('SELECT 1 AS a; SELECT 2 AS b')).map(r => r.rows));
  await client.query('CREATE TABLE node (id int PRIMARY KEY, name text, at timestamptz, big int8)');
  say('insert', (await client.query('INSERT INTO node VALUES ($1, $2, $3, $4)', [1, 'one', new Date(0), '9007199254740993'])).rowCount);
  say('null', (await client.query('INSERT INTO node (id, name) VALUES ($1, $2)', [2, null])).rowCount);
  say('rows', (await client.query('SELECT * FROM node WHERE id >= $1 ORDER BY id', [1])).rows);
  const named = { name: 'by-id', text: 'SELECT name FROM node WHERE id = $1', values: [1] };
  say('named', [(await client.query(named)).rows, (await client.query(named)).rows]);
  try { await client.query('SELECT * FROM nowhere'); } catch (e) { say('error', [e.code, e.position, e.severity]); }
  try { await client.query('INSERT INTO node (id) VALUES ($1)', [1]); } catch (e) { say('duplicate', [e.code, e.constraint, e.table]); }
  await client.query('BEGIN');
  try { await client.query('SELECT 1/0'); } catch (e) { say('zero', e.code); }
  try { await client.query('SELECT 1'); } catch (e) { say('failed', e.code); }
  say('end', (await client.query('COMMIT')).command);
  if (Cursor) {
    const cursor = client.query(new Cursor('SELECT id FROM node ORDER BY id'));
    say('cursor', [await cursor.read(1), await cursor.read(5)]);
    await cursor.close();
  }
  await client.end();
})().catch(e => { console.log('failed: ' + e.stack); process.exit(1); });
