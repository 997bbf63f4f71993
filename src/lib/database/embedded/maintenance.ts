import type { PGlite } from '@electric-sql/pglite';

interface TableState {
	name: string;
	dead: number;
	live: number;
	changed: number;
}

/** Under steady load there is always a table to see to; the log must be cut from time to time all the same. */
const CHECKPOINT_EVERY = 4;
let pieces = 0;

/**
 * Does the next short piece of what a full server's background processes would do: PGlite has neither autovacuum nor a
 * checkpointer, so without it rows updated often bloat and the write-ahead log grows until the home is closed.
 * One table at a time, so that a request waits for one table at most. True when there is nothing more to do.
 */
export async function maintain(db: PGlite): Promise<boolean> {
	// PGlite leaves the session as the last request's login, which may touch no table; `reset` does not take it back.
	await db.exec('set session authorization postgres; set role none');
	// Counts of dead rows are handed over once a second at most: without this, a burst would not be seen yet.
	await db.exec('select pg_stat_force_next_flush()');
	const { rows } = await db.query<TableState>(`
		select quote_ident(schemaname) || '.' || quote_ident(relname) as name, n_dead_tup::int4 as dead,
			n_live_tup::int4 as live, n_mod_since_analyze::int4 as changed
		from pg_catalog.pg_stat_user_tables
		where n_dead_tup > 200 + n_live_tup / 5 or n_mod_since_analyze > 200 + n_live_tup / 10
		order by n_dead_tup + n_mod_since_analyze desc
		limit 1`);
	const table = rows[0];
	pieces += 1;
	if (!table || pieces % CHECKPOINT_EVERY === 0) {
		await db.exec('checkpoint');
		return !table;
	}
	await db.exec(
		table.dead > 200 + table.live / 5 ? `vacuum (analyze) ${table.name}` : `analyze ${table.name}`
	);
	return false;
}
