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
	return hex(between(cividis, amount));
}

function between(
	stops: readonly (readonly number[])[],
	amount: number
): [red: number, green: number, blue: number] {
	const at = Math.min(1, Math.max(0, amount)) * (stops.length - 1);
	const below = Math.min(stops.length - 2, Math.floor(at));
	const [low, high] = [stops[below]!, stops[below + 1]!];
	const channel = (i: number) => Math.round(low[i]! + (high[i]! - low[i]!) * (at - below));
	return [channel(0), channel(1), channel(2)];
}

function hex(channels: readonly number[]): string {
	return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * Cividis for the dark wall. Its own darkest third would vanish there, so the ramp begins at a blue that still glows;
 * lightness rises all the way (L* 21, 40, 52, 64, 76, 92).
 */
const nightStops = ['#0f3168', '#2f5f9e', '#5f7fa3', cividisAt(0.6), cividisAt(0.8), cividisAt(1)].map(
	(colour) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
);

/** Red, green and blue, 0–255, of an amount between 0 and 1 on the dark wall. */
export function nightChannels(amount: number): [red: number, green: number, blue: number] {
	return between(nightStops, amount);
}

/** The colour of step `i` of `of` on the dark wall. */
export function stepColour(i: number, of: number): string {
	return hex(nightChannels(of > 1 ? 0.2 + (0.8 * i) / (of - 1) : 1));
}

/** One step of a legend: from this rate on, in this colour. */
export interface RateStep {
	from: number;
	colour: string;
}

/** Closure rates in five steps rather than a run of colour: from across a room nobody can tell 81 % from 84 %. */
export const rateSteps: readonly RateStep[] = [0, 0.6, 0.7, 0.8, 0.9].map((from, i, all) => ({
	from,
	colour: stepColour(i, all.length)
}));

export function rateColour(share: number): string {
	return rateSteps.findLast((step) => share >= step.from)!.colour;
}
