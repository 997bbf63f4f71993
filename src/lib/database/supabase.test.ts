import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { call, serviceClient } from './client.server.ts';
import type { Home } from './home.server.ts';
import { openSupabase } from './supabase.server.ts';

// A project whose log stands still: whoever is told of something was told because of a call, not by asking.
let server: Server;
let home: Home;
let dataDir: string;
let told: number;

beforeEach(async () => {
	server = createServer((request, response) => {
		request.resume();
		response.writeHead(request.url?.includes('refused') ? 409 : 200, { 'content-type': 'application/json' });
		response.end(JSON.stringify({ epoch: 'e', head: 7, events: [] }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	dataDir = await mkdtemp(join(tmpdir(), 'kerbside-supabase-'));
	const { port } = server.address() as { port: number };
	home = await openSupabase({
		dataDir,
		demo: false,
		log: { info() {}, warn() {}, error() {} },
		supabaseUrl: `http://127.0.0.1:${port}`,
		anonKey: 'anon',
		serviceKey: 'service'
	});
	told = 0;
	home.onEvent(() => (told += 1));
});

afterEach(async () => {
	await home.close();
	server.closeAllConnections();
	server.close();
	await rm(dataDir, { recursive: true, force: true });
});

test.each([
	['a call that may have logged something is told at once', 'tick', {}, 1],
	['reading the log is not, or the reader would call itself without end', 'tail', {}, 0],
	['nor is a call that only reads', 'city', { isRead: true }, 0]
])('%s', async (_, name, options, expected) => {
	await call(serviceClient(home), name as 'tick', {}, options);
	expect(told).toBe(expected);
});

test('a refused call is not told', async () => {
	await home.fetch(`${home.url}/rest/v1/rpc/refused`, { method: 'POST', body: '{}' });
	expect(told).toBe(0);
});
