import type { Mark } from '#lib/map/amount.ts';
import type { Judged, Shapes } from './brush/session.ts';

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
