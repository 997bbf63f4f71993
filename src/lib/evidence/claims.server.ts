import { ApiProblem } from '#lib/database/problem.ts';
import type { PhotoClaims, PhotoType } from './photo.ts';
import { photoStudio } from './studio/studio.server.ts';

/**
 * Reads what a photo says of itself. Broken or hostile tags give fewer claims, never an error.
 * A time without an offset is read in the city's zone, which is where the photo was most likely taken.
 */
export async function readClaims(bytes: Uint8Array, type: PhotoType, timeZone: string): Promise<PhotoClaims> {
	try {
		return await photoStudio().perform({ name: 'claims', type, timeZone }, bytes, 'arriving');
	} catch (error) {
		// Tags that broke the reader claim nothing; that there was no reader is another matter.
		if (error instanceof ApiProblem && error.status === 422) return {};
		throw error;
	}
}
