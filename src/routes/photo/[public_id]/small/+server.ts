import { otherMethods } from '#lib/reports/problem-document.ts';
import { answerPublicPhoto } from '../../public-photo.server.ts';
import type { RequestHandler } from './$types';

/** The same, as lists show it. */
export const GET: RequestHandler = (event) => answerPublicPhoto(event, event.params.public_id, 'small');

export const fallback: RequestHandler = otherMethods('GET, HEAD');
