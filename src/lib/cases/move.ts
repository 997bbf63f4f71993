import { m } from '#lib/i18n/messages.ts';
import type { Need } from './case.ts';
import { decimalOf, instantIn, numberOf, uuidOf, wordsOf } from './words.ts';

/** The moves of a case. Which are allowed to whom is the database's to say; here they are named and read from forms. */
export const moves = [
	'dispatch',
	'redispatch',
	'begin',
	'finish',
	'close',
	'return',
	'hand_back',
	'suspend',
	'resume',
	'void'
] as const;
export type Move = (typeof moves)[number];

const names: Record<Move, () => string> = {
	dispatch: () => m.desk_move_dispatch(),
	redispatch: () => m.desk_move_redispatch(),
	begin: () => m.desk_move_begin(),
	finish: () => m.desk_move_finish(),
	close: () => m.desk_move_close(),
	return: () => m.desk_move_return(),
	hand_back: () => m.desk_move_hand_back(),
	suspend: () => m.desk_move_suspend(),
	resume: () => m.desk_move_resume(),
	void: () => m.desk_move_void()
};

const explanations: Record<Move, () => string> = {
	dispatch: () => m.desk_about_dispatch(),
	redispatch: () => m.desk_about_redispatch(),
	begin: () => m.desk_about_begin(),
	finish: () => m.desk_about_finish(),
	close: () => m.desk_about_close(),
	return: () => m.desk_about_return(),
	hand_back: () => m.desk_about_hand_back(),
	suspend: () => m.desk_about_suspend(),
	resume: () => m.desk_about_resume(),
	void: () => m.desk_about_void()
};

const whyNots: Record<string, () => string> = {
	role_needed: () => m.desk_why_role_needed(),
	not_your_unit: () => m.desk_why_not_your_unit(),
	handled_it: () => m.desk_why_handled_it(),
	dispatched_it: () => m.desk_why_dispatched_it(),
	verified_it: () => m.desk_why_verified_it(),
	not_allowed_now: () => m.desk_why_not_allowed_now()
};

export function isMove(text: unknown): text is Move {
	return moves.some((move) => move === text);
}

export function moveName(move: string): string {
	return isMove(move) ? names[move]() : move;
}

/** What the move does, in a sentence for the person about to make it. */
export function moveExplanation(move: string): string {
	return isMove(move) ? explanations[move]() : '';
}

/** Why a button is off, in words. */
export function whyNot(code: string | null): string {
	return code === null ? '' : (whyNots[code]?.() ?? m.desk_why_other());
}

/** What `api.move_case` is told. */
export interface MoveRequest {
	move: Move;
	expected_version: number | null;
	details: { unit_id?: number; area_id?: number; review_at?: string; without_proof?: boolean } & Partial<Fix>;
	reason_code: string | null;
	note: string | null;
	request_id: string | null;
}

export interface Fix {
	lng: number;
	lat: number;
	accuracy_m: number;
}

/**
 * Reads a move's form. Nothing is judged here beyond what the database could not read at all; an empty field goes
 * as absent, and the refusal names it. Null: the form names no move.
 */
export function readMove(form: FormData, timeZone: string): MoveRequest | null {
	const move = wordsOf(form, 'move');
	if (!isMove(move)) return null;
	const details: MoveRequest['details'] = {};
	const unit = numberOf(form, 'unit_id');
	const area = numberOf(form, 'area_id');
	const review = wordsOf(form, 'review_at');
	if (unit !== null) details.unit_id = unit;
	if (area !== null) details.area_id = area;
	if (review !== null) details.review_at = instantIn(timeZone, review) ?? '';
	if (form.get('without_proof') === 'yes') details.without_proof = true;
	Object.assign(details, readFix(form));
	return {
		move,
		expected_version: numberOf(form, 'expected_version'),
		details,
		reason_code: wordsOf(form, 'reason_code'),
		note: wordsOf(form, 'note'),
		request_id: uuidOf(form, 'request_id')
	};
}

/** The device's own fix, when the form carries a whole one. */
export function readFix(form: FormData): Fix | null {
	const lng = decimalOf(form, 'lng');
	const lat = decimalOf(form, 'lat');
	const accuracy_m = decimalOf(form, 'accuracy_m');
	return lng === null || lat === null ? null : { lng, lat, accuracy_m: accuracy_m ?? 0 };
}

/** The fields of a move's form, in the order a person fills them. */
export function fieldsOf(move: string, needs: readonly Need[], hasReasons: boolean): Need[] {
	const wanted: Need[] = ['unit', 'reason', 'review_at', 'proof', 'note'];
	// A note is always welcome; a reason is offered where there are reasons to choose from.
	return wanted.filter(
		(need) =>
			needs.includes(need) || need === 'note' || (need === 'reason' && hasReasons && move !== 'dispatch')
	);
}
