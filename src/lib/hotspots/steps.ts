/** 1, 2, 2.5 or 5 times a power of ten: the least that is not below `value`. Needs a positive value. */
export function niceCeiling(value: number): number {
	const power = 10 ** Math.floor(Math.log10(value));
	return ([1, 2, 2.5, 5, 10].find((step) => step * power >= value * (1 - 1e-9)) ?? 10) * power;
}

/**
 * Round numbers that cut 0…peak into at most `most` equal steps, the first being 0: [0, 20, 40, 60] for a peak of 73.
 * Equal steps, so that a colour twice as bright stands for twice as much. Whole numbers when `isCount`.
 */
export function equalSteps(peak: number, most = 5, isCount = false): number[] {
	if (!(peak > 0)) return [0];
	const step = isCount ? Math.ceil(niceCeiling(peak / most)) : niceCeiling(peak / most);
	return Array.from({ length: Math.max(1, Math.ceil(peak / step - 1e-9)) }, (_, i) => i * step);
}

/** Which step a value falls into. */
export function stepOf(value: number, steps: readonly number[]): number {
	return Math.max(
		0,
		steps.findLastIndex((from) => value >= from)
	);
}
