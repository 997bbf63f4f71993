/**
 * Cividis (Nuñez, Anderton, Renslow 2018, doi:10.1371/journal.pone.0199239), sampled at every eighth: lightness rises
 * evenly with the amount, and it reads the same with and without red–green colour blindness.
 */
const cividis = [
	[0, 34, 78],
	[24, 55, 109],
	[68, 78, 108],
	[97, 102, 112],
	[124, 123, 120],
	[154, 147, 118],
	[187, 173, 108],
	[222, 201, 91],
	[254, 232, 56]
] as const;

/** The colour of an amount between 0 and 1, as a hex string. */
export function cividisAt(amount: number): string {
	const at = Math.min(1, Math.max(0, amount)) * (cividis.length - 1);
	const below = Math.min(cividis.length - 2, Math.floor(at));
	const channels = cividis[below]!.map((low, i) =>
		Math.round(low + (cividis[below + 1]![i]! - low) * (at - below))
	);
	return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** One step of a legend: from this rate on, in this colour. */
export interface RateStep {
	from: number;
	colour: string;
}

/**
 * Closure rates in five steps. On the dark wall the lowest part of cividis would vanish, so the ramp begins at a blue
 * that still glows. Steps rather than a run of colour: from across a room nobody can tell 81 % from 84 %.
 */
export const rateSteps: readonly RateStep[] = [
	{ from: 0, colour: '#2f5f9e' },
	{ from: 0.6, colour: '#5f7fa3' },
	{ from: 0.7, colour: cividisAt(0.6) },
	{ from: 0.8, colour: cividisAt(0.8) },
	{ from: 0.9, colour: cividisAt(1) }
];

export function rateColour(share: number): string {
	return rateSteps.findLast((step) => share >= step.from)!.colour;
}
