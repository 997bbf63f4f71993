// A past for one street of an imported city: where a report may be made on it, and cases of the last weeks.
import {
	booleanPointInPolygon,
	length,
	along,
	lineString,
	point,
	pointToLineDistance,
	polygonToLine
} from '@turf/turf';
import type { Feature, FeatureCollection, LineString, Polygon } from 'geojson';
import { uuidv7 } from 'uuidv7';
import { anonClient, call, serviceClient, staffClient, type Client } from '#lib/database/client.server.ts';
import { openHome, type Home } from '#lib/database/home.server.ts';
import { emailOf } from '#lib/staff/login.ts';
import { quiet } from './site.ts';
import { ROOT } from './tools.ts';

/** A place on a named street, well inside one duty area. */
export interface Kerb {
	lng: number;
	lat: number;
	street: string;
	area: string;
	unit: string;
	/** More places on the same street, far enough apart to be cases of their own. */
	others: { lng: number; lat: number }[];
}

type Roads = FeatureCollection<LineString, { id: number; name: string | null; kind: string }>;
type Areas = FeatureCollection<Polygon, { name: string; team: string }>;

/** The first street, in the file's order, that runs through one area for long enough. */
export function chooseKerb(roads: Roads, areas: Areas): Kerb {
	for (const area of areas.features) {
		const border = polygonToLine(area) as Feature<LineString>;
		const isWellInside = (at: number[]) =>
			booleanPointInPolygon(point(at), area) &&
			pointToLineDistance(point(at), border, { units: 'meters' }) > 60;
		for (const name of new Set(roads.features.flatMap(({ properties }) => properties.name ?? []))) {
			const places = roads.features
				.filter(
					({ properties, geometry }) =>
						properties.name === name && length(lineString(geometry.coordinates)) > 0.08
				)
				.map(({ geometry }) => middleOf(geometry))
				.filter(isWellInside);
			const apart = farApart(places);
			if (apart.length < 4) continue;
			const [[lng, lat], ...others] = apart as [[number, number], ...[number, number][]];
			const { name: areaName, team } = area.properties;
			return {
				...{ lng: round(lng), lat: round(lat), street: name, area: areaName, unit: team },
				others: others.map(([x, y]) => ({ lng: round(x), lat: round(y) }))
			};
		}
	}
	throw new Error('No street of this city runs through an area for long enough.');
}

function middleOf({ coordinates }: LineString): [number, number] {
	const line = lineString(coordinates);
	return along(line, length(line) / 2).geometry.coordinates as [number, number];
}

/** Those at least a hundred metres from every one before. */
function farApart(places: readonly [number, number][]): [number, number][] {
	const kept: [number, number][] = [];
	for (const [lng, lat] of places) {
		const isFar = kept.every(([x, y]) => Math.hypot((lng - x) * 102_700, (lat - y) * 111_000) > 100);
		if (isFar) kept.push([lng, lat]);
	}
	return kept;
}

const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
const DAY = 86_400_000;

type Accounts = Record<'registrar' | 'dispatcher' | 'team' | 'closer', { login: string; password: string }>;

/** Cases of the last weeks through the calls people make. Answers with the ids and places of those left overdue. */
export async function dateBack(
	dataDir: string,
	kerb: Kerb,
	category: string,
	accounts: Accounts,
	{ closed, overdue }: { closed: number; overdue: number }
): Promise<Map<string, { lng: number; lat: number }>> {
	const home = await openHome({ dataDir, demo: false, root: ROOT, log: quiet });
	try {
		const as = {} as Record<keyof Accounts, Client>;
		for (const [job, account] of Object.entries(accounts))
			as[job as keyof Accounts] = await signedIn(home, account);
		const left = new Map<string, { lng: number; lat: number }>();
		for (let n = 0; n < closed + overdue; n += 1) {
			const place = kerb.others[n % kerb.others.length]!;
			const at = Date.now() - (26 - n) * DAY;
			const when = (hours: number) => new Date(at + hours * 3_600_000).toISOString();
			const report = {
				...{ id: uuidv7(), category, ...place, accuracy_m: 10, location_source: 'pin', source: 'citizen' },
				...{ observed_at: when(0), description: '', photos: [] }
			};
			const hash = n.toString(16).padStart(64, '0');
			await call(serviceClient(home), 'submit_report', {
				report,
				code_hash: hash,
				pin_hash: hash,
				body_hash: hash
			});
			const decided = await call<{ case_id: string }>(as.registrar, 'decide_report', {
				...{ report_id: report.id, decision: 'file', occurred_at: when(1) }
			});
			const case_id = decided.case_id;
			await call(as.dispatcher, 'move_case', { case_id, move: 'dispatch', occurred_at: when(2) });
			if (n >= closed) {
				left.set(case_id, place);
				continue;
			}
			await call(as.team, 'move_case', { case_id, move: 'begin', occurred_at: when(3) });
			await call(as.team, 'move_case', { case_id, move: 'finish', occurred_at: when(4) });
			const closing = {
				move: 'close',
				details: { without_proof: true },
				note: '现场核实',
				occurred_at: when(5)
			};
			await call(as.closer, 'move_case', { case_id, ...closing });
		}
		return left;
	} finally {
		await home.close();
	}
}

async function signedIn(
	home: Home,
	{ login, password }: { login: string; password: string }
): Promise<Client> {
	const { data, error } = await anonClient(home).auth.signInWithPassword({ email: emailOf(login), password });
	if (!data.session) throw error ?? new Error(`${login} could not sign in.`);
	return staffClient(data.session.access_token, home);
}
