import type { RequestHandler } from './$types';

/** The process answers. Says nothing about the database: a restart would not mend that. */
export const GET: RequestHandler = () =>
	Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } });
