import { describe, expect, it } from 'vitest';
import { parseManifest } from './manifest.ts';

const whole = {
	name: 'Street faces',
	version: '3',
	file: 'faces.onnx',
	runtime: 'onnx',
	input: { name: 'images', width: 640, height: 384 },
	output: { format: 'yolov8', name: 'output0' },
	classes: ['face', null, 'plate']
};

function problemsOf(change: object): string[] {
	const answer = parseManifest(JSON.stringify({ ...whole, ...change }));
	return 'problems' in answer ? answer.problems : [];
}

describe('detector.json', () => {
	it('needs little, and the rest is as most models have it', () => {
		expect(parseManifest(JSON.stringify(whole))).toEqual({
			manifest: {
				...whole,
				input: { ...whole.input, layout: 'nchw', order: 'rgb', mean: 0, scale: 1 / 255, padding: 114 },
				output: { ...whole.output, extra: 0 },
				score: 0.35,
				iou: 0.5
			}
		});
	});

	it('may begin as Windows editors begin a file', () => {
		expect(parseManifest(`\uFEFF${JSON.stringify(whole)}`)).toHaveProperty('manifest');
	});

	it.each([
		['a name that leaves the folder', { file: '../secrets.onnx' }, 'file'],
		['a file of another kind', { file: 'model.pt' }, 'file'],
		['another runtime', { runtime: 'tensorrt' }, 'runtime'],
		['an enormous input', { input: { ...whole.input, width: 10_000 } }, 'input.width'],
		['an unknown layout', { input: { ...whole.input, layout: 'chw' } }, 'input.layout'],
		['an unknown format', { output: { format: 'ssd', name: 'x' } }, 'output.format'],
		['an unknown class', { classes: ['face', 'dog'] }, 'classes.1'],
		['no class of concern', { classes: [null] }, 'classes'],
		['a score beyond one', { score: 35 }, 'score'],
		['a misspelt key', { treshold: 0.5 }, 'treshold'],
		['no version', { version: undefined }, 'version']
	])('with %s is refused, and the sentence says where', (_, change, where) => {
		expect(problemsOf(change)).toHaveLength(1);
		expect(problemsOf(change)[0]).toContain(`detector.json: ${where} `);
	});

	it('that is no JSON is refused with the place where it stops being so', () => {
		const answer = parseManifest('{"name": ');
		expect('problems' in answer && answer.problems[0]).toMatch(/^detector\.json is not JSON: /);
	});

	it('names everything wrong with it at once', () => {
		expect(problemsOf({ score: -1, iou: 2, runtime: '' })).toHaveLength(3);
	});
});
