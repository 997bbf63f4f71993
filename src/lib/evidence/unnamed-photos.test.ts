import { describe, expect, it } from 'vitest';
import { UnnamedPhotos } from './unnamed-photos.ts';

const room = { photos: 2, bytes: 100, forgetAfter: 1000 };

describe('photos no report names', () => {
	it('fill their room by number', () => {
		const waiting = new UnnamedPhotos(room);
		waiting.arrived('a', 10, 0);
		waiting.arrived('b', 10, 0);
		expect(waiting.hasRoom('c', 10, 1)).toBe(false);
	});

	it('fill their room by size', () => {
		const waiting = new UnnamedPhotos(room);
		waiting.arrived('a', 95, 0);
		expect([waiting.hasRoom('c', 5, 1), waiting.hasRoom('c', 6, 1)]).toEqual([true, false]);
	});

	it('leave it when a report names them', () => {
		const waiting = new UnnamedPhotos(room);
		waiting.arrived('a', 100, 0);
		waiting.named('a');
		expect(waiting.hasRoom('c', 100, 1)).toBe(true);
	});

	it('leave it after a while', () => {
		const waiting = new UnnamedPhotos(room);
		waiting.arrived('a', 100, 0);
		expect([waiting.hasRoom('c', 1, 999), waiting.hasRoom('c', 100, 1000)]).toEqual([false, true]);
	});

	it('do not keep out a photo that a report asked for, or one that is here already', () => {
		const waiting = new UnnamedPhotos(room);
		waiting.arrived('a', 100, 0);
		waiting.named('wanted');
		expect([waiting.hasRoom('wanted', 50, 1), waiting.hasRoom('a', 100, 1)]).toEqual([true, true]);
		waiting.arrived('wanted', 50, 1);
		waiting.named('a');
		expect(waiting.hasRoom('c', 100, 2)).toBe(true);
	});
});
