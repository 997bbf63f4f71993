import { describe, expect, it } from 'vitest';
import { UnnamedPhotos } from './unnamed-photos.ts';

const room = { photos: 2, bytes: 100, photosEach: 2, bytesEach: 100, forgetAfter: 1000 };

describe('photos no report names', () => {
	it('fill their room by number', () => {
		const waiting = new UnnamedPhotos(room);
		waiting.arrived('a', 10, 'x', 0);
		waiting.arrived('b', 10, 'x', 0);
		expect(waiting.hasRoom('c', 10, 'x', 1)).toBe(false);
	});

	it('fill their room by size', () => {
		const waiting = new UnnamedPhotos(room);
		waiting.arrived('a', 95, 'x', 0);
		expect([waiting.hasRoom('c', 5, 'x', 1), waiting.hasRoom('c', 6, 'x', 1)]).toEqual([true, false]);
	});

	it('leave it when a report names them', () => {
		const waiting = new UnnamedPhotos(room);
		waiting.arrived('a', 100, 'x', 0);
		waiting.named('a');
		expect(waiting.hasRoom('c', 100, 'x', 1)).toBe(true);
	});

	it('leave it after a while', () => {
		const waiting = new UnnamedPhotos(room);
		waiting.arrived('a', 100, 'x', 0);
		expect([waiting.hasRoom('c', 1, 'x', 999), waiting.hasRoom('c', 100, 'x', 1000)]).toEqual([false, true]);
	});

	it('do not keep out a photo that a report asked for, or one that is here already', () => {
		const waiting = new UnnamedPhotos(room);
		waiting.arrived('a', 100, 'x', 0);
		waiting.named('wanted');
		expect([waiting.hasRoom('wanted', 50, 'x', 1), waiting.hasRoom('a', 100, 'x', 1)]).toEqual([true, true]);
		waiting.arrived('wanted', 50, 'x', 1);
		waiting.named('a');
		expect(waiting.hasRoom('c', 100, 'x', 2)).toBe(true);
	});

	it('of one sender who sent too many keep out theirs and nobody else', () => {
		const waiting = new UnnamedPhotos({ ...room, photos: 100, photosEach: 1 });
		waiting.arrived('a', 1, 'x', 0);
		expect([waiting.hasRoom('b', 1, 'x', 1), waiting.hasRoom('b', 1, 'y', 1)]).toEqual([false, true]);
		waiting.named('a');
		expect(waiting.hasRoom('b', 1, 'x', 2)).toBe(true);
	});

	it('of one sender who sent too much keep out theirs and nobody else, until they are named', () => {
		const waiting = new UnnamedPhotos({ ...room, photos: 100, photosEach: 100, bytesEach: 30 });
		waiting.arrived('a', 20, 'x', 0);
		waiting.arrived('b', 5, 'x', 0);
		expect(waiting.hasRoom('c', 5, 'x', 1)).toBe(true);
		expect([waiting.hasRoom('c', 6, 'x', 1), waiting.hasRoom('c', 6, 'y', 1)]).toEqual([false, true]);
		expect(waiting.hasRoom('c', 6, '', 1)).toBe(true);
		waiting.named('a');
		expect([waiting.hasRoom('c', 25, 'x', 2), waiting.hasRoom('c', 26, 'x', 2)]).toEqual([true, false]);
	});
});
