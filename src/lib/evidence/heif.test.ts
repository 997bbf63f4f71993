import { describe, expect, it } from 'vitest';
import { box, heifHead, heifOfSize, u32 } from '#test/support/picture-files.ts';
import { hasMetaBox, heifSize } from './heif.ts';

describe('a HEIF file', () => {
	it('announces its largest size', () => {
		expect(heifSize(heifOfSize(4032, 3024))).toEqual({ width: 4032, height: 3024 });
		const ispe = box('ispe', Buffer.concat([u32(0), u32(8000), u32(6000)]));
		expect(heifSize(heifOfSize(4032, 3024, ispe))).toEqual({ width: 8000, height: 6000 });
		expect(heifSize(heifHead())).toBeNull();
	});

	it('describes its picture in a box that a reader comes to', () => {
		expect(hasMetaBox(heifOfSize(10, 10))).toBe(true);
		const long = Buffer.concat([u32(1), Buffer.from('free'), u32(0), u32(24), Buffer.alloc(8)]);
		expect(hasMetaBox(Buffer.concat([heifHead(), long, heifOfSize(10, 10)]))).toBe(true);
	});

	it.each([
		['without one', heifHead()],
		['with a box of no length before it', Buffer.concat([heifHead(), box('free', '', 0), heifOfSize(9, 9)])],
		['with a box shorter than its head', Buffer.concat([heifHead(), box('free', '', 3), heifOfSize(9, 9)])],
		[
			'with a box longer than the file',
			Buffer.concat([heifHead(), box('free', '', 99_999), heifOfSize(9, 9)])
		],
		['with a thousand boxes before it', Buffer.concat([...Array(1000).fill(box('free')), heifOfSize(9, 9)])],
		['of nothing', Buffer.alloc(0)]
	])('%s is not read', (_, bytes) => {
		expect(hasMetaBox(bytes)).toBe(false);
	});
});
