// The name of a photo. Browsers hash only on secure connections; a city tried out on plain http has citizens with photos, too,
// and the server checks the name in any case.

export async function sha256Of(bytes: ArrayBuffer): Promise<string> {
	if (!globalThis.crypto?.subtle) return hex(digest(new Uint8Array(bytes)));
	return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

function hex(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

let constants: { rounds: Uint32Array; start: Uint32Array } | undefined;

/** The first 32 bits of the fractional parts of roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3). */
function makeConstants() {
	const primes: number[] = [];
	for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
	const fraction = (root: number) => Math.floor((root % 1) * 2 ** 32);
	return {
		rounds: Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime))),
		start: Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))
	};
}

const turn = (word: number, by: number) => (word >>> by) | (word << (32 - by));

/** SHA-256 as FIPS 180-4 writes it. */
export function digest(message: Uint8Array): Uint8Array {
	const { rounds, start } = (constants ??= makeConstants());
	const padded = new Uint8Array((((message.length + 8) >> 6) << 6) + 64);
	padded.set(message);
	padded[message.length] = 0x80;
	const view = new DataView(padded.buffer);
	view.setUint32(padded.length - 8, Math.floor(message.length / 2 ** 29));
	view.setUint32(padded.length - 4, (message.length << 3) >>> 0);
	const state = Uint32Array.from(start);
	const words = new Uint32Array(64);
	for (let block = 0; block < padded.length; block += 64) {
		for (let t = 0; t < 16; t += 1) words[t] = view.getUint32(block + 4 * t);
		for (let t = 16; t < 64; t += 1) {
			const [near, far] = [words[t - 2]!, words[t - 15]!];
			const s1 = turn(near, 17) ^ turn(near, 19) ^ (near >>> 10);
			const s0 = turn(far, 7) ^ turn(far, 18) ^ (far >>> 3);
			words[t] = s1 + words[t - 7]! + s0 + words[t - 16]!;
		}
		let [a, b, c, d, e, f, g, h] = state as unknown as [
			number,
			number,
			number,
			number,
			number,
			number,
			number,
			number
		];
		for (let t = 0; t < 64; t += 1) {
			const choice = (e & f) ^ (~e & g);
			const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + rounds[t]! + words[t]!) | 0;
			const majority = (a & b) ^ (a & c) ^ (b & c);
			const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0;
			[h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
		}
		[a, b, c, d, e, f, g, h].forEach((word, at) => (state[at] = state[at]! + word));
	}
	const result = new Uint8Array(32);
	const out = new DataView(result.buffer);
	state.forEach((word, at) => out.setUint32(4 * at, word));
	return result;
}
