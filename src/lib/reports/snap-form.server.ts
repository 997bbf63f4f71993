import { ApiProblem, type Json } from '#lib/database/problem.ts';
import { photoIntake } from '#lib/evidence/photos.server.ts';
import { TYPED_ACCURACY_M } from './place.ts';
import { searchStreets } from './places.server.ts';
import { fieldErrors } from './problem-document.ts';
import { acceptReport, type Receipt } from './reports.server.ts';
import { readSharedLocation } from './shared-location.ts';
import type { StreetHit } from './street-list.ts';

/** What a person entered, as it goes back into the form when something is missing. */
export interface SnapValues {
	id: string;
	observed_at: string;
	category: string;
	place: string;
	street: string;
	lng: string;
	lat: string;
	accuracy_m: string;
	location_source: string;
	description: string;
	/** SHA-256 of the photo once it is here: it need not be chosen again. */
	photo_sha256: string;
}
const TEXTS = [
	'id',
	'observed_at',
	'category',
	'place',
	'street',
	'lng',
	'lat',
	'accuracy_m',
	'location_source',
	'description',
	'photo_sha256'
] as const satisfies (keyof SnapValues)[];

/** Field of the form → stable word of what is wrong with it. `form` is the report as a whole. */
export type SnapErrors = Partial<Record<'photo' | 'place' | 'category' | 'description' | 'form', string>>;

export interface SnapRefusal {
	status: number;
	values: SnapValues;
	errors: SnapErrors;
	streets: StreetHit[];
	/** Figures for the sentences, such as the minutes to wait. */
	detail?: Record<string, Json>;
}
export type SnapResult = { receipt: Receipt } | { refusal: SnapRefusal };

/** More than is taken, so that what is too long is said to be. */
const longest: Partial<Record<keyof SnapValues, number>> = { description: 20_000, place: 2000 };

export function valuesOf(form: FormData): SnapValues {
	const values = Object.fromEntries(TEXTS.map((name) => [name, '']));
	for (const name of TEXTS) {
		const value = form.get(name);
		if (typeof value === 'string') values[name] = value.slice(0, longest[name] ?? 200);
	}
	return values as unknown as SnapValues;
}

/** Takes a chosen photo in first, so that whatever else is wrong it need not be chosen again. Returns a stable word when it is refused. */
export async function takePhoto(form: FormData, values: SnapValues, address: string): Promise<string | null> {
	const photo = [form.get('photo'), form.get('photo_album')].find(isChosen);
	if (!photo) return null;
	try {
		const { sha256 } = await photoIntake().receive(chunksOf(photo), null, photo.size, address);
		values.photo_sha256 = sha256;
		return null;
	} catch (error) {
		if (error instanceof ApiProblem) return error.code;
		throw error;
	}
}

/** A file field that nothing was chosen in sends an empty file. */
function isChosen(field: FormDataEntryValue | null): field is File {
	return field instanceof Blob && field.size > 0;
}

async function* chunksOf(blob: Blob): AsyncGenerator<Uint8Array> {
	const reader = (blob.stream() as ReadableStream<Uint8Array>).getReader();
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return;
		yield value;
	}
}

/** The streets a typed place may mean, for the button beside it. */
export async function findStreets(form: FormData, address: string): Promise<SnapRefusal> {
	const values = valuesOf(form);
	const photo = await takePhoto(form, values, address);
	const streets = await searchStreets(values.place);
	const errors: SnapErrors = { ...(photo ? { photo } : {}) };
	if (!values.place.trim()) errors.place = 'place_needed';
	else if (!streets.length) errors.place = 'street_not_found';
	return { status: 200, values, errors, streets };
}

/** One report from the form: the photo, the place as well as it is known, then the same acceptance as for machines. */
export async function sendForm(form: FormData, address: string): Promise<SnapResult> {
	const values = valuesOf(form);
	const errors: SnapErrors = {};
	const photo = await takePhoto(form, values, address);
	if (photo) errors.photo = photo;
	const { place, problem, streets } = await placeOf(values);
	if (problem) errors.place = problem;
	if (!values.category) errors.category = 'category_needed';
	if (!place || Object.keys(errors).length) return { refusal: { status: 422, values, errors, streets } };
	const report = {
		id: values.id,
		category: values.category,
		...place,
		observed_at: values.observed_at,
		description: values.description.trim(),
		photos: values.photo_sha256 ? [{ sha256: values.photo_sha256, role: 'near' }] : []
	};
	try {
		return { receipt: await acceptReport(report, { source: 'citizen', level: 0, address }) };
	} catch (error) {
		if (!(error instanceof ApiProblem) || error.status >= 500) throw error;
		const refusal = { status: error.status, values, errors: formErrors(error), streets };
		return { refusal: { ...refusal, detail: error.detail } };
	}
}

interface SentPlace {
	lng: number;
	lat: number;
	accuracy_m: number | null;
	location_source: string;
}

/** A street chosen from the list stands first, then one typed, then what phone, photo or pin said. */
async function placeOf(
	values: SnapValues
): Promise<{ place: SentPlace | null; problem: string | null; streets: StreetHit[] }> {
	const chosen = /^(-?[\d.]{1,20}),(-?[\d.]{1,20})$/.exec(values.street);
	if (chosen) return { place: typedPlace(Number(chosen[1]), Number(chosen[2])), problem: null, streets: [] };
	const shared = values.place.trim() ? readSharedLocation(values.place) : null;
	if (shared?.kind === 'place') {
		return {
			place: { ...shared.point, accuracy_m: null, location_source: 'pin' },
			problem: null,
			streets: []
		};
	}
	if (values.place.trim()) {
		const streets = await searchStreets(values.place);
		const [first] = streets;
		const exact = streets.filter((s) => [s.name, s.name_en].includes(values.place.trim()));
		const only = exact.length === 1 ? exact[0] : streets.length === 1 ? first : null;
		if (only) return { place: typedPlace(only.point.lng, only.point.lat), problem: null, streets: [] };
		return { place: null, problem: first ? 'street_ambiguous' : 'street_not_found', streets };
	}
	if (!values.lng || !values.lat) return { place: null, problem: 'place_needed', streets: [] };
	const place = {
		lng: Number(values.lng),
		lat: Number(values.lat),
		accuracy_m: values.accuracy_m ? Math.min(Number(values.accuracy_m), 10_000) : null,
		location_source: values.location_source
	};
	return { place, problem: null, streets: [] };
}

function typedPlace(lng: number, lat: number): SentPlace {
	return { lng, lat, accuracy_m: TYPED_ACCURACY_M, location_source: 'typed' };
}

/** Which field of the form a refusal belongs to. */
function formErrors(problem: ApiProblem): SnapErrors {
	const errors: SnapErrors = {};
	for (const { pointer, code } of fieldErrors(problem)) {
		if (/^\/(lng|lat|accuracy_m|location_source)/.test(pointer)) errors.place ??= code;
		else if (pointer.startsWith('/category')) errors.category ??= code;
		else if (pointer.startsWith('/description')) errors.description ??= code;
		else if (pointer.startsWith('/photos')) errors.photo ??= code;
		else errors.form ??= code;
	}
	// Sent before and changed since: what is in the form now would be another report.
	if (problem.code === 'id_taken') return { form: 'sent_already' };
	return Object.keys(errors).length ? errors : { form: problem.code };
}
