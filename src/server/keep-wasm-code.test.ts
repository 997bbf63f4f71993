import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from '#lib/database/embedded/scratch-database.ts';

// V8 is told to throw code away as often as it can, and to say so: it never does.
test('the engine’s compiled code is never thrown away while it runs', async () => {
	const program = `
		import { openScratch, OWNER } from './src/lib/database/embedded/scratch-database.ts';
		const scratch = await openScratch('create table public.entries (id int primary key, word text)');
		console.log('opened');
		for (let i = 0; i < 40; i += 1) await scratch.thread.run(OWNER, [{
			sql: 'insert into public.entries select g, md5(g::text) from generate_series($1::int, $1::int + 200) g', params: [i * 1000] }]);
		console.log('written');
		await scratch.close();`;
	const { stdout } = await promisify(execFile)(
		process.execPath,
		[
			...['--stress-wasm-code-gc', '--trace-wasm-code-gc', '--disable-warning=ExperimentalWarning'],
			...['--input-type=module', '--eval', program]
		],
		{ cwd: ROOT, maxBuffer: 1 << 26 }
	);
	// Node's own reading of TypeScript is compiled code, too, and comes before.
	const [, since] = stdout.split('opened\n');
	expect(since).toContain('written');
	expect(since).not.toContain('[wasm-gc] Freeing');
}, 60_000);
