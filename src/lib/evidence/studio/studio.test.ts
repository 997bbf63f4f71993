import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { Studio } from './studio.server.ts';
import { LIMITS, type PicturesTask } from './task.ts';

const look: PicturesTask = { name: 'pictures', sizes: [64], covers: [] };
const hasProc = existsSync('/proc/self/statm');

let studio = new Studio();
afterEach(() => studio.close());

function photo(width = 60, height = 40): Promise<Buffer> {
	return sharp({ create: { width, height, channels: 3, background: '#c33' } })
		.jpeg()
		.toBuffer();
}

/** Decoding an interlaced PNG takes a second and some two hundred megabytes; the file is small. */
function heavy(): Promise<Buffer> {
	return sharp({ create: { width: 6000, height: 6000, channels: 3, background: '#394' } })
		.png({ progressive: true })
		.toBuffer();
}

async function answerOf(work: Promise<unknown>): Promise<string> {
	return work.then(
		() => 'done',
		(error: { status?: number; code?: string }) => `${error.status} ${error.code}`
	);
}

async function until(holds: () => boolean): Promise<void> {
	for (const end = Date.now() + 15_000; !holds();) {
		if (Date.now() > end) throw new Error('Not within 15 s.');
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		// What has ended and was not yet collected is no process any more.
		return !hasProc || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return false;
	}
}

describe('the studio', () => {
	it('does many jobs at once in two processes, and one after the other', async () => {
		studio = new Studio();
		const bytes = await photo();
		const made = await Promise.all(Array.from({ length: 12 }, () => studio.perform(look, bytes)));
		expect(made.every(([picture]) => picture!.length > 20)).toBe(true);
		expect(studio.pids.length).toBeLessThanOrEqual(2);
	});

	it('refuses the one photo whose decoder breaks, and does the next', async () => {
		studio = new Studio({ seats: 1 });
		await studio.perform(look, await photo());
		const [pid] = studio.pids;
		const broken = studio.perform(look, await heavy());
		const behind = studio.perform(look, await photo());
		setTimeout(() => process.kill(pid!, 'SIGSEGV'), 100);
		expect(await answerOf(broken)).toBe('422 photo_unreadable');
		expect(await answerOf(behind)).toBe('done');
		expect(studio.pids).not.toContain(pid);
	});

	it('refuses a photo that takes more memory than a photo may', async () => {
		studio = new Studio({ seats: 1, limits: { ...LIMITS, megabytes: 160 } });
		expect(await answerOf(studio.perform(look, await heavy()))).toBe('422 photo_too_heavy');
		expect(await answerOf(studio.perform(look, await photo()))).toBe('done');
	});

	it('refuses a photo that takes more processor time than a photo may', async () => {
		studio = new Studio({ seats: 1, limits: { ...LIMITS, cpuSeconds: { claims: 2, pictures: 0.1 } } });
		expect(await answerOf(studio.perform(look, await heavy()))).toBe('422 photo_too_heavy');
	});

	it('says that it failed itself when its own end comes first', async () => {
		studio = new Studio({ seats: 1 });
		const begun = studio.perform(look, await heavy());
		await until(() => studio.pids.length === 1);
		studio.abandon();
		expect(await answerOf(begun)).toBe('503 busy');
	});

	it('asks people to come back when too many wait', async () => {
		studio = new Studio({ seats: 1, longestQueue: 2 });
		const bytes = await photo();
		const answers = await Promise.all(Array.from({ length: 5 }, () => answerOf(studio.perform(look, bytes))));
		expect(answers.sort()).toEqual(['429 too_busy', '429 too_busy', 'done', 'done', 'done']);
	});

	it('serves whoever looks before what nobody waits for', async () => {
		studio = new Studio({ seats: 1 });
		const bytes = await photo();
		const order: string[] = [];
		await Promise.all(
			(['ahead', 'ahead', 'arriving', 'looking'] as const).map((urgency) =>
				studio.perform(look, bytes, urgency).then(() => order.push(urgency))
			)
		);
		expect(order).toEqual(['ahead', 'looking', 'arriving', 'ahead']);
	});

	it('ends its processes when there is nothing to do', async () => {
		studio = new Studio({ idleMs: 50 });
		await studio.perform(look, await photo());
		const [pid] = studio.pids;
		await until(() => studio.pids.length === 0 && !isAlive(pid!));
		expect(await answerOf(studio.perform(look, await photo()))).toBe('done');
	});

	it.skipIf(!hasProc)('knows no secret, and reads no files but the program', async () => {
		process.env.A_SECRET_OF_OURS = 'hunter2';
		studio = new Studio();
		await studio.perform(look, await photo());
		const [pid] = studio.pids;
		const names = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
		delete process.env.A_SECRET_OF_OURS;
		// The channel's own two are Node's.
		const ours = names.map((line) => line.split('=')[0]).filter((name) => !name?.startsWith('NODE_CHANNEL'));
		expect(ours.sort()).toEqual(['MALLOC_ARENA_MAX', 'NODE_ENV', 'UV_THREADPOOL_SIZE']);
		const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
		expect(line).toContain('--permission');
		expect(line).not.toContain('--allow-child-process');
		expect(line.join(' ')).not.toMatch(/allow-fs-write|allow-fs-read=(\*|\/ )/);
	});

	it.skipIf(!hasProc)('leaves no process behind when the web process is killed', async () => {
		const program = `
			const { Studio } = await import('#lib/evidence/studio/studio.server.ts');
			const sharp = (await import('sharp')).default;
			const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#c33' } }).jpeg().toBuffer();
			const studio = new Studio();
			await studio.perform({ name: 'pictures', sizes: [9], covers: [] }, bytes);
			console.log(studio.pids[0]);
			setInterval(() => {}, 1000);`;
		const web = spawn(process.execPath, ['--input-type=module', '-e', program], {
			stdio: ['ignore', 'pipe', 'inherit']
		});
		const pid = Number(await new Promise((resolve) => web.stdout.once('data', resolve)));
		expect(isAlive(pid)).toBe(true);
		web.kill('SIGKILL');
		await until(() => !isAlive(pid));
	});

	it('does not keep a program from ending', async () => {
		const program = `
			const { Studio } = await import('#lib/evidence/studio/studio.server.ts');
			const task = { name: 'claims', type: 'image/jpeg', timeZone: 'UTC' };
			await new Studio().perform(task, Buffer.from([0xff, 0xd8, 0xff]));`;
		const begun = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
		expect(await new Promise((resolve) => begun.once('exit', resolve))).toBe(0);
	});
});
