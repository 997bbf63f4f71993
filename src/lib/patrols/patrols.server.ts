import { cityNow } from '#lib/database/city-now.server.ts';
import { anonClient, call, staffClient } from '#lib/database/client.server.ts';
import type { Role, Staff } from '#lib/staff/staff.ts';
import { checkableStreets, isWithin } from './checks.ts';
import { SegmentIndex } from './nearest-segment.ts';
import type { PatrolOptions } from './options.ts';
import {
	legLines,
	legsOf,
	planPatrol,
	type Leg,
	type PatrolPlan,
	type RoadNetwork,
	type StartPlace
} from './plan.ts';
import { buildRoadGraph, type RoadSegment } from './road-graph.ts';
import type { WorkCase } from './stop.ts';

/** Whose work a patrol is: the unit's own people, and the desk, which looks after every unit. */
export const patrolRoles: readonly Role[] = [
	'team',
	'unit_handler',
	'registrar',
	'dispatcher',
	'closer',
	'office'
];
const deskRoles: readonly string[] = ['registrar', 'dispatcher', 'closer', 'office', 'admin'];

export interface PatrolUnit {
	id: number;
	name: string;
	name_en: string | null;
}

export interface PatrolCity {
	time_zone: string;
	streets_version: string;
	bbox: [number, number, number, number] | null;
	is_demo: boolean;
}

export function readPatrolCity(): Promise<PatrolCity> {
	return cityNow<PatrolCity>();
}

/** The units this person may plan for: the desk every one, others their own. */
export async function readPatrolUnits(staff: Staff & { accessToken: string }): Promise<PatrolUnit[]> {
	if (!staff.roles.some(({ role }) => deskRoles.includes(role))) return staff.units;
	return (await call<{ units: PatrolUnit[] }>(staffClient(staff.accessToken), 'units')).units;
}

const pageSize = 5000;
let kept: { version: string; roads: Promise<RoadNetwork | null> } | null = null;

/** The road network of a version of the map: read and built once, then kept until the streets change. */
export function readRoads(version: string): Promise<RoadNetwork | null> {
	if (kept?.version !== version) {
		const roads = buildRoads();
		kept = { version, roads };
		// What failed is not kept: the next request tries again.
		roads.catch(() => (kept = null));
	}
	return kept!.roads;
}

async function buildRoads(): Promise<RoadNetwork | null> {
	const segments: RoadSegment[] = [];
	for (let after: number | null = 0; after !== null;) {
		const page: { segments: RoadSegment[]; next: number | null } = await call(anonClient(), 'basemap', {
			after,
			max_rows: pageSize
		});
		segments.push(...page.segments);
		after = page.next;
	}
	const graph = buildRoadGraph(segments);
	return graph && { graph, index: new SegmentIndex(graph) };
}

interface Facility extends StartPlace {
	id: number;
}

interface Work {
	taken_at: string;
	unit: PatrolUnit | null;
	cases: WorkCase[];
	facilities: (Omit<Facility, 'kind'> & { kind: string; build_state: string | null })[];
}

interface Area {
	unit_id: number | null;
	geometry: { type: string; coordinates: unknown };
}

type Polygon = [number, number][][];

/** A plan as a page shows it: with the lines of its legs, and what it was made of. */
export interface PlannedPatrol {
	takenAt: string;
	unit: PatrolUnit;
	/** Open cases of the unit, on the route or not. */
	caseCount: number;
	plan: PatrolPlan;
	lines: [number, number][][];
	/** Where a patrol may begin; null when the unit has no such place. */
	facility: { name: string; name_en: string | null } | null;
}

/** Lets whatever else waits have the thread between two searches. */
const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Plans a unit's patrol, as the person with this token may see its work. Null when there is no such unit for them. */
export async function planUnitPatrol(
	accessToken: string,
	city: PatrolCity,
	unitId: number,
	options: PatrolOptions,
	device: { lng: number; lat: number } | null
): Promise<PlannedPatrol | null> {
	const client = staffClient(accessToken);
	const [work, { areas }, roads] = await Promise.all([
		call<Work>(client, 'patrol_work', { unit_id: unitId }),
		call<{ areas: Area[] }>(client, 'areas'),
		readRoads(city.streets_version)
	]);
	if (!work.unit) return null;
	const site = work.facilities.find(({ kind, build_state }) => kind !== 'camera' && build_state !== 'closed');
	const start: StartPlace | null = device
		? { kind: 'device', name: null, name_en: null, ...device }
		: options.start === 'facility' && site
			? { kind: 'facility', name: site.name, name_en: site.name_en, lng: site.lng, lat: site.lat }
			: null;
	const ground = areas.filter(({ unit_id }) => unit_id === unitId).flatMap(polygonsOf);
	const named = new Set(work.cases.map(({ street }) => street));
	const streets = roads
		? checkableStreets(roads.graph, (lng, lat) => ground.length === 0 || isWithin(ground, lng, lat)).filter(
				({ name }) => !named.has(name)
			)
		: [];
	const plan = await planPatrol(
		{
			cases: work.cases,
			streets,
			roads,
			start,
			isClosed: options.end === 'back',
			shift: { startsAt: options.startsAt, hours: options.hours, serviceMinutes: options.minutes },
			checkShare: options.share / 100,
			seed: options.seed
		},
		pause
	);
	return {
		takenAt: work.taken_at,
		unit: work.unit,
		caseCount: work.cases.length,
		plan,
		lines: thinned(legLines(roads, legsOf(plan))),
		facility: site ? { name: site.name ?? '', name_en: site.name_en } : null
	};
}

/** The lines of some legs, for an order that was changed by hand. */
export async function readLegLines(city: PatrolCity, legs: readonly Leg[]): Promise<[number, number][][]> {
	return thinned(legLines(await readRoads(city.streets_version), legs));
}

function polygonsOf({ geometry }: Area): Polygon[] {
	if (geometry.type === 'Polygon') return [geometry.coordinates as Polygon];
	return geometry.type === 'MultiPolygon' ? (geometry.coordinates as Polygon[]) : [];
}

/** A tenth of a metre is finer than any line here was drawn. */
function thinned(lines: [number, number][][]): [number, number][][] {
	const round = (value: number) => Math.round(value * 1e6) / 1e6;
	return lines.map((line) => line.map(([lng, lat]) => [round(lng), round(lat)]));
}
