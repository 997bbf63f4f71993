import { screensFor } from '#lib/staff/screens.ts';
import { readMapPage } from '#lib/streets/map-page.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends('kerbside:seeding');
	const shown = await readMapPage(url.searchParams.get('category'), locals.requestId);
	return {
		...shown,
		isFull: shown.ground?.has_streets ?? false,
		isAdmin: screensFor(locals.staff).includes('admin')
	};
};
