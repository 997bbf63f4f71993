/** A stream of whole numbers that is the same wherever and whenever the seed is the same. */
export interface Random {
	/** A whole number in [0, below), each as likely as the others; `below` from 1 to 2³² − 1. */
	below(below: number): number;
	/** A number in [0, 1), a multiple of 2⁻³². */
	next(): number;
}

/**
 * The generator xoshiro128** (Blackman and Vigna 2021, Scrambled linear pseudorandom number generators, ACM TOMS 47(4),
 * period 2¹²⁸ − 1), its four words filled from the seed by splitmix32. `seed` is a whole number; only its lowest 32 bits
 * count. Bounded numbers by multiplication with rejection (Lemire 2019, ACM TOMACS 29(1)): no value is favoured.
 */
export function randomFrom(seed: number): Random {
	let filler = seed | 0;
	const fill = () => {
		filler = (filler + 0x9e3779b9) | 0;
		let mixed = Math.imul(filler ^ (filler >>> 16), 0x85ebca6b);
		mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
		return mixed ^ (mixed >>> 16);
	};
	let [a, b, c, d] = [fill(), fill(), fill(), fill()];
	const word = () => {
		const times5 = Math.imul(b, 5);
		const answer = Math.imul((times5 << 7) | (times5 >>> 25), 9) >>> 0;
		const shifted = b << 9;
		c ^= a;
		d ^= b;
		b ^= c;
		a ^= d;
		c ^= shifted;
		d = (d << 11) | (d >>> 21);
		return answer;
	};
	return {
		below(below) {
			for (;;) {
				const product = word() * below;
				const high = Math.floor(product / 2 ** 32);
				// The product may round to the next whole number only for `below` above 2²¹, where the bias is under 2⁻²¹.
				const low = product - high * 2 ** 32;
				if (low >= below || low >= 2 ** 32 % below) return high;
			}
		},
		next: () => word() / 2 ** 32
	};
}

/** Puts the values in random order, in place (Fisher and Yates; Knuth, The Art of Computer Programming 2, algorithm 3.4.2P). */
export function shuffle<T extends Int32Array | Float64Array>(values: T, random: Random): T {
	for (let i = values.length - 1; i > 0; i--) {
		const j = random.below(i + 1);
		const kept = values[i]!;
		values[i] = values[j]!;
		values[j] = kept;
	}
	return values;
}
