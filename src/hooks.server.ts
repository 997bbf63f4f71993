import { randomUUID } from 'node:crypto';
import type { Handle, HandleServerError, RequestEvent, ServerInit } from '@sveltejs/kit';
import { building } from '$app/environment';
import { keepAnchoring } from '#lib/audit/anchors.server.ts';
import { sweep as sweepUploads } from '#lib/city/admin/uploads.server.ts';
import { startFacts, stopFacts } from '#lib/closure/facts/facts.server.ts';
import { getHome } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { startDetector, stopDetector } from '#lib/evidence/detector/detector.server.ts';
import { startClearing, stopClearing } from '#lib/evidence/orphan-photos.server.ts';
import { chooseLanguage, languageCookie, speaking } from '#lib/i18n/language.server.ts';
import { isLocale, m, type Locale } from '#lib/i18n/messages.ts';
import { closeAllStreams, followEndedSessions, startLive, stopLive } from '#lib/live/live.server.ts';
import { endWebhooks, startWebhooks } from '#lib/notify/webhooks.server.ts';
import { startErasing, stopErasing } from '#lib/particulars/particulars.server.ts';
import { problemResponse } from '#lib/reports/problem-document.ts';
import { startIntake } from '#lib/reports/reports.server.ts';
import { endUpdates, startUpdates } from '#lib/reports/updates.server.ts';
import { forgetPeople, readSession, seat } from '#lib/staff/session.server.ts';
import { privateHeaders } from '#server/arrival.ts';
import { themeAttribute, themeCookie } from '#lib/ui/theme.ts';
import { isForeignWrite } from '#server/cross-origin.ts';
import { addHeaders, isForFrames } from '#server/headers.ts';
import { errorFacts, log } from '#server/log.ts';
import { getSettings } from '#server/settings.ts';

export const init: ServerInit = () => {
	if (building) return;
	startLive();
	followEndedSessions(forgetPeople);
	// What a former process acknowledged goes to the database now, not when the next report happens to come.
	startIntake();
	startUpdates();
	startWebhooks();
	// Files that an administrator brought and forgot go after a day, also when nobody brings another.
	setInterval(() => void sweepUploads(), 3_600_000).unref();
	void sweepUploads();
	startClearing();
	startErasing();
	void startDetector();
	startFacts();
	const stopAnchoring = keepAnchoring(getHome(), getSettings().anchorDir, log);
	process.once('sveltekit:shutdown' as 'exit', () => {
		closeAllStreams();
		stopLive();
		endUpdates();
		endWebhooks();
		stopClearing();
		stopErasing();
		stopDetector();
		stopFacts();
		stopAnchoring();
	});
};

export const handle: Handle = async ({ event, resolve }) => {
	const started = performance.now();
	event.locals.requestId = event.request.headers.get(privateHeaders.request) ?? randomUUID();
	event.locals.language = languageOf(event);
	event.locals.staff = null;
	event.locals.pending = null;
	const response = await speaking(event.locals.language, () => answer(event, resolve));
	addHeaders(response.headers, event.url.protocol === 'https:', event.url.pathname);
	record(event, response.status, performance.now() - started);
	return response;
};

/** What a person set, or their browser asks for. A frame in another site speaks as that site says, in its address. */
function languageOf(event: RequestEvent): Locale {
	const asked = isForFrames(event.url.pathname) ? event.url.searchParams.get('lang') : null;
	if (isLocale(asked)) return asked;
	return chooseLanguage(event.cookies.get(languageCookie), event.request.headers.get('accept-language'));
}

async function answer(event: RequestEvent, resolve: Parameters<Handle>[0]['resolve']): Promise<Response> {
	const { language } = event.locals;
	if (isForeignWrite(event.request, event.url.origin)) return refuse(event, 403, 'cross_origin');
	if (mayBeSignedIn(event)) {
		try {
			seat(event, await readSession(event));
		} catch (problem) {
			// Not knowing who asks is no reason to treat them as a stranger: they would be sent to sign in again.
			if (!(problem instanceof ApiProblem)) throw problem;
			log.warn('session_unread', { id: event.locals.requestId, code: problem.code });
			return refuse(event, 503, 'busy', { 'retry-after': '2' });
		}
	}
	if (event.route.id === null && event.url.pathname.startsWith('/api/'))
		return refuse(event, 404, 'not_found');

	const theme = themeAttribute(event.cookies.get(themeCookie));
	const response = await resolve(event, {
		transformPageChunk: ({ html }) =>
			html.replace('%lang%', language).replace('%theme%', theme).replaceAll('%name%', m.shell_name()),
		preload: ({ type }) => type === 'js' || type === 'css'
	});
	if (response.status === 405) {
		return refuse(event, 405, 'method_not_allowed', { allow: response.headers.get('allow') ?? 'GET, HEAD' });
	}
	if (event.url.pathname.startsWith('/api/') && response.status >= 400 && !isProblem(response)) {
		return refuse(event, response.status, response.status >= 500 ? 'internal' : 'refused');
	}
	if (response.headers.get('content-type')?.startsWith('text/html')) markPrivate(event, response.headers);
	return response;
}

/** The health checks must answer when the database does not; tiles, published photos and what stands in other sites' frames are the same for everyone. */
function mayBeSignedIn(event: RequestEvent): boolean {
	return !/^\/(livez|readyz|language|theme|tiles|photo|embed|manifest\.webmanifest)(\/|$)/.test(
		event.route.id ?? ''
	);
}

function isProblem(response: Response): boolean {
	return response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
}

function refuse(
	event: RequestEvent,
	status: number,
	code: string,
	headers: Record<string, string> = {}
): Response {
	const response = problemResponse(new ApiProblem(status, code), event.locals.language, headers);
	return event.request.method === 'HEAD' ? new Response(null, response) : response;
}

/** A page is made for one reader and one language: no cache in between may hand it to another. */
function markPrivate(event: RequestEvent, headers: Headers): void {
	if (!headers.has('cache-control'))
		headers.set('cache-control', event.locals.staff ? 'private, no-store' : 'private, no-cache');
	headers.append('vary', 'cookie, accept-language');
}

function record(event: RequestEvent, status: number, ms: number): void {
	const route = event.route.id;
	// A busy map asks for hundreds of tiles, and health checks come every few seconds.
	if (status < 400 && route !== null && /^\/(tiles|livez|readyz)/.test(route)) return;
	const facts = {
		id: event.locals.requestId,
		method: event.request.method,
		route,
		status,
		ms: Math.round(ms * 10) / 10
	};
	// That we are busy is an answer, with the seconds to wait, and no fault; what caused it has its own line where it is one.
	if (status === 503) log.warn('request', facts);
	else if (status >= 500) log.error('request', facts);
	else log.info('request', facts);
}

export const handleError: HandleServerError = ({ error, event, status }) => {
	const id = event.locals.requestId;
	if (status === 404) return { message: m.shell_error_404(), id, code: 'not_found' };
	if (status < 500) return { message: m.shell_error_other(), id, code: 'refused' };
	log.error('failed', { id, route: event.route.id, status, ...errorFacts(error) });
	return { message: m.shell_error_500(), id, code: 'internal' };
};
