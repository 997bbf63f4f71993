import { factFlag, type FactColumns } from './fact-table.ts';
import { never } from './fact-time.ts';

/** Rows of one zone. */
export const zoneRows = 4096;

/**
 * What moments lie in each zone of the facts (a run of `zoneRows` rows), so that a pass over a period leaves out zones that have nothing
 * in it. Cases are numbered as they are filed, and most are closed soon after: of years of facts a month touches a few zones.
 * Kept in O(changed): `touch` marks a row's zone, `refresh` reads the marked ones anew.
 */
export class Zones {
	#room = 0;
	#stale = new Uint8Array(0);
	#hasOpen = new Uint8Array(0);
	/** 1: every case of the zone is closed. */
	#isClosed = new Uint8Array(0);
	/** First and last moment by zone: filed, due, closed. Voided rows and what has not happened are left out; none is [max, min]. */
	#first: Moments = [new Int32Array(0), new Int32Array(0), new Int32Array(0)];
	#last: Moments = [new Int32Array(0), new Int32Array(0), new Int32Array(0)];

	touch(row: number): void {
		const zone = Math.floor(row / zoneRows);
		if (zone >= this.#room) this.#grow(zone + 1);
		this.#stale[zone] = 1;
	}

	/** Brings the marked zones up to date with the columns, of which `length` rows are in use. */
	refresh(columns: FactColumns, length: number): void {
		for (let zone = 0; zone * zoneRows < length && zone < this.#room; zone += 1) {
			if (this.#stale[zone] === 0) continue;
			this.#read(columns, zone, Math.min(length, (zone + 1) * zoneRows));
			this.#stale[zone] = 0;
		}
	}

	/**
	 * Whether no row of the zone that begins at `row` is open, or filed or closed in [from, until), or due in it and open at its end: a
	 * tally of the period counts nothing there. `row` is a multiple of `zoneRows`; false for a zone that is not up to date.
	 */
	isIdle(row: number, from: number, until: number): boolean {
		const zone = row / zoneRows;
		if (zone >= this.#room || this.#stale[zone] === 1 || this.#hasOpen[zone] === 1) return false;
		const lies = (at: number) => this.#last[at]![zone]! >= from && this.#first[at]![zone]! < until;
		return !lies(0) && !lies(2) && !(lies(1) && this.#last[2][zone]! >= until);
	}

	/**
	 * Whether every case of the zone that begins at `row` was filed and closed in [from, until), and closed no later than `over`: then it
	 * does not take its moments to know what a tally of the period counts.
	 */
	isWhole(row: number, from: number, until: number, over: number): boolean {
		const zone = row / zoneRows;
		if (zone >= this.#room || this.#stale[zone] === 1 || this.#isClosed[zone] === 0) return false;
		const [filed, , closed] = this.#last;
		return (
			this.#first[0][zone]! >= from &&
			filed[zone]! < until &&
			this.#first[2][zone]! >= from &&
			closed[zone]! < until &&
			closed[zone]! <= over
		);
	}

	#read({ filedAt, dueAt, closedAt, flags }: FactColumns, zone: number, end: number): void {
		const columns = [filedAt, dueAt, closedAt];
		this.#hasOpen[zone] = 0;
		columns.forEach((column, at) => {
			let [first, last] = [never, earliest];
			for (let row = zone * zoneRows; row < end; row += 1) {
				const moment = column[row]!;
				if (moment === never || (flags[row]! & factFlag.voided) !== 0) continue;
				if (moment < first) first = moment;
				if (moment > last) last = moment;
			}
			this.#first[at]![zone] = first;
			this.#last[at]![zone] = last;
		});
		this.#isClosed[zone] = 1;
		for (let row = zone * zoneRows; row < end; row += 1) {
			if ((flags[row]! & factFlag.open) !== 0) this.#hasOpen[zone] = 1;
			if ((flags[row]! & factFlag.voided) === 0 && closedAt[row] === never) this.#isClosed[zone] = 0;
		}
	}

	#grow(least: number): void {
		const known = this.#room;
		this.#room = Math.max(least, 2 * known);
		this.#stale = widened(this.#stale, new Uint8Array(this.#room));
		this.#hasOpen = widened(this.#hasOpen, new Uint8Array(this.#room));
		this.#isClosed = widened(this.#isClosed, new Uint8Array(this.#room));
		const wider = (of: Int32Array) => widened(of, new Int32Array(this.#room));
		this.#first = [wider(this.#first[0]), wider(this.#first[1]), wider(this.#first[2])];
		this.#last = [wider(this.#last[0]), wider(this.#last[1]), wider(this.#last[2])];
		// Zones that nothing was ever written in are not known to be idle: they are looked at.
		this.#stale.fill(1, known);
	}
}

const earliest = -0x80000000;
type Moments = [filed: Int32Array, due: Int32Array, closed: Int32Array];

function widened<T extends Uint8Array | Int32Array>(from: T, to: T): T {
	to.set(from);
	return to;
}
