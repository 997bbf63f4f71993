// Forms at the kerb, read as the database is told them. What is empty goes as absent, and the refusal names it.
import { decimalOf, instantIn, uuidOf, wordsOf } from '#lib/cases/words.ts';
import type { SealedParticular } from '#lib/particulars/sealing.server.ts';
import type { ActRequest, NewSubject } from './enforcement.server.ts';

type Seal = (kind: 'name' | 'plate', typed: string, field: string) => SealedParticular;

/** A deadline's day ends with the office's. */
const CLOSING = '18:00';

export function readAct(form: FormData, timeZone: string, seal: Seal): ActRequest {
	const [what, id] = (wordsOf(form, 'subject') ?? '').split(':');
	const lng = decimalOf(form, 'lng');
	const lat = decimalOf(form, 'lat');
	const deadline = wordsOf(form, 'deadline');
	const found = wordsOf(form, 'found');
	const addressee = wordsOf(form, 'addressee');
	return {
		kind: wordsOf(form, 'kind'),
		...(what === 'site' && { site_id: id }),
		...(what === 'vehicle' && { vehicle_id: id }),
		behaviour: wordsOf(form, 'behaviour'),
		before_photo: uuidOf(form, 'before_photo'),
		after_photo: uuidOf(form, 'after_photo'),
		...(lng !== null && lat !== null && { lng, lat, accuracy_m: decimalOf(form, 'accuracy_m') ?? undefined }),
		deadline: deadline && instantIn(timeZone, deadline, CLOSING),
		skip_reason: wordsOf(form, 'skip_reason'),
		note: wordsOf(form, 'note'),
		notice:
			form.get('with_notice') === 'yes'
				? { found: found ?? '', addressee: addressee ? seal('name', addressee, 'addressee') : null }
				: null,
		keep_if_late: form.get('keep_if_late') === 'yes'
	};
}

export function readSubjectForm(form: FormData, seal: Seal): NewSubject {
	const which = wordsOf(form, 'which');
	if (which === 'vehicle') {
		const plate = wordsOf(form, 'plate');
		return {
			vehicle: { class: wordsOf(form, 'vehicle_class'), plate: plate ? seal('plate', plate, 'plate') : null }
		};
	}
	if (which === 'site')
		return { site: { kind: wordsOf(form, 'site_kind'), name: wordsOf(form, 'site_name') } };
	return { site_id: uuidOf(form, 'site_id') };
}
