import { error } from '@sveltejs/kit';
import { ApiProblem } from '#lib/database/problem.ts';
import { m } from '#lib/i18n/messages.ts';
import { readGround, readPublicStreet } from '#lib/streets/streets.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, depends }) => {
	depends('kerbside:seeding');
	const id = /^[1-9]\d{0,14}$/.test(params.id) ? Number(params.id) : null;
	if (id === null) error(404, { message: m.street_not_found(), code: 'not_found' });
	try {
		const [street, { streets_version, categories }] = await Promise.all([readPublicStreet(id), readGround()]);
		return { isFull: true, street, version: streets_version, categories };
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		if (problem.status === 404) error(404, { message: m.street_not_found(), code: 'not_found' });
		error(503, { message: m.home_unread_about(), code: problem.code });
	}
};
