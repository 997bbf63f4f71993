import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './tools.ts';

export interface CliAnswer {
	code: number;
	stdout: string;
	stderr: string;
}

/** The Supabase CLI of this project against a database: no Docker, no account, no telemetry, no question asked. */
export async function supabase(databaseUrl: string, ...command: string[]): Promise<CliAnswer> {
	// It keeps notes in the home directory; those of a test belong to the test.
	const home = await mkdtemp(join(tmpdir(), 'kerbside-cli-'));
	try {
		return await new Promise((resolve, reject) => {
			const child = spawn(
				join(ROOT, 'node_modules/.bin/supabase'),
				[...command, `--remote=${databaseUrl}`, '--yes'],
				{
					cwd: ROOT,
					stdio: ['ignore', 'pipe', 'pipe'],
					env: {
						PATH: process.env.PATH,
						HOME: home,
						CI: 'true',
						DO_NOT_TRACK: '1',
						SUPABASE_TELEMETRY_DISABLED: '1',
						SUPABASE_NO_UPDATE_NOTIFIER: '1',
						// A cluster of our own on the loopback address has no certificate.
						PGSSLMODE: 'disable'
					}
				}
			);
			let [stdout, stderr] = ['', ''];
			child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
			child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
			child.once('error', reject);
			child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
		});
	} finally {
		await rm(home, { recursive: true, force: true });
	}
}
