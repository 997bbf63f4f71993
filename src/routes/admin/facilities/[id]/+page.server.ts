import { error, redirect } from '@sveltejs/kit';
import { call } from '#lib/database/client.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { administrator, answering } from '../../admin.server.ts';
import type { Facility } from '../facility.ts';
import type { Actions, PageServerLoad } from './$types';

interface Version {
	id: number;
	name: string;
	point: { lng: number; lat: number };
	bays: number | null;
	build_state: string;
	outcome: string | null;
	valid_from: string;
	valid_to: string | null;
	made_by: string | null;
}

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	const { id } = event.params;
	const [{ facilities }, city] = await Promise.all([
		call<{ facilities: Facility[] }>(client, 'facilities'),
		call<{
			bbox: [number, number, number, number] | null;
			center: [number, number] | null;
			streets_version: string;
			is_demo: boolean;
			time_zone: string;
		}>(client, 'city')
	]);
	const facility = id === 'new' ? null : facilities.find((one) => String(one.id) === id);
	if (facility === undefined) error(404, { message: m.shell_error_404(), code: 'not_found' });
	const { versions } = facility
		? await call<{ versions: Version[] }>(client, 'facility_history', { facility_id: facility.id })
		: { versions: [] as Version[] };
	return {
		facility,
		versions,
		place: {
			bbox: city.bbox,
			center: city.center,
			version: city.streets_version,
			isDemo: city.is_demo,
			timeZone: city.time_zone
		}
	};
};

const count = (text: string | undefined) => (text === undefined || text === '' ? null : Number(text));

export const actions: Actions = {
	default: (event) =>
		answering(event, async (words, client) => {
			const isNew = event.params.id === 'new';
			await call(client, 'save_facility', {
				facility: {
					...(isNew ? {} : { id: Number(event.params.id), version: Number(words.version) }),
					kind: words.kind ?? '',
					name: words.name ?? '',
					name_en: words.name_en || null,
					lng: words.lng === '' ? null : words.lng,
					lat: words.lat === '' ? null : words.lat,
					bays: count(words.bays),
					bays_free: count(words.bays_free),
					build_state: words.build_state ?? '',
					outcome: words.outcome || null
				}
			});
			redirect(303, '/admin/facilities?saved');
		})
};
