import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBoxes } from './boxes.ts';
import { letterboxOf } from './letterbox.ts';
import { parseManifest, type Manifest } from './manifest.ts';

function manifestWith(change: object = {}): Manifest {
	const answer = parseManifest(
		JSON.stringify({
			name: 'tiny',
			version: '1',
			file: 'tiny.onnx',
			runtime: 'onnx',
			input: { name: 'images', width: 640, height: 640 },
			output: { format: 'yolov8', name: 'output0' },
			classes: ['face', 'plate', null],
			score: 0.5,
			iou: 0.5,
			...change
		})
	);
	if ('problems' in answer) throw new Error(answer.problems.join(' '));
	return answer.manifest;
}

/** A picture twice as wide as high: it stands in rows 160 to 480 of the input. */
const letterbox = letterboxOf({ width: 2000, height: 1000 }, { width: 640, height: 640 });

/** Candidates as columns: cx, cy, w, h, and the scores of the classes. */
function columns(candidates: number[][]) {
	const channels = candidates[0]!.length;
	const data = Array.from({ length: channels }, (_, row) => candidates.map((one) => one[row]!)).flat();
	return { data, dims: [1, channels, candidates.length] };
}

const face = [320, 320, 64, 32, 0.9, 0.1, 0];

describe('a model’s answer', () => {
	it('becomes boxes as shares of the upright picture', () => {
		expect(readBoxes(columns([face]), letterbox, manifestWith())).toEqual([
			{ kind: 'face', score: 0.9, x: 0.45, y: 0.45, w: expect.closeTo(0.1, 9), h: expect.closeTo(0.1, 9) }
		]);
	});

	it('may lie on its side', () => {
		const plate = [100, 200, 20, 10, 0, 0.8, 0];
		const rows = { data: [...face, ...plate], dims: [1, 2, 7] };
		const kinds = readBoxes(rows, letterbox, manifestWith()).map(({ kind }) => kind);
		expect(kinds).toEqual(['face', 'plate']);
	});

	it('may have channels of no concern after its classes', () => {
		const manifest = manifestWith({ output: { format: 'yolov8', name: 'output0', extra: 2 } });
		expect(readBoxes(columns([[...face, 7, 7]]), letterbox, manifest)).toHaveLength(1);
	});

	it('of another shape than announced is refused with both shapes', () => {
		const wrong = { data: new Float32Array(84 * 3), dims: [1, 84, 3] };
		expect(() => readBoxes(wrong, letterbox, manifestWith())).toThrow(
			'Output "output0" has the shape 1 × 84 × 3; with 3 classes it should be 1 × 7 × the number of candidates.'
		);
	});

	it('leaves out what is unsure, and what is most likely of no concern', () => {
		const unsure = [320, 320, 64, 32, 0.4, 0.3, 0];
		const dog = [100, 300, 64, 32, 0.6, 0, 0.9];
		expect(readBoxes(columns([unsure, dog]), letterbox, manifestWith())).toEqual([]);
	});

	it('keeps the most certain of boxes upon each other, and both of different kinds', () => {
		const sure = [322, 320, 64, 32, 0.95, 0, 0];
		const plate = [320, 320, 64, 32, 0, 0.7, 0];
		const found = readBoxes(columns([face, sure, plate]), letterbox, manifestWith());
		expect(found.map(({ kind, score }) => [kind, score])).toEqual([
			['face', 0.95],
			['plate', 0.7]
		]);
	});

	it('cuts boxes to the picture and leaves out those beyond it', () => {
		const half = [0, 320, 64, 32, 0.9, 0, 0];
		const above = [320, 60, 64, 32, 0.9, 0, 0];
		const found = readBoxes(columns([half, above]), letterbox, manifestWith());
		expect(found).toHaveLength(1);
		expect(found[0]).toMatchObject({ x: 0, w: expect.closeTo(0.05, 9) });
	});

	it('may come as rows that are thinned out already, in pixels or shares of the input', () => {
		const pixels = { data: [288, 304, 352, 336, 0.9, 1], dims: [1, 1, 6] };
		const shares = { data: [0.45, 0.475, 0.55, 0.525, 0.9, 1], dims: [1, 1, 6] };
		for (const [output, unit] of [
			[pixels, 'pixels'],
			[shares, 'fractions']
		] as const) {
			const manifest = manifestWith({ output: { format: 'boxes', name: 'boxes', unit } });
			const [found] = readBoxes(output, letterbox, manifest);
			expect(found).toMatchObject({ kind: 'plate', x: expect.closeTo(0.45, 9), h: expect.closeTo(0.1, 9) });
		}
	});

	it('of rows may be empty', () => {
		const manifest = manifestWith({ output: { format: 'boxes', name: 'boxes' } });
		expect(readBoxes({ data: [], dims: [1, 0, 6] }, letterbox, manifest)).toEqual([]);
	});

	it('of any numbers gives at most sixty boxes, all in the picture', () => {
		const number = fc.oneof(fc.double(), fc.double({ min: -1000, max: 1000 }), fc.double({ min: 0, max: 1 }));
		const candidates = fc.array(fc.tuple(...Array.from({ length: 7 }, () => number)), {
			minLength: 1,
			maxLength: 200
		});
		fc.assert(
			fc.property(candidates, (given) => {
				const found = readBoxes(columns(given), letterbox, manifestWith({ score: 0 }));
				expect(found.length).toBeLessThanOrEqual(60);
				for (const { x, y, w, h, score } of found) {
					expect(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 1.000001 && y + h <= 1.000001).toBe(true);
					expect(score >= 0 && score <= 1).toBe(true);
				}
			})
		);
	});
});
