// One step of the time brush over a whole history in the worker: the hand moves a week's window by an hour, or jumps anywhere; filters
// change. Beside it the plain way: count the window's reports again at every step.
//
//   npm run bench brush

import { parseArgs } from 'node:util';
import { Brush, type Asked, type Places } from '#lib/hotspots/brush/brush.ts';
import type { Ground } from '#lib/hotspots/brush/ground.ts';
import { emptySpots } from '#lib/hotspots/brush/spots.ts';

const { values } = parseArgs({ options: { sample: { type: 'boolean', default: false } } });
const n = values.sample ? 20_000 : 1_000_000;
const rounds = values.sample ? 5 : 200;
/** Blocks of 250 m: 20 × 15 km of streets. */
const [across, up] = values.sample ? [16, 12] : [80, 60];
const years = 3;
/** One frame of a screen. */
const mostMs = 16;

let seed = 1;
const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
const whole = (below: number) => Math.floor(below * random());
const [stepLng, stepLat] = [0.00267, 0.00225];

function streets(): Ground {
	const segments: Ground['segments'] = [];
	const add = (c: number, r: number, dc: number, dr: number) => {
		const ends = [
			[c, r],
			[c + dc, r + dr]
		] as const;
		segments.push({
			id: segments.length + 1,
			...{ street_id: null, name: null, name_en: null, length_m: 250 },
			line: ends.map(([x, y]) => [119.4 + x * stepLng, 32.7 + y * stepLat]),
			from_junction: r * (across + 1) + c,
			to_junction: (r + dr) * (across + 1) + c + dc
		});
	};
	for (let r = 0; r <= up; r++)
		for (let c = 0; c <= across; c++) {
			if (c < across) add(c, r, 1, 0);
			if (r < up) add(c, r, 0, 1);
		}
	return { version: 'bench', segments, patrol: { segments: [], hours: [] } };
}

const ground = streets();
const spots = emptySpots(n);
spots.origin = [119.4, 32.7];
const hours = years * 365 * 24;
for (let i = 0; i < n; i++) {
	// A third of all reports on a twentieth of the streets, as in a real city.
	const s = whole(ground.segments.length / (random() < 1 / 3 ? 20 : 1));
	const [[ax, ay], [bx, by]] = ground.segments[s]!.line as [[number, number], [number, number]];
	const part = random();
	spots.lng[i] = Math.round((ax + (bx - ax) * part - 119.4) * 1e6);
	spots.lat[i] = Math.round((ay + (by - ay) * part - 32.7) * 1e6);
	spots.segment[i] = ground.segments[s]!.id;
	spots.hour[i] = 227_000 + Math.floor((i / n) * hours);
	spots.category[i] = whole(14);
	spots.flags[i] = whole(8) | (whole(6) << 8);
}
const first = 227_000;

const startedAt = performance.now();
const brush = new Brush(ground, spots, 14, 6);
const everything = { categories: null, hours: [0, 24], hasPatrolFound: true, hasRepeats: true } as const;
const usual: Places = { kind: 'hexagons', radius: 100 };
const middle: Places = { kind: 'hexagons', radius: 150 };
const segments: Places = { kind: 'segments' };

type Step = (asked: Asked) => void;
const views: [string, Step][] = [
	[
		'heat and rates',
		(asked) => {
			brush.heat(asked);
			brush.figures(asked);
		}
	],
	...([usual, middle, segments] as const).map((places): [string, Step] => [
		`Gi* on ${places.kind === 'segments' ? 'segments' : `hexagons of ${places.radius} m`} and rates`,
		(asked) => {
			brush.scores(places, asked, 'street');
			brush.figures(asked);
		}
	])
];
for (const [, step] of views) step({ from: first, to: first + 24, sieve: everything });
const openedMs = performance.now() - startedAt;

const month = 30 * 24;
const hands: [string, (i: number) => Asked][] = [
	[
		'a month moves by a day',
		(i) => ({ from: first + i * 24, to: first + i * 24 + month, sieve: everything })
	],
	[
		'one edge moves by a day, nearly everything in',
		(i) => ({ from: first + i * 24, to: first + hours, sieve: everything })
	],
	[
		'jumps anywhere',
		() => {
			const from = first + whole(hours - month);
			return { from, to: from + 24 + whole(first + hours - from - 24), sieve: everything };
		}
	],
	[
		'another category or hour of the day',
		(i) => ({
			from: first,
			to: first + hours,
			sieve: { ...everything, categories: [i % 14, (i + 5) % 14], hours: [i % 24, (i + 9) % 24] }
		})
	]
];

/** Medians of the time on the clock and of the processor's, which a busy machine does not stretch; and the clock's 99th percentile. */
function quantiles(
	step: Step,
	hand: (i: number) => Asked,
	times: number
): [median: number, processor: number, worst: number] {
	const [taken, used]: [number[], number[]] = [[], []];
	for (let i = 0; i < times; i++) {
		const asked = hand(i);
		const before = process.cpuUsage();
		const begun = performance.now();
		step(asked);
		taken.push(performance.now() - begun);
		const { user, system } = process.cpuUsage(before);
		used.push((user + system) / 1000);
	}
	for (const list of [taken, used]) list.sort((a, b) => a - b);
	return [taken[times >> 1]!, used[times >> 1]!, taken[Math.floor(times * 0.99)]!];
}

/** What a step costs that counts the window's reports again. */
function plainly(places: Places): Step {
	const place = brush.placeOf(places);
	const counts = new Uint32Array(brush.neighbours(places).start.length - 1);
	const isIn = brush.sift(everything);
	return ({ from, to }) => {
		counts.fill(0);
		for (let i = 0; i < n; i++) {
			const hour = spots.hour[i]!;
			if (hour >= from && hour < to && isIn[i]) counts[place[i]!]!++;
		}
	};
}

const ms = (value: number) => value.toFixed(2).padStart(8);
console.log(
	`${n.toLocaleString('en')} reports, ${years} years, ${Math.round(brush.km)} km of streets, ` +
		`${brush.hexagons(100).lattice.x.length.toLocaleString('en')} hexagons of 100 m; ready in ${Math.round(openedMs)} ms.`
);
let worstStep = 0;
for (const [hand, asked] of hands) {
	console.log(
		`\n${hand}: ms on the clock, of the processor (medians of ${rounds} steps), 99th percentile on the clock`
	);
	for (const [view, step] of views) {
		for (let i = 0; i < 3; i++) step(asked(i));
		const [median, processor, worst] = quantiles(step, asked, rounds);
		worstStep = Math.max(worstStep, processor);
		console.log(`  ${ms(median)} ${ms(processor)} ${ms(worst)}  ${view}`);
	}
}
// A diffusion along every street is solved anew, whatever changed.
const along = quantiles((asked) => void brush.heatAlong(asked), hands[0]![1], Math.min(rounds, 20))[0];
console.log(`\nHeat along the streets, a month moved by a day: ${ms(along)} ms`);
const counting = quantiles(plainly(usual), hands[0]![1], Math.min(rounds, 40))[0];
const moving = quantiles((asked) => brush.counts(usual, asked), hands[0]![1], rounds)[0];
console.log(
	`\nCounting alone, a month moved by a day: ${ms(moving)} ms against ${ms(counting)} ms anew: ${Math.round(counting / moving)} ×`
);
if (!values.sample && worstStep > mostMs) {
	console.error(
		`A step of the hand takes ${worstStep.toFixed(1)} ms of a processor, more than a frame of ${mostMs} ms.`
	);
	process.exitCode = 1;
}
