import {
	codeIn,
	factColumns,
	factFlag,
	factSources,
	type FactColumns,
	type FactTable
} from './fact-table.ts';
import { never } from './fact-time.ts';
import { packedColumns, unpack, type FactSetting, type PackedColumn, type PackedFacts } from './fact-page.ts';
import { WorkingCalendar } from './working-calendar.ts';
import { Zones } from './zones.ts';

const daySeconds = 86_400;
const usualWindow = 14 * daySeconds;
const mostClasses = 255;

/** Holds the facts as columns that grow, and keeps them by what arrives: O(1) a row, whichever row it is. */
export class FactStore {
	#columns: FactColumns = factColumns(1024);
	#room = 1024;
	#length = 0;
	#position = 0;
	readonly #zones = new Zones();
	readonly #categories: string[] = [];
	#windows = new Map<string, number>();
	#streetClasses: string[] = [''];
	#classOf = new Uint8Array(0);
	#calendar: WorkingCalendar | null = null;

	/** What the facts are read by. All of them are worked out again by it. */
	set(setting: FactSetting): void {
		this.#calendar = new WorkingCalendar(setting);
		this.#windows = new Map(
			setting.categories.map(({ code, recurrence_days: days }) => [code, days * daySeconds])
		);
		const segments = unpack(setting.segments.segment);
		const classes = unpack(setting.segments.class);
		this.#streetClasses = ['', ...setting.segments.classes].slice(0, mostClasses + 1);
		this.#classOf = new Uint8Array(segments.reduce((most, id) => Math.max(most, id), 0) + 1);
		// More classes than a byte counts: the last of them stand for none.
		segments.forEach((id, at) => (this.#classOf[id] = classes[at]! < mostClasses ? classes[at]! + 1 : 0));
		for (let at = 0; at < this.#length; at += 1) this.#derive(at);
	}

	/**
	 * Writes rows over what is known of them. `position` is where in the log they were read; left out, they are of no use for
	 * knowing how far the table has come (pages of a first load).
	 * @throws when a column has another length than the others
	 */
	put(packed: PackedFacts | null, position = this.#position): void {
		if (packed && packed.count > 0) this.#write(packed);
		this.#position = position;
	}

	#write(packed: PackedFacts): void {
		const given = Object.fromEntries(packedColumns.map((name) => [name, unpack(packed[name])])) as Record<
			PackedColumn,
			Int32Array
		>;
		for (const name of packedColumns) {
			if (given[name].length === packed.count) continue;
			throw new RangeError(`Column ${name} has ${given[name].length} rows of ${packed.count}.`);
		}
		const categories = packed.categories!.map((code) => codeIn(this.#categories, code));
		const sources = packed.sources!.map((name) =>
			Math.max(0, (factSources as readonly string[]).indexOf(name))
		);
		const { number } = given;
		this.#makeRoom(number.reduce((most, n) => Math.max(most, n), 0));
		const to = this.#columns;
		for (let i = 0; i < packed.count; i += 1) {
			const at = number[i]! - 1;
			to.filedAt[at] = given.filed[i]!;
			to.dispatchedAt[at] = given.dispatched[i]!;
			to.dueAt[at] = given.due[i]!;
			to.closedAt[at] = given.closed[i]!;
			to.street[at] = given.street[i]!;
			to.segment[at] = given.segment[i]!;
			to.area[at] = given.area[i]!;
			to.unit[at] = given.unit[i]!;
			to.lng[at] = given.lng[i]!;
			to.lat[at] = given.lat[i]!;
			to.category[at] = categories[given.category[i]!]!;
			to.source[at] = sources[given.source[i]!]!;
			to.flags[at] = given.flags[i]!;
			this.#derive(at);
		}
	}

	/** What follows from the row and the setting. */
	#derive(at: number): void {
		this.#zones.touch(at);
		const { flags, closedAt, dispatchedAt, workSeconds, segment, streetClass } = this.#columns;
		if (flags[at]! & factFlag.absent) return;
		const [since, until] = [dispatchedAt[at]!, closedAt[at]!];
		workSeconds[at] =
			until === never || since === never || !this.#calendar ? -1 : this.#calendar.between(since, until);
		streetClass[at] = this.#classOf[segment[at]!] ?? 0;
	}

	#makeRoom(length: number): void {
		if (length > this.#room) {
			this.#room = Math.max(length, Math.ceil(this.#room * 1.5));
			const wider = factColumns(this.#room);
			for (const name of Object.keys(wider) as (keyof FactColumns)[]) {
				wider[name].set(this.#columns[name].subarray(0, this.#length));
			}
			this.#columns = wider;
		}
		this.#length = Math.max(this.#length, length);
	}

	/** The table as it is now. Later rows are written into the same arrays; take it anew for each question. */
	table(): FactTable {
		this.#zones.refresh(this.#columns, this.#length);
		return {
			...this.#columns,
			length: this.#length,
			position: this.#position,
			categories: this.#categories,
			recurrenceSeconds: Int32Array.from(this.#categories, (code) => this.#windows.get(code) ?? usualWindow),
			streetClasses: this.#streetClasses,
			zones: this.#zones
		};
	}
}
