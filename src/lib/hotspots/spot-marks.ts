import type { Mark } from '#lib/map/amount.ts';
import { nightChannels } from '#lib/map/palette.ts';
import type { Emerged, Grouped, Judged, Shapes } from './brush/session.ts';
import type { StreetDensity } from './brush/street-heat.ts';

/** How sure a hotspot is: its adjusted p-value is at most `most`. The first step that holds counts. */
export const hotSteps = [
	{ most: 0.001, colour: '#e8480c', opacity: 0.85, width: 7 },
	{ most: 0.01, colour: '#ff7d33', opacity: 0.7, width: 5.5 },
	{ most: 1, colour: '#ffb184', opacity: 0.6, width: 4.5 }
] as const;
/** A score while the hand moves, before any verdict: standard normal quantiles at 95 %, 99 % and 99.9 %. */
export const scoreSteps = [
	{ least: 3.09, opacity: 0.5 },
	{ least: 2.33, opacity: 0.34 },
	{ least: 1.65, opacity: 0.2 }
] as const;
export const scoreColour = '#ffb184';
/** Places that hold reports and are no hotspot; and those a shuffled map calls hot. */
export const quiet = { colour: '#7f97ad', edge: '#4d6a85' } as const;
export const alarmColour = '#f0e442';
const hotEdge = '#fff1e6';

function pathOf(shapes: Shapes, place: number): [number, number][] {
	if (shapes.kind === 'segments') return shapes.lines[place]!;
	const [lng, lat] = [shapes.middles[2 * place]!, shapes.middles[2 * place + 1]!];
	return shapes.corners.map(([east, north]) => [lng + east, lat + north]);
}

function quietMark(shapes: Shapes, place: number): Mark {
	const isArea = shapes.kind === 'hexagons';
	return {
		path: pathOf(shapes, place),
		isArea,
		colour: quiet.colour,
		edge: quiet.edge,
		opacity: isArea ? 0.07 : 0.5,
		width: isArea ? 0.6 : 1.4
	};
}

/** Every place with a report; hotspots above the others. */
export function verdictMarks(shapes: Shapes, { spots }: Pick<Judged, 'spots'>): Mark[] {
	const marks: Mark[] = [];
	for (const { place, isHot } of spots) if (!isHot) marks.push(quietMark(shapes, place));
	const hot = spots.filter(({ isHot }) => isHot).reverse();
	for (const { place, adjusted } of hot) {
		const step = hotSteps.find(({ most }) => adjusted <= most)!;
		marks.push({
			path: pathOf(shapes, place),
			isArea: shapes.kind === 'hexagons',
			colour: step.colour,
			edge: shapes.kind === 'hexagons' ? hotEdge : step.colour,
			opacity: shapes.kind === 'hexagons' ? step.opacity : 1,
			width: shapes.kind === 'hexagons' ? 1.6 : step.width
		});
	}
	return marks;
}

/** Scores while the hand moves: no edges, as nothing has been judged. */
export function scoreMarks(shapes: Shapes, counts: Uint32Array, score: Float64Array): Mark[] {
	const marks: Mark[] = [];
	const isArea = shapes.kind === 'hexagons';
	for (let place = 0; place < counts.length; place++) {
		if (counts[place] === 0) continue;
		const step = scoreSteps.find(({ least }) => score[place]! >= least);
		if (!step) marks.push(quietMark(shapes, place));
		else
			marks.push({
				path: pathOf(shapes, place),
				isArea,
				colour: scoreColour,
				opacity: step.opacity,
				width: isArea ? 0 : 4
			});
	}
	return marks;
}

/** A map whose values were dealt out at random, and the hotspots it has all the same. */
export function shuffledMarks(shapes: Shapes, counts: Uint32Array, found: Uint8Array): Mark[] {
	const marks: Mark[] = [];
	for (let place = 0; place < counts.length; place++) {
		if (counts[place] === 0 && !found[place]) continue;
		if (!found[place]) marks.push(quietMark(shapes, place));
		else
			marks.push({
				path: pathOf(shapes, place),
				isArea: shapes.kind === 'hexagons',
				colour: alarmColour,
				opacity: 0.7,
				width: shapes.kind === 'hexagons' ? 1.6 : 6
			});
	}
	return marks;
}

/** The place the list has open. */
export function chosenMark(shapes: Shapes, place: number): Mark {
	return {
		path: pathOf(shapes, place),
		isArea: shapes.kind === 'hexagons',
		colour: '#3fd8ff',
		opacity: shapes.kind === 'hexagons' ? 0 : 1,
		width: shapes.kind === 'hexagons' ? 4 : 9
	};
}

/** The place nearest to where a person pointed, within `most` degrees of its middle (or of a point of its line); null for none. */
export function placeAt(shapes: Shapes, [lng, lat]: readonly [number, number], most: number): number | null {
	let [best, place] = [most * most, -1];
	const shrink = Math.cos((lat * Math.PI) / 180) ** 2;
	const look = (x: number, y: number, i: number) => {
		const square = (x - lng) ** 2 * shrink + (y - lat) ** 2;
		if (square < best) [best, place] = [square, i];
	};
	if (shapes.kind === 'hexagons')
		for (let i = 0; 2 * i < shapes.middles.length; i++)
			look(shapes.middles[2 * i]!, shapes.middles[2 * i + 1]!, i);
	else
		for (const [i, line] of shapes.lines.entries())
			for (let p = 1; p < line.length; p++) {
				const [[ax, ay], [bx, by]] = [line[p - 1]!, line[p]!];
				const [dx, dy] = [bx - ax, by - ay];
				const whole = dx * dx * shrink + dy * dy;
				const part = whole > 0 ? ((lng - ax) * dx * shrink + (lat - ay) * dy) / whole : 0;
				const t = Math.min(1, Math.max(0, part));
				look(ax + t * dx, ay + t * dy, i);
			}
	return place < 0 ? null : place;
}

/** Streets by expected reports: those chosen for patrol stand out, the others say how much is expected. */
export function expectedMarks(shapes: Shapes, mean: Float64Array, best: readonly number[]): Mark[] {
	let most = 0;
	for (const one of mean) if (one > most) most = one;
	const isBest = new Set(best);
	const marks: Mark[] = [];
	for (let s = 0; s < mean.length; s++)
		if (mean[s]! > 0 && !isBest.has(s))
			marks.push({
				path: pathOf(shapes, s),
				isArea: false,
				colour: quiet.colour,
				opacity: 0.25 + 0.6 * Math.sqrt(mean[s]! / most),
				width: 1.5
			});
	for (const s of best)
		marks.push({ path: pathOf(shapes, s), isArea: false, colour: '#ff7d33', opacity: 1, width: 5 });
	return marks;
}

/** Pieces of street by density: the heat map's ramp, along the kerb. Below a fiftieth of the peak nothing is drawn. */
export function streetHeatMarks(shapes: Shapes, { values, peak }: StreetDensity): Mark[] {
	const marks: Mark[] = [];
	for (let piece = 0; piece < values.length; piece++) {
		const share = peak > 0 ? values[piece]! / peak : 0;
		if (share < 0.02) continue;
		const [red, green, blue] = nightChannels(Math.sqrt(share));
		const colour = `#${[red, green, blue].map((one) => one.toString(16).padStart(2, '0')).join('')}`;
		marks.push({ path: pathOf(shapes, piece), isArea: false, colour, opacity: 1, width: 2 + 4 * share });
	}
	return marks;
}

/** What a place is turning into: each kind has its own edge as well as its colour (Okabe and Ito's). */
export const emergingInks = [
	{ colour: '#4d6a85', opacity: 0, width: 0 },
	{ colour: '#f0e442', opacity: 0.75, width: 3 },
	{ colour: '#e69f00', opacity: 0.7, width: 2 },
	{ colour: '#d55e00', opacity: 0.55, width: 0.8 },
	{ colour: '#56b4e9', opacity: 0.2, width: 2 }
] as const;

export function emergingMarks(shapes: Shapes, { kind, counts }: Pick<Emerged, 'kind' | 'counts'>): Mark[] {
	const marks: Mark[] = [];
	for (let place = 0; place < kind.length; place++) {
		if (kind[place] === 0) {
			if (counts[place]! > 0) marks.push(quietMark(shapes, place));
			continue;
		}
		const { colour, opacity, width } = emergingInks[kind[place]!]!;
		marks.push({ path: pathOf(shapes, place), isArea: true, colour, opacity, width });
	}
	return marks;
}

export const groupColour = '#cc79a7';

export function groupMarks({ groups }: Grouped): Mark[] {
	return groups.map(({ hull, middle }) => ({
		// A group on one straight street has no inside: a small square stands for it.
		path: hull.length > 2 ? hull : squareAround(middle),
		isArea: true,
		colour: groupColour,
		opacity: 0.35,
		width: 2
	}));
}

function squareAround([lng, lat]: readonly [number, number]): [number, number][] {
	const by = 0.0002;
	return [
		[lng - by, lat - by],
		[lng + by, lat - by],
		[lng + by, lat + by],
		[lng - by, lat + by]
	];
}
