// Random numbers of the distributions that simulated cities are made of.

/** A Poisson number (Knuth, The Art of Computer Programming 2, section 3.4.1), in parts of mean 16 at most. */
export function poisson(mean: number, random: () => number): number {
	let k = 0;
	for (let left = mean; left > 0; left -= 16) {
		const least = Math.exp(-Math.min(left, 16));
		for (let product = random(); product > least; product *= random()) k += 1;
	}
	return k;
}

export function normal(random: () => number): number {
	return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A gamma number of the given shape and mean 1 (Marsaglia and Tsang 2000, ACM TOMS 26(3)); the shape is at least 1. */
export function gamma(shape: number, random: () => number): number {
	const d = shape - 1 / 3;
	const c = 1 / Math.sqrt(9 * d);
	for (;;) {
		const x = normal(random);
		const v = (1 + c * x) ** 3;
		if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return (d * v) / shape;
	}
}

/** A count with variance mean + mean² ÷ shape: more spread than Poisson's, as a city's are. */
export function negativeBinomial(mean: number, shape: number, random: () => number): number {
	return poisson(mean * gamma(shape, random), random);
}
