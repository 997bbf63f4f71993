import { createHash } from 'node:crypto';
import { error, fail } from '@sveltejs/kit';
import type { MultiPolygon, Polygon } from 'geojson';
import { boxOf, drawnFaults, isFatal, type DrawnArea, type DrawnFault } from '#lib/areas/drawn-faults.ts';
import { readPolygon } from '#lib/areas/raw-polygon.ts';
import type { AreaKind } from '#lib/city/import/shapes.ts';
import { call, type Client } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { m } from '#lib/i18n/messages.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { readForm } from '#server/form.ts';
import { administrator, wordsOf } from '../../admin.server.ts';
import { areaKinds } from '../area-kinds.ts';
import type { Actions, PageServerLoad } from './$types';

interface AreaRow {
	id: number;
	key: string;
	kind: AreaKind;
	name: string;
	name_en: string | null;
	unit_id: number | null;
	geometry: Polygon | MultiPolygon;
}
interface Version {
	id: number;
	name: string;
	name_en: string | null;
	unit: string | null;
	unit_name: string | null;
	unit_name_en: string | null;
	valid_from: string;
	valid_to: string | null;
	made_how: 'imported' | 'drawn' | 'changed' | 'restored';
	made_by: string | null;
	restored_from: number | null;
	square_metres: number;
	corners: number;
	geometry: Polygon | MultiPolygon | null;
}
interface History {
	id: number;
	kind: AreaKind;
	gone_at: string | null;
	version: number;
	versions: Version[];
}
interface CityRow {
	bbox: [number, number, number, number] | null;
	streets_version: string;
	is_demo: boolean;
	time_zone: string;
}
export interface Effect {
	cases: number;
	other_unit: number;
	filed: number;
	dispatched: number;
	roles: number;
	by_unit: {
		from_unit: string | null;
		from_unit_en: string | null;
		to_unit: string | null;
		to_unit_en: string | null;
		cases: number;
		filed: number;
	}[];
	list: {
		id: string;
		number: string;
		status_name: string;
		status_name_en: string;
		from_area: string | null;
		from_area_en: string | null;
		to_area: string | null;
		to_area_en: string | null;
		from_unit: string | null;
		from_unit_en: string | null;
		to_unit: string | null;
		to_unit_en: string | null;
		filed: boolean;
	}[];
}
/** What somebody else saved meanwhile. */
export interface Theirs {
	/** The area of this page, not a neighbour that goes along. */
	isOwn: boolean;
	id: number;
	version: number;
	name: string;
	at: string;
	by: string | null;
	geometry: Polygon | MultiPolygon | null;
}
/** One row of `save_areas`. */
interface Change {
	id?: number;
	version?: number;
	kind?: string;
	name?: string;
	name_en?: string | null;
	unit?: string;
	geometry?: Polygon | MultiPolygon;
	restored_from?: number;
	gone?: boolean;
}

const idOf = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : null);
/** What a page carries of its surroundings: enough of a city to draw against, not all cells of a large one. */
const mostNeighbours = 1500;

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	const id = event.params.id === 'new' ? null : idOf(event.params.id);
	if (id === null && event.params.id !== 'new')
		error(404, { message: m.shell_error_404(), code: 'not_found' });
	const [{ areas }, { units }, city, history] = await Promise.all([
		call<{ areas: AreaRow[] }>(client, 'areas'),
		call<{ units: { id: number; key: string; name: string; name_en: string | null }[] }>(client, 'units'),
		call<CityRow>(client, 'city'),
		id === null ? null : historyOf(client, id)
	]);
	const asked = history?.versions.find(
		(version) => String(version.id) === event.url.searchParams.get('version')
	);
	const latest = history?.versions[0] ?? null;
	const shown = asked ?? latest;
	// An old version is looked at without its shape when there are very many.
	const geometry = shown?.geometry ?? latest?.geometry ?? null;
	const box = geometry ? boxOf(geometry) : null;
	const margin = box ? Math.max(0.004, (box[2] - box[0]) * 0.8) : 0;
	const near = areas.filter((area) => {
		if (area.id === id) return false;
		if (!box) return true;
		const other = boxOf(area.geometry);
		return (
			other[0] < box[2] + margin &&
			other[2] > box[0] - margin &&
			other[1] < box[3] + margin &&
			other[3] > box[1] - margin
		);
	});
	const versions: Record<number, number> = {};
	if (near.length > 0) Object.assign(versions, await versionsOf(client, near.slice(0, mostNeighbours)));
	return {
		id,
		area: shown && {
			kind: history!.kind,
			name: shown.name,
			name_en: shown.name_en,
			unit: shown.unit,
			geometry
		},
		version: history?.version ?? null,
		restoring: asked && asked.id !== latest?.id ? asked.id : history?.gone_at && latest ? latest.id : null,
		goneAt: history?.gone_at ?? null,
		history: history?.versions.map(({ geometry: _, ...version }) => version) ?? [],
		neighbours: near.slice(0, mostNeighbours).map(({ id, kind, name, name_en, geometry }) => ({
			id,
			kind,
			name,
			name_en,
			geometry,
			version: versions[id] ?? null
		})),
		units: units.map(({ key, name, name_en }) => ({ key, name, name_en })),
		place: {
			bbox: box
				? ([box[0] - margin / 2, box[1] - margin / 2, box[2] + margin / 2, box[3] + margin / 2] as [
						number,
						number,
						number,
						number
					])
				: city.bbox,
			cityBox: city.bbox,
			version: city.streets_version,
			isDemo: city.is_demo,
			timeZone: city.time_zone
		}
	};
};

async function historyOf(client: Client, id: number): Promise<History> {
	return call<History>(client, 'area_history', { area_id: id });
}

async function versionsOf(client: Client, areas: AreaRow[]): Promise<Record<number, number>> {
	return (
		await call<{ versions: Record<number, number> }>(client, 'area_numbers', {
			area_ids: areas.map(({ id }) => id)
		})
	).versions;
}

/** The form's own area and whatever else the page changes with it; or what is wrong with the words themselves. */
function changesOf(words: Record<string, string>, id: number | null): Change[] | { problem: string } {
	const changes: Change[] = [];
	if (words.intent === 'close') return [{ id: id!, version: Number(words.version), gone: true }];
	let geometry: Polygon | MultiPolygon;
	try {
		geometry = geometryIn(words.typed || (words.geometry ?? ''));
	} catch {
		return { problem: m.areas_geojson_broken() };
	}
	const own: Change = {
		kind: areaKinds.includes(words.kind ?? '') ? words.kind : 'duty_grid',
		name: words.name ?? '',
		name_en: words.name_en || null,
		unit: words.unit ?? '',
		geometry
	};
	if (id !== null) Object.assign(own, { id, version: Number(words.version) });
	if (words.restored_from) own.restored_from = Number(words.restored_from);
	changes.push(own);
	try {
		const others = JSON.parse(words.others || '[]') as Change[];
		for (const other of others) {
			if (other.gone) changes.push({ id: other.id, version: other.version, gone: true });
			else if (other.id) changes.push({ id: other.id, version: other.version, geometry: other.geometry });
			else changes.push({ kind: own.kind, name: other.name, unit: own.unit, geometry: other.geometry });
		}
	} catch {
		return { problem: m.areas_geojson_broken() };
	}
	return changes;
}

/** A geometry, a feature or a collection of one: whatever a person pastes. Throws when it is no polygon. */
function geometryIn(text: string): Polygon | MultiPolygon {
	let body = JSON.parse(text) as {
		type?: string;
		geometry?: unknown;
		features?: { geometry?: unknown }[];
		coordinates?: unknown;
	};
	if (body.type === 'FeatureCollection') body = (body.features?.[0] ?? {}) as typeof body;
	if (body.type === 'Feature' || body.geometry) body = body.geometry as typeof body;
	const read = readPolygon(body as never);
	if ('fault' in read) throw new Error(read.fault);
	const round = (at: readonly number[]) => at.slice(0, 2).map((n) => Math.round(n * 1e7) / 1e7);
	const parts = read.parts.map((rings) =>
		rings.map((ring) => {
			const corners = ring.map(round);
			const [first, last] = [corners[0]!, corners.at(-1)!];
			return first[0] === last[0] && first[1] === last[1] ? corners : [...corners, first];
		})
	);
	return parts.length === 1
		? { type: 'Polygon', coordinates: parts[0]! }
		: { type: 'MultiPolygon', coordinates: parts };
}

/** Both actions: what is wrong, what it would change; written only when the person has seen exactly that. */
async function answer(event: Parameters<Actions[string]>[0], mayWrite: boolean) {
	const { client } = administrator(event);
	const id = event.params.id === 'new' ? null : idOf(event.params.id ?? '');
	let words: Record<string, string> = {};
	try {
		words = wordsOf(await readForm(event.request), 4_000_000);
		const changes = changesOf(words, id);
		if ('problem' in changes) return fail(422, { ...changes, words });
		const seen = createHash('sha256').update(JSON.stringify(changes)).digest('hex');
		const faults = await judged(client, changes);
		const fatal = faults.filter(isFatal);
		if (fatal.length > 0) return fail(422, { words, faults, problem: m.areas_faults_first() });
		const effect = await call<Effect>(client, 'preview_areas', { areas: changes as never });
		if (!mayWrite || words.seen !== seen) return { words, faults, effect, seen, checked: true };
		const saved = await call<{ areas: number[]; moved: number; stayed: number }>(client, 'save_areas', {
			areas: changes as never,
			moves_filed: words.moves_filed !== 'no'
		});
		return {
			saved: { moved: saved.moved, stayed: saved.stayed },
			id: saved.areas[0]!,
			isNew: id === null
		};
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		const answered = {
			problem: problemSentence(problem.code, event.locals.language, problem.detail),
			words
		};
		if (problem.code !== 'area_changed') return fail(problem.status >= 500 ? 503 : problem.status, answered);
		const theirs = await historyOf(client, Number(problem.detail.area_id));
		const [latest] = theirs.versions;
		return fail(409, {
			...answered,
			theirs: {
				isOwn: theirs.id === id,
				id: theirs.id,
				version: theirs.version,
				name: latest!.name,
				at: latest!.valid_from,
				by: latest!.made_by,
				geometry: latest!.geometry
			} satisfies Theirs
		});
	}
}

/** Against the areas as they are now, not as the page once had them. */
async function judged(client: Client, changes: Change[]): Promise<DrawnFault[]> {
	const drawn = changes.filter(({ gone }) => !gone);
	if (drawn.length === 0) return [];
	const [{ areas }, city] = await Promise.all([
		call<{ areas: AreaRow[] }>(client, 'areas'),
		call<CityRow>(client, 'city')
	]);
	const ids = new Set(changes.map(({ id }) => id));
	const known = new Map(areas.map((area) => [area.id, area]));
	return drawnFaults(
		drawn.map((change): DrawnArea => ({
			name: change.name ?? known.get(change.id!)?.name ?? '',
			kind: (change.kind ?? known.get(change.id!)?.kind ?? 'duty_grid') as AreaKind,
			geometry: change.geometry!
		})),
		areas.filter((area) => !ids.has(area.id)),
		areas.filter((area) => ids.has(area.id)),
		city.bbox
	);
}

export const actions: Actions = {
	check: (event) => answer(event, false),
	save: (event) => answer(event, true)
};
