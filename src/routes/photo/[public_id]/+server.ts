import { otherMethods } from '#lib/reports/problem-document.ts';
import { answerPublicPhoto } from '../public-photo.server.ts';
import type { RequestHandler } from './$types';

/** For everybody: a photo that a person has covered or cleared, as it may be seen. */
export const GET: RequestHandler = (event) => answerPublicPhoto(event, event.params.public_id, 'large');

export const fallback: RequestHandler = otherMethods('GET, HEAD');
