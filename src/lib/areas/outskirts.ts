// Streets that lead out of town enclose no block, and people report things there too: each falls to the area nearest to
// it, with a strip of ground on both its sides.
import {
	Clipper,
	Clipper64,
	ClipType,
	EndType,
	FillRule,
	JoinType,
	PointInPolygonResult,
	type Path64,
	type Paths64
} from 'clipper2-ts';
import type { MultiPolygon, Polygon } from 'geojson';
import type { Position } from '#lib/city/datum.ts';
import type { KnownStreets } from '#lib/city/import/known.ts';
import { boundsGround } from './blocks.ts';
import { fullEffort, polygonProblem } from './polygon-faults.ts';
import { patchesOf, storedPlane, withoutPinches, type Plane } from './plane.ts';

/** Ground on either side of such a street, in metres. */
const strip = 40;
/** In steps of the stored grid. */
const metre = 90;
/** What is left over where two strips meet. */
const crumbs = { squareMetres: 25, metres: 1 };

/** The areas' ground with the strips along streets that no area had. Borders stay shared corner by corner. */
export function withOutskirts(
	areas: readonly { geometry: Polygon | MultiPolygon }[],
	streets: KnownStreets
): (Polygon | MultiPolygon)[] {
	if (areas.length === 0) return [];
	const plane = storedPlane([streets.coords[0]!, streets.coords[1]!]);
	const drawn = areas.map(({ geometry }) => plane.draw(geometry));
	const outside = linesOutside(streets, plane, Clipper.union(drawn.flat(), FillRule.NonZero));
	// Steps are not square: a strip is a little narrower from west to east.
	const strips = shareOut(outside, drawn).map((lines) =>
		Clipper.inflatePaths(lines, strip * metre, JoinType.Miter, EndType.Square)
	);
	let taken = drawn.flat();
	const grown = drawn.map((own, i) => {
		const free = Clipper.difference(strips[i]!, taken, FillRule.NonZero);
		if (free.length === 0) return own;
		taken = Clipper.union([...taken, ...free], FillRule.NonZero);
		return Clipper.union([...own, ...free], FillRule.NonZero);
	});
	fillEnclosed(grown, taken);
	return grown.map((paths, i) => {
		if (paths === drawn[i]) return areas[i]!.geometry;
		const rings = paths.flatMap((ring) => withoutPinches(ring, ({ x, y }) => `${x},${y}`));
		const parts = patchesOf(rings, plane, crumbs);
		const coordinates = parts.map(({ geometry }) => geometry.coordinates as Position[][]);
		// Rather without its strips than not as ground should be.
		if (polygonProblem(coordinates, fullEffort())) return areas[i]!.geometry;
		return coordinates.length === 1
			? { type: 'Polygon', coordinates: coordinates[0]! }
			: { type: 'MultiPolygon', coordinates };
	});
}

/** Ground that areas and strips enclose falls to the one it has most border with. */
function fillEnclosed(grown: Paths64[], taken: Paths64): void {
	const all = Clipper.union(taken, FillRule.NonZero);
	const outers = all.filter((path) => Clipper.area(path) > 0);
	const enclosed = Clipper.difference(Clipper.union(outers, FillRule.NonZero), all, FillRule.NonZero);
	for (const hole of enclosed.filter((path) => Clipper.area(path) > 0)) {
		const inside = enclosed.filter(
			(path) =>
				Clipper.area(path) < 0 && Clipper.pointInPolygon(path[0]!, hole) === PointInPolygonResult.IsInside
		);
		const rim = Clipper.inflatePaths([hole], metre, JoinType.Miter, EndType.Polygon);
		const shared = grown.map((paths) =>
			Clipper.intersect(rim, paths, FillRule.NonZero).reduce((sum, path) => sum + Clipper.area(path), 0)
		);
		const most = shared.indexOf(Math.max(...shared));
		grown[most] = Clipper.union([...grown[most]!, hole, ...inside], FillRule.NonZero);
	}
}

function linesOutside(streets: KnownStreets, plane: Plane, covered: Paths64): Paths64 {
	const { coords, offsets } = streets;
	const lines: Paths64 = [];
	for (let line = 0; line + 1 < offsets.length; line++) {
		if (!boundsGround(streets, line)) continue;
		const positions: Position[] = [];
		for (let i = offsets[line]!; i < offsets[line + 1]!; i++)
			positions.push([coords[2 * i]!, coords[2 * i + 1]!]);
		lines.push(plane.line(positions));
	}
	const clipper = new Clipper64();
	clipper.addOpenSubject(lines);
	// Along a border is not outside.
	clipper.addClip(Clipper.inflatePaths(covered, metre, JoinType.Miter, EndType.Polygon));
	const outside: Paths64 = [];
	clipper.execute(ClipType.Difference, FillRule.NonZero, [], outside);
	return outside;
}

/** By area, the lines that fall to it: those that touch it first, then those that touch these, and so on outwards. */
function shareOut(lines: Paths64, drawn: readonly Paths64[]): Paths64[] {
	const shares: Paths64[] = drawn.map(() => []);
	const places = drawn.flatMap((paths, area) => paths.flat().map((at) => ({ ...at, area })));
	const waiting = new Set(lines);
	const nearest = (line: Path64) => {
		let best = { area: 0, away: Infinity };
		for (const { x, y, area } of places) {
			for (const end of [line[0]!, line.at(-1)!]) {
				const away = Math.hypot(x - end.x, y - end.y);
				if (away < best.away) best = { area, away };
			}
		}
		return best;
	};
	const ends = new Map<string, number>();
	const key = ({ x, y }: { x: number; y: number }) => `${x},${y}`;
	// Near enough to have been cut off at the area's own border.
	const touching = 3 * metre;
	for (const line of lines) {
		const { area, away } = nearest(line);
		if (away > touching) continue;
		take(line, area);
	}
	for (let grows = true; grows;) {
		grows = false;
		for (const line of waiting) {
			const area = [line[0]!, line.at(-1)!]
				.map((end) => ends.get(key(end)))
				.find((found) => found !== undefined);
			if (area === undefined) continue;
			take(line, area);
			grows = true;
		}
	}
	for (const line of [...waiting]) take(line, nearest(line).area);
	return shares;

	function take(line: Path64, area: number): void {
		waiting.delete(line);
		shares[area]!.push(line);
		for (const end of [line[0]!, line.at(-1)!]) if (!ends.has(key(end))) ends.set(key(end), area);
	}
}
