import { findWorker } from '#lib/staff/personas.ts';
import type { HistoryRow } from '#lib/cases/history/history.ts';
import { courseOf, type Course } from './course.ts';
import { sightings, type Sighting } from './events.ts';
import { qualityOf } from './qualities.ts';
import { day, hour, minute, WorkingClock, type WorkingTime } from './working-time.ts';
import { distance, fromLngLat, isInside, seeded, toLngLat, type LngLat, type Metres } from '../plane.ts';
import { units } from '../plan/duty.ts';
import type { AreaImport, SegmentImport } from '#lib/city/import/shapes.ts';

/** What the history happens on. */
export interface TownGround {
	segments: readonly SegmentImport[];
	areas: readonly AreaImport[];
	workingTime: WorkingTime;
	/** By category: working hours to handle it, and when another report of it is the same matter. */
	categories: readonly {
		code: string;
		handle_working_hours: number;
		duplicate_radius_m: number;
		duplicate_days: number;
	}[];
	/** By what they show: digests of photos that are there. Those that nobody has looked at yet are of the last days. */
	photos: Record<'seen' | 'waiting', { carwash: string[]; taxi: string[]; stall: string[] }> & {
		after: string;
	};
}

export interface TownRow extends HistoryRow {
	review_at?: string;
	is_flagged?: boolean;
	photos?: { sha256: string; role: 'near' }[];
	after_photo?: string;
	actors?: { dispatched_by?: string; handled_by?: string; verified_by?: string };
}

/** An inspection is announced: these last days more is reported than the units can keep up with. */
const busyDays = 4;
/** Photos of so many last days have not been looked at. */
const waitingDays = 2;
const freshMinutes = 20;
const backlogHours = 24;

interface OpenCase {
	key: string;
	category: string;
	at: Metres;
	opened: number;
	ends: number;
}

/**
 * Three months of the demo town up to `now`: about 1,900 reports and the 1,500 cases they make, as `import_history`
 * takes them. The same for the same moment and ground.
 */
export function townHistory(now: Date, ground: TownGround): TownRow[] {
	const until = now.getTime();
	const random = seeded(20_260_515);
	const clock = new WorkingClock(ground.workingTime);
	const limits = new Map(ground.categories.map((category) => [category.code, category]));
	const rows: TownRow[] = [];
	let open: OpenCase[] = [];

	sightings(until, ground.segments).forEach((seen, n) => {
		const limit = limits.get(seen.category);
		if (!limit) throw new Error(`The city has no category ${seen.category}.`);
		const unit = unitFor(seen, ground.areas);
		const quality = qualityOf(unit);
		const mayWait = seen.trouble === 'carwash' || seen.trouble === 'goods';
		const age = until - seen.at;
		const rush = age < busyDays * day ? 2.2 : 1;
		const neglect = hardness(seen.street) * (age < 2 * busyDays * day ? 2 : 1);
		const matter = {
			opened: seen.at,
			limitHours: limit.handle_working_hours,
			quality,
			mayWait,
			rush,
			neglect
		};
		const course = courseOf(matter, clock, random);
		const row = reportRow(seen, n, random, ground.photos[age < waitingDays * day ? 'waiting' : 'seen']);
		rows.push(row);
		// What has only just come in is still to be looked at, whatever the hour, and the desk is somewhat behind.
		const isWaiting = age < freshMinutes * minute || (age < backlogHours * hour && random() < 0.45);
		if (course.filed > until || isWaiting) return;
		row.filed_at = iso(course.filed);
		if (random() < 0.055) {
			row.status = 'declined';
			return;
		}
		open = open.filter(({ ends }) => ends > course.filed);
		const at = fromLngLat(seen.place);
		const same = open.find(
			(other) =>
				other.category === seen.category &&
				distance(other.at, at) <= limit.duplicate_radius_m &&
				seen.at - other.opened <= limit.duplicate_days * day
		);
		if (same && random() < 0.5) {
			row.status = 'filed';
			row.merged_into = same.key;
			return;
		}
		Object.assign(row, stateAt(until, course, unit, ground.photos.after));
		const ends = course.isVoided ? course.dispatched : (course.closedAgain ?? course.closed);
		open.push({ key: row.key, category: seen.category, at, opened: seen.at, ends });
	});
	rows.push(atTheBorder(until, ground.areas));
	return rows;
}

/** Some streets are harder than others: from a quarter of the usual neglect to three times as much, always the same. */
function hardness(street: string | null): number {
	const sum = [...(street ?? '')].reduce((total, sign) => (total * 31 + sign.codePointAt(0)!) % 1_000_003, 7);
	return 0.25 + 2.75 * seeded(sum)() ** 2;
}

function reportRow(
	seen: Sighting,
	n: number,
	random: () => number,
	photos: TownGround['photos']['seen']
): TownRow {
	const [lng, lat] = seen.place;
	const draw = random();
	const kind = { carwash: photos.carwash, taxi: photos.taxi, shop: photos.stall, hawker: photos.stall }[
		seen.trouble as string
	];
	const photo = kind?.[n % kind.length];
	return {
		key: `demo-${String(n + 1).padStart(4, '0')}`,
		category: seen.category,
		lng,
		lat,
		accuracy_m: Math.round(4 + 16 * random()),
		source: draw < 0.62 ? 'citizen' : draw < 0.72 ? 'volunteer' : draw < 0.88 ? 'inspector' : 'hotline',
		description: '演示数据',
		status: 'received',
		opened_at: iso(seen.at),
		...(photo && draw < 0.9 ? { photos: [{ sha256: photo, role: 'near' }] } : {})
	};
}

/**
 * Touting just inside the edge of the bus station's forecourt, which is the transport squad's, by a fix too coarse to say so:
 * beyond the edge it is another squad's. It waits for a dispatcher.
 */
function atTheBorder(until: number, areas: readonly AreaImport[]): TownRow {
	const station = areas.find(({ key }) => key === 'demo:key_place:bus-station')!;
	const corners = outerRing(station.geometry).slice(0, -1).map(fromLngLat);
	const meanOf = (points: readonly Metres[]): Metres => [
		points.reduce((sum, [x]) => sum + x, 0) / points.length,
		points.reduce((sum, [, y]) => sum + y, 0) / points.length
	];
	const [edge, middle] = [meanOf(corners.slice(0, 2)), meanOf(corners)];
	const inwards = 6 / distance(edge, middle);
	const [lng, lat] = toLngLat([
		edge[0] + (middle[0] - edge[0]) * inwards,
		edge[1] + (middle[1] - edge[1]) * inwards
	]);
	return {
		key: 'demo-border',
		category: '0509',
		lng,
		lat,
		accuracy_m: 18,
		source: 'inspector',
		description: '演示数据',
		status: 'filed',
		opened_at: iso(until - 40 * minute),
		filed_at: iso(until - 25 * minute)
	};
}

/** How far a case has come by a moment. */
function stateAt(until: number, course: Course, unit: string, afterPhoto: string): Partial<TownRow> {
	const { filed, dispatched, due, rounds, disputed, closedAgain, suspended } = course;
	if (course.isVoided) return { status: 'voided', filed_at: iso(filed) };
	if (dispatched > until) return { status: 'filed', filed_at: iso(filed) };
	const sofar: Partial<TownRow> = {
		status: 'dispatched',
		filed_at: iso(filed),
		dispatched_at: iso(dispatched),
		due_at: iso(due),
		unit,
		actors: { dispatched_by: findWorker('dispatcher').id }
	};
	if (suspended && suspended[0] <= until && until < suspended[1])
		return { ...sofar, status: 'suspended', review_at: iso(suspended[1]) };

	const failed = rounds.filter(({ returned }) => returned <= until);
	if (failed.length > 0) {
		sofar.returned_count = failed.length;
		if (failed.length > 1) sofar.is_flagged = true;
	}
	const current = [...rounds, course].findLast(({ handling }) => handling <= until);
	if (!current) return sofar;
	const handler = { ...sofar.actors, handled_by: findWorker('team', unit).id };
	Object.assign(sofar, { handling_at: iso(current.handling), actors: handler });
	if (current.handled > until) return { ...sofar, status: 'handling' };
	sofar.handled_at = iso(current.handled);
	if (current !== course) {
		const isBack = (current as Course['rounds'][number]).returned <= until;
		return { ...sofar, status: isBack ? 'returned' : 'handled' };
	}
	const proof = course.hasProof ? { after_photo: afterPhoto } : {};
	if (course.closed > until) return { ...sofar, ...proof, status: 'handled' };
	const actors = { ...handler, verified_by: findWorker('inspector').id };
	const closing = { ...sofar, ...proof, actors, closed_at: iso(course.closed) };
	if (disputed === null || disputed > until) {
		return { ...closing, status: 'closed', ...(course.isConfirmed ? { confirmed: true } : {}) };
	}
	// What a citizen denied has to be looked at again, and what was closed then needs proof that came later.
	delete closing.after_photo;
	if (closedAgain === null || closedAgain > until)
		return { ...closing, status: 'handled', disputed_count: 1, confirmed: false };
	return { ...closing, status: 'closed', disputed_count: 1, confirmed: false, closed_at: iso(closedAgain) };
}

/** Touting at the stations is the transport squad's; everything else belongs to whoever answers for the ground. */
function unitFor({ place, trouble, hotspot }: Sighting, areas: readonly AreaImport[]): string {
	if (trouble === 'taxi' && hotspot?.endsWith('station')) return units.transport.name;
	const grid = areas.find(
		({ kind, geometry }) => kind === 'duty_grid' && isInside(place, outerRing(geometry))
	);
	return grid?.unit ?? units.outskirts.name;
}

function outerRing(geometry: AreaImport['geometry']): LngLat[] {
	return (geometry.type === 'Polygon' ? geometry.coordinates[0] : geometry.coordinates[0]![0]) as LngLat[];
}

function iso(at: number): string {
	return new Date(Math.round(at / 1000) * 1000).toISOString();
}
