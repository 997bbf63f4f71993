import { grown } from './slots.ts';

const buckets = 256;
/** 2048 s, about 34 minutes: 256 of them are 146 working hours, and whatever is longer shares the last. */
const shift = 11;

/** Room for slots and values, kept from one reading to the next: new memory costs more than what is done with it. */
let spare: { slots: Int32Array; values: Int32Array } | null = null;

/**
 * Exact medians of many groups without sorting: values are counted in coarse buckets as they come, and when all are in only those of
 * the buckets that hold the middle are looked at again. Takes O(n); 8 bytes a value.
 */
export class Medians {
	private coarse = new Int32Array(64 * buckets);
	private slots: Int32Array;
	private values: Int32Array;
	private n = 0;

	/** @param most no more values than this are added */
	constructor(most: number) {
		const room = spare && spare.values.length >= most ? spare : null;
		if (room) spare = null;
		this.slots = room?.slots ?? new Int32Array(most);
		this.values = room?.values ?? new Int32Array(most);
	}

	/** Makes room for slots below `slots`. Call before `add`. */
	reserve(slots: number): void {
		if (slots * buckets > this.coarse.length) this.coarse = grown(this.coarse, slots * buckets);
	}

	/** @param value whole seconds, 0 or more */
	add(slot: number, value: number): void {
		const bucket = value >> shift;
		this.coarse[slot * buckets + (bucket < buckets ? bucket : buckets - 1)]! += 1;
		this.slots[this.n] = slot;
		this.values[this.n++] = value;
	}

	/**
	 * The median of each slot, of an even number the mean of the two in the middle (percentile_cont(0.5)); NaN of none.
	 * The last value is the median of all. Nothing may be added afterwards.
	 */
	read(slots: number): Float64Array {
		this.reserve(slots);
		const middles: Middle[] = [];
		const whole = new Int32Array(buckets);
		for (let slot = 0; slot < slots; slot += 1) {
			const own = this.coarse.subarray(slot * buckets, (slot + 1) * buckets);
			for (let bucket = 0; bucket < buckets; bucket += 1) whole[bucket]! += own[bucket]!;
			middles.push(middleOf(own));
		}
		middles.push(middleOf(whole));
		this.gather(middles);
		spare = { slots: this.slots, values: this.values };
		return Float64Array.from(middles, finish);
	}

	/** Collects, for each middle, the values of the buckets it lies in. */
	private gather(middles: Middle[]): void {
		const slots = middles.length - 1;
		const all = middles[slots]!;
		const low = Int32Array.from(middles, (middle) => middle.low);
		const high = Int32Array.from(middles, (middle) => middle.high);
		const { values, slots: of, n } = this;
		const { low: allLow, high: allHigh, near } = all;
		for (let i = 0; i < n; i += 1) {
			const value = values[i]!;
			const slot = of[i]!;
			const bucket = value >> shift < buckets ? value >> shift : buckets - 1;
			if (bucket === low[slot] || bucket === high[slot]) middles[slot]!.near.push(value);
			if (bucket === allLow || bucket === allHigh) near.push(value);
		}
	}
}

/** The buckets of the two values in the middle (one bucket, or two with none between), and how many values lie before. */
interface Middle {
	n: number;
	low: number;
	high: number;
	before: number;
	near: Pile;
}

function middleOf(own: Int32Array): Middle {
	let n = 0;
	for (const count of own) n += count;
	const [first, second] = [(n - 1) >> 1, n >> 1];
	let [low, high, before, seen] = [-1, -1, 0, 0];
	for (let bucket = 0; bucket < buckets && n > 0; bucket += 1) {
		const until = seen + own[bucket]!;
		if (low < 0 && first < until) [low, before] = [bucket, seen];
		if (second < until) {
			high = bucket;
			break;
		}
		seen = until;
	}
	const room = n === 0 ? 0 : own[low]! + (high === low ? 0 : own[high]!);
	return { n, low, high, before, near: new Pile(room) };
}

/** Values in no order, in a room whose size is known. */
class Pile {
	readonly values: Int32Array;
	length = 0;

	constructor(room: number) {
		this.values = new Int32Array(room);
	}

	push(value: number): void {
		this.values[this.length++] = value;
	}
}

function finish({ n, before, near }: Middle): number {
	if (n === 0) return NaN;
	const second = nth(near.values, (n >> 1) - before);
	if (n % 2 === 1) return second;
	// Of an even number the other one is the largest before it: `nth` leaves all smaller ones in front.
	let first = -1;
	for (let i = 0; i < (n >> 1) - before; i += 1) first = Math.max(first, near.values[i]!);
	return (first + second) / 2;
}

/** The k-th smallest (from 0), found in place by halving (Hoare 1961); what is smaller lies before it afterwards. */
function nth(values: Int32Array, k: number): number {
	let [from, to] = [0, values.length - 1];
	while (from < to) {
		const pivot = values[(from + to) >> 1]!;
		let [i, j] = [from, to];
		while (i <= j) {
			while (values[i]! < pivot) i += 1;
			while (values[j]! > pivot) j -= 1;
			if (i <= j) {
				const held = values[i]!;
				values[i++] = values[j]!;
				values[j--] = held;
			}
		}
		if (k <= j) to = j;
		else if (k >= i) from = i;
		else break;
	}
	return values[k]!;
}
