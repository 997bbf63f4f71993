// What the areas of one kind leave open between them, and what they claim twice.
import { Clipper, EndType, FillRule, JoinType, type Paths64, type Rect64 } from 'clipper2-ts';
import type { MultiPolygon, Polygon } from 'geojson';
import {
	boxOf,
	corners,
	patchesOf,
	planeAround,
	squareMetres,
	type Box,
	type Patch,
	type Plane
} from './plane.ts';

/** Less ground than this, or a sliver narrower than this, is drawing, not a claim. */
export const tolerance = { squareMetres: 1, metres: 0.1 };
/** Ground up to this wide between two areas is a gap; a street's own width and a river's are more or less that. */
export const gapWidth = 30;

/** Corners put through intersections, some seconds' worth; and overlaps after which a file is no partition of anything. */
const mostCornersCompared = 4_000_000;
const mostOverlaps = 2000;
/** Corners of areas that are still united in some seconds. */
const mostCornersUnited = 500_000;
/** Corners of a union that are still widened and narrowed again in some seconds. */
const mostCornersWidened = 150_000;

export interface Ground {
	name: string;
	geometry: Polygon | MultiPolygon;
}

export interface Overlap extends Patch {
	/** Places in the list given. */
	first: number;
	second: number;
}

export interface Lie {
	overlaps: Overlap[];
	gaps: Patch[];
	/** Pairs of areas that may meet and were not compared, because there was too much to compare. */
	notCompared: number;
	/** `enclosed`: not the narrow ones that are open to the outside. `none`: they are no matter here, or too much to look for. */
	gapsSought: 'all' | 'enclosed' | 'none';
	/** Ground covered. */
	squareMetres: number;
}

/** Overlaps between areas, and the ground that lies between them without being anyone's. */
export function lieOf(areas: readonly Ground[], shouldSeekGaps: boolean): Lie {
	const plane = planeAround(areas);
	const drawn = areas.map(({ geometry }) => plane.draw(geometry));
	const { overlaps, notCompared } = findOverlaps(drawn, plane);
	const claimed = drawn.reduce((sum, paths) => sum + squareMetres(paths), 0);
	const twice = overlaps.reduce((sum, overlap) => sum + overlap.squareMetres, 0);
	const lie: Lie = {
		overlaps,
		gaps: [],
		notCompared,
		gapsSought: 'none',
		squareMetres: Math.max(0, claimed - twice)
	};
	const isTooMuch =
		notCompared > 0 || drawn.reduce((sum, paths) => sum + corners(paths), 0) > mostCornersUnited;
	if (!shouldSeekGaps || areas.length < 2 || isTooMuch) return lie;
	const union = Clipper.union(drawn.flat(), FillRule.NonZero);
	lie.squareMetres = squareMetres(union);
	const isSmall = corners(union) <= mostCornersWidened;
	// Widened until gaps close, then narrowed to where it was: what has come in addition is gap.
	const closed = isSmall ? widen(widen(union, gapWidth / 2), -gapWidth / 2) : union;
	const outers = closed.filter((path) => Clipper.area(path) > 0);
	const filled = Clipper.union(outers, FillRule.NonZero);
	lie.gaps = patchesOf(Clipper.difference(filled, union, FillRule.NonZero), plane, minimumGap);
	lie.gapsSought = isSmall ? 'all' : 'enclosed';
	return lie;
}

/** Widening cuts very sharp corners off; what that leaves is less than this. */
const minimumGap = { squareMetres: 25, metres: 0.5 };

function findOverlaps(drawn: readonly Paths64[], plane: Plane): Pick<Lie, 'overlaps' | 'notCompared'> {
	const boxes = drawn.map(boxOf);
	const order = boxes.map((_, i) => i).sort((a, b) => boxes[a]!.west - boxes[b]!.west);
	const overlaps: Overlap[] = [];
	let left = mostCornersCompared;
	let notCompared = 0;
	let reaching: number[] = [];
	for (const i of order) {
		const box = boxes[i]!;
		reaching = reaching.filter((j) => boxes[j]!.east > box.west);
		for (const j of reaching) {
			if (boxes[j]!.north <= box.south || boxes[j]!.south >= box.north) continue;
			if (left <= 0 || overlaps.length >= mostOverlaps) {
				notCompared += 1;
				continue;
			}
			const [first, second] = i < j ? [i, j] : [j, i];
			// Neighbours meet in a narrow box along their border: only what lies in it is compared.
			const common = meet(boxes[first]!, boxes[second]!);
			const [a, b] = [first, second].map((area) => within(drawn[area]!, common)) as [Paths64, Paths64];
			// Cutting out costs as well, a tenth of comparing.
			left -= corners(a) + corners(b) + (corners(drawn[first]!) + corners(drawn[second]!)) / 10;
			if (a.length === 0 || b.length === 0) continue;
			const shared = Clipper.intersect(a, b, FillRule.NonZero);
			for (const patch of patchesOf(shared, plane, tolerance)) overlaps.push({ ...patch, first, second });
		}
		reaching.push(i);
	}
	overlaps.sort((a, b) => b.squareMetres - a.squareMetres);
	return { overlaps, notCompared };
}

/** The part of an area in a box; an area with holes stays whole, for a hole around the box would be lost. */
function within(paths: Paths64, box: Rect64): Paths64 {
	return paths.some((path) => Clipper.area(path) < 0) ? paths : Clipper.rectClip(box, paths);
}

function meet(a: Box, b: Box): Rect64 {
	return {
		left: Math.max(a.west, b.west),
		top: Math.max(a.south, b.south),
		right: Math.min(a.east, b.east),
		bottom: Math.min(a.north, b.north)
	};
}

/** All ground within so many metres of the paths (or, below zero, all that is farther inside than that). */
function widen(paths: Paths64, metres: number): Paths64 {
	// Sharp corners: what was widened so comes back where it was when narrowed again.
	return Clipper.inflatePaths(paths, metres * 100, JoinType.Miter, EndType.Polygon, 10);
}
