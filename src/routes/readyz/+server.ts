import { getHome } from '#lib/database/home.server.ts';
import { errorFacts, log } from '#server/log.ts';
import type { RequestHandler } from './$types';

/**
 * Whether requests can be served now: the database answers. Details go to the log, not to strangers. `seeding`: how far
 * the demo's history has been brought in, while it is.
 */
export const GET: RequestHandler = async ({ locals }) => {
	const { ok, detail } = await askHealth(locals.requestId);
	if (!ok) log.warn('not_ready', { id: locals.requestId, ...detail });
	return Response.json(
		{ status: ok ? 'ready' : 'not ready', seeding: getHome().seeding ?? null },
		{
			status: ok ? 200 : 503,
			headers: { 'cache-control': 'no-store', ...(ok ? {} : { 'retry-after': '2' }) }
		}
	);
};

/** A database that does not answer within two seconds is not ready, whatever it would have said. */
async function askHealth(id: string): Promise<{ ok: boolean; detail: Record<string, unknown> }> {
	let timer: NodeJS.Timeout | undefined;
	const silence = new Promise<{ ok: boolean; detail: Record<string, unknown> }>((resolve) => {
		timer = setTimeout(() => resolve({ ok: false, detail: { reason: 'no answer within 2 s' } }), 2_000);
	});
	try {
		return await Promise.race([getHome().health(), silence]);
	} catch (error) {
		log.error('health_failed', { id, ...errorFacts(error) });
		return { ok: false, detail: {} };
	} finally {
		clearTimeout(timer);
	}
}
