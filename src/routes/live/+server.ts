import { anonClient, call, staffClient } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { startLive, takePlace } from '#lib/live/live.server.ts';
import { liveStream } from '#lib/live/stream.server.ts';
import { chooseClass } from '#lib/live/viewer.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import { sessionOf } from '#lib/staff/cookies.ts';
import type { Staff } from '#lib/staff/staff.ts';
import type { RequestHandler } from './$types';

/**
 * What happens in the city, as server-sent events, to signed-in staff alone. `after` is the log position the
 * viewer has, `epoch` the log it belongs to, `class` which kind of frames it wants.
 */
export const GET: RequestHandler = ({ url, locals, request, platform }) =>
	answering(locals.language, async () => {
		const staff = locals.staff;
		if (!staff) throw new ApiProblem(401, 'sign_in_needed');
		const viewerClass = chooseClass(staff, url.searchParams.get('class'));
		if (!viewerClass) throw new ApiProblem(403, 'role_needed');

		const live = startLive();
		await live.tailer.begun();
		const giveBack = takePlace(live, staff.id);
		if (!giveBack) throw new ApiProblem(503, 'busy', { retry_after: 10 });
		const stream = liveStream(live.tailer, {
			class: viewerClass,
			session: sessionOf(staff.accessToken),
			// EventSource itself comes back with the last frame it saw; ours says the same in the address.
			after: readPosition(request.headers.get('last-event-id') ?? url.searchParams.get('after')),
			epoch: url.searchParams.get('epoch') || null,
			isAllowed: () => isStillAllowed(staff.accessToken, viewerClass),
			onClose: giveBack,
			onDead: () => socketOf(platform)?.destroy()
		});
		return new Response(stream, {
			headers: {
				'content-type': 'text/event-stream; charset=utf-8',
				'cache-control': 'no-store',
				'x-accel-buffering': 'no'
			}
		});
	});

export const fallback: RequestHandler = otherMethods('GET');

function readPosition(text: string | null): number | null {
	return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Whether the session is still open and its roles still allow this; a question that fails is not a no. */
async function isStillAllowed(accessToken: string, viewerClass: string): Promise<boolean> {
	const { error } = await anonClient().auth.getUser(accessToken);
	if (error) return error.status === undefined || error.status >= 500;
	try {
		const staff = await call<Staff | null>(staffClient(accessToken), 'me');
		return staff !== null && chooseClass(staff, viewerClass) !== null;
	} catch (problem) {
		if (problem instanceof ApiProblem && problem.status < 500) return false;
		throw problem;
	}
}

function socketOf(platform: unknown): { destroy(): void } | undefined {
	return (platform as { req?: { socket?: { destroy(): void } } } | undefined)?.req?.socket;
}
