import fc from 'fast-check';
import { expect, test } from 'vitest';
import { neighboursFrom, segmentNeighbours, squareNeighbours, type Neighbours } from './neighbours.ts';

const rowsOf = ({ start, list }: Neighbours) =>
	Array.from({ length: start.length - 1 }, (_, i) => [...list.slice(start[i], start[i + 1])]);

test('segments that share a junction are neighbours', () => {
	//   0 --0-- 1 --1-- 2
	//           |
	//           2           3 --3-- 4 (apart), 4 is a loop at 3
	const neighbours = segmentNeighbours(Int32Array.of(0, 1, 1, 3, 3), Int32Array.of(1, 2, 5, 4, 3), 6);
	expect(rowsOf(neighbours)).toEqual([[1, 2], [0, 2], [0, 1], [4], [3]]);
});

test('two segments that share both junctions are neighbours once', () => {
	expect(rowsOf(segmentNeighbours(Int32Array.of(0, 1), Int32Array.of(1, 0), 2))).toEqual([[1], [0]]);
});

test('a corner of a square lattice has three neighbours, a side five, the middle eight', () => {
	expect(rowsOf(squareNeighbours(3, 3)).map((row) => row.length)).toEqual([3, 5, 3, 5, 8, 5, 3, 5, 3]);
	expect(rowsOf(squareNeighbours(3, 2))[1]).toEqual([0, 2, 3, 4, 5]);
});

test('neighbours of segments are mutual, ascending, never the segment itself', () => {
	const junction = fc.integer({ min: 0, max: 6 });
	fc.assert(
		fc.property(fc.array(fc.tuple(junction, junction), { maxLength: 12 }), (ends) => {
			const [from, to] = [0, 1].map((end) => Int32Array.from(ends, (pair) => pair[end]!));
			const wanted = ends.map((one, i) =>
				ends.flatMap((other, j) => (i !== j && one.some((at) => other.includes(at)) ? [j] : []))
			);
			expect(rowsOf(segmentNeighbours(from!, to!, 7))).toEqual(wanted);
		})
	);
});

test('a neighbour that is no place is refused', () => {
	expect(() => neighboursFrom([[1], [2]])).toThrow('place 1 has neighbour 2 when there are 2 places');
	expect(rowsOf(neighboursFrom([[1, 0, 1], []]))).toEqual([[1], []]);
});
