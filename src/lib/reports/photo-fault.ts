import { m } from '#lib/i18n/messages.ts';
import { UnfitPhoto } from '#lib/evidence/prepare-photo.ts';

/** Why a chosen file is no photo that can be sent, and what to do. */
export function faultOf(problem: unknown): string {
	if (!(problem instanceof UnfitPhoto)) return m.snap_photo_failed();
	return problem.code === 'too_large' ? m.snap_photo_too_large() : m.snap_photo_no_photo();
}
