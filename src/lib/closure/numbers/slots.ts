/**
 * Gives ids slots 0, 1, 2 … in the order they are first seen. Ids are whole numbers from 0; 0 stands for none and has slot 0.
 * Looking one up is one read of `bySlot[id]` (slot + 1; 0: not seen yet).
 */
export class Slots {
	/** Slot + 1 of each id; may be shorter than the largest id. */
	lookup = new Int32Array(1024);
	/** The id of each slot; as long as it needs to be and longer. */
	ids = new Int32Array(256);
	length = 0;

	constructor() {
		this.add(0);
	}

	/** The slot of an id; a new one when it was not seen yet. */
	of(id: number): number {
		const known = id < this.lookup.length ? this.lookup[id]! : 0;
		return known > 0 ? known - 1 : this.add(id);
	}

	/** The slot of an id that was not looked up before; grows what is too short. */
	add(id: number): number {
		if (id >= this.lookup.length) this.lookup = grown(this.lookup, id + 1);
		if (this.lookup[id]! > 0) return this.lookup[id]! - 1;
		if (this.length === this.ids.length) this.ids = grown(this.ids, this.length + 1);
		this.ids[this.length] = id;
		this.lookup[id] = this.length + 1;
		return this.length++;
	}
}

/** A copy with room for `least` values or more; what is new is 0. */
export function grown(from: Int32Array, least: number): Int32Array<ArrayBuffer> {
	let length = Math.max(1, from.length);
	while (length < least) length *= 2;
	const wider = new Int32Array(length);
	wider.set(from);
	return wider;
}
