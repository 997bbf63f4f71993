import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { colourModel, slowModel } from '#test/support/onnx-model.ts';
import { onnxRuntime } from '#test/support/onnx-runtime.ts';
import { ROOT } from '#test/support/tools.ts';
import { Detector } from './detector.ts';
import { readFolder } from './folder.server.ts';
import { LIMITS, type Limits } from './task.ts';

// Every test starts a process and compiles the runtime, which takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const runtime = await onnxRuntime();

const manifest = {
	name: 'Colours',
	version: '1',
	file: 'colours.onnx',
	runtime: 'onnx',
	input: { name: 'images', width: 64, height: 64 },
	output: { format: 'yolov8', name: 'output0' },
	classes: ['face', 'plate'],
	score: 0.6
};

let folder: string;
let detector: Detector | undefined;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'kerbside-detector-'));
	if (runtime) await symlink(join(runtime, 'node_modules'), join(folder, 'node_modules'));
});
afterEach(() => detector?.close());
afterAll(() => rm(folder, { recursive: true, force: true }));

async function supply(model: Buffer | null, change: object = {}): Promise<void> {
	await writeFile(join(folder, 'detector.json'), JSON.stringify({ ...manifest, ...change }));
	await rm(join(folder, 'colours.onnx'), { force: true });
	if (model) await writeFile(join(folder, 'colours.onnx'), model);
}

async function opened(limits: Limits = LIMITS): Promise<Detector> {
	const answer = readFolder(folder, ROOT);
	if ('problems' in answer) throw new Error(answer.problems.join(' '));
	detector = new Detector(answer.found, { root: ROOT, limits });
	await detector.check();
	return detector;
}

/**
 * 160 × 80, black, with a red block and a blue one. In the input of 64 × 64 it stands in rows 16 to 48, at 0.4.
 *
 *     ┌──────────────────┐
 *     │ red              │    red:  x 0–40 (a quarter), y 0–40 (half)
 *     │             blue │    blue: x 120–160, y 40–80
 *     └──────────────────┘
 */
function picture(): Promise<Buffer> {
	const block = (background: string) => ({
		create: { width: 40, height: 40, channels: 3 as const, background }
	});
	return sharp({ create: { width: 160, height: 80, channels: 3, background: '#000' } })
		.composite([
			{ input: block('#f00'), left: 0, top: 0 },
			{ input: block('#00f'), left: 120, top: 40 }
		])
		.webp({ lossless: true })
		.toBuffer();
}

describe('the folder of a detector', () => {
	it('without detector.json is told so', () => {
		const answer = readFolder(join(folder, 'nothing'), ROOT);
		expect('problems' in answer && answer.problems).toEqual([
			`There is no detector.json in ${join(folder, 'nothing')}.`
		]);
	});

	it('without the model or the runtime is told which, and how to install it', async () => {
		const bare = await mkdtemp(join(tmpdir(), 'kerbside-detector-bare-'));
		await writeFile(join(bare, 'detector.json'), JSON.stringify(manifest));
		const answer = readFolder(bare, ROOT);
		await rm(bare, { recursive: true });
		expect('problems' in answer && answer.problems).toEqual([
			`detector.json names colours.onnx, which is not in ${bare}.`,
			`The runtime for the model is not installed. In ${bare}, run: npm install --ignore-scripts onnxruntime-web@1.30`
		]);
	});
});

describe.skipIf(runtime === null)('a model that a city supplied', () => {
	it('finds things where they are in the upright picture', async () => {
		await supply(colourModel());
		const { state } = await opened();
		expect(state).toEqual({ kind: 'ready', name: 'Colours', version: '1', licence: null });
		const found = await detector!.find(await picture());
		const extent = (kind: string) => {
			const boxes = found.filter((one) => one.kind === kind);
			const edge = (value: (one: (typeof found)[number]) => number) => boxes.map(value);
			return [
				Math.min(...edge(({ x }) => x)),
				Math.min(...edge(({ y }) => y)),
				Math.max(...edge(({ x, w }) => x + w)),
				Math.max(...edge(({ y, h }) => y + h))
			];
		};
		expect(extent('face')).toEqual([0, 0, 0.25, 0.5]);
		expect(extent('plate')).toEqual([0.75, 0.5, 1, 1]);
		// Two by two cells each.
		expect(found).toHaveLength(8);
	});

	it('runs where it can read nothing of ours and knows no secret', async () => {
		await supply(colourModel());
		const { pid } = await opened();
		const { readFile } = await import('node:fs/promises');
		const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
		expect(environment).not.toMatch(/KEY|SECRET|DATA_DIR|HOME=/);
		const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '--permission');
		expect(command).toContain('--permission');
		expect(command).not.toContain('--allow-fs-write');
	});

	it.each([
		['is no model', Buffer.from('hello'), {}, /protobuf/],
		[
			'has another input',
			colourModel(),
			{ input: { ...manifest.input, name: 'x' } },
			/no input "x"; it has "images"/
		],
		[
			'has another output',
			colourModel(),
			{ output: { ...manifest.output, name: 'y' } },
			/no output "y"; it has "output0"/
		],
		[
			'knows more classes',
			colourModel(),
			{ classes: ['face', null, 'plate'] },
			/shape 1 × 6 × 64; with 3 classes/
		],
		['wants another size', colourModel(), { input: { ...manifest.input, width: 96 } }, /./]
	])('that %s is faulty, with a sentence, and nothing else happens', async (_, model, change, sentence) => {
		await supply(model, change);
		const { state } = await opened();
		expect(state.kind).toBe('faulty');
		expect(state.kind === 'faulty' && state.problems[0]).toMatch(sentence);
		await expect(detector!.find(await picture())).rejects.toThrow(sentence);
		expect(detector!.pid).toBeUndefined();
	});

	it('that computes too long is ended', async () => {
		await supply(slowModel(400), { output: { format: 'boxes', name: 'output0' } });
		const { state } = await opened({ megabytes: 2048, cpuSeconds: 2 });
		expect(state.kind === 'faulty' && state.problems[0]).toMatch(/too much time or memory/);
	});

	it('that takes too much memory is ended', async () => {
		await supply(colourModel());
		const { state } = await opened({ megabytes: 90, cpuSeconds: 60 });
		expect(state.kind === 'faulty' && state.problems[0]).toMatch(/too much time or memory/);
	});

	it('answers again after its process was ended from outside', async () => {
		await supply(colourModel());
		const { pid } = await opened();
		process.kill(pid!, 'SIGKILL');
		await expect.poll(() => detector!.pid).toBeUndefined();
		expect(await detector!.find(await picture())).toHaveLength(8);
	});

	it('says what is wrong with a picture it cannot open, and goes on', async () => {
		await supply(colourModel());
		await opened();
		await expect(detector!.find(Buffer.from('no picture'))).rejects.toThrow();
		expect(await detector!.find(await picture())).toHaveLength(8);
	});
});
