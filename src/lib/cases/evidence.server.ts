import { ApiProblem } from '#lib/database/problem.ts';
import { photoIntake } from '#lib/evidence/photos.server.ts';
import type { PhotoRole } from './case.ts';
import type { NewEvidence } from './cases.server.ts';
import { readFix } from './move.ts';
import { wordsOf } from './words.ts';

const roles: readonly PhotoRole[] = ['near', 'wide', 'before', 'after'];

/**
 * Reads the form of a photo. Where the page has sent the photo ahead, the form carries its SHA-256; without
 * JavaScript it carries the photo itself, which goes the same way from here.
 */
export async function readEvidence(form: FormData): Promise<NewEvidence> {
	const role = roles.find((name) => name === form.get('role'));
	if (!role) throw new ApiProblem(422, 'unknown_photo_role', { field: 'role' });
	const named = wordsOf(form, 'sha256');
	const taken = wordsOf(form, 'taken_at');
	return {
		sha256: named && /^[0-9a-f]{64}$/.test(named) ? named : await receivePhoto(form.get('photo')),
		role,
		taken_at: taken && !Number.isNaN(Date.parse(taken)) ? taken : null,
		fix: readFix(form)
	};
}

async function receivePhoto(photo: FormDataEntryValue | null): Promise<string> {
	if (!(photo instanceof File) || photo.size === 0)
		throw new ApiProblem(422, 'empty_photo', { field: 'photo' });
	const { sha256 } = await photoIntake().receive(photo.stream(), null, photo.size);
	return sha256;
}
