import { otherMethods } from '#lib/reports/problem-document.ts';
import type { RequestHandler } from './$types';
import { answerStaffPhoto } from '../../staff-photo.server.ts';

/** The derivative at the size of a list: at most 480 pixels a side. For staff alone. */
export const GET: RequestHandler = (event) => answerStaffPhoto(event, event.params.sha256, 'small');

export const fallback: RequestHandler = otherMethods('GET, HEAD');
