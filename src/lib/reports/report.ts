import * as v from 'valibot';

/** What stands where the report was made from: the phone's own fix, the photo's tag, a pin set by hand, or a typed street. */
export const LOCATION_SOURCES = ['device', 'photo', 'pin', 'typed', 'api'] as const;
export const PHOTO_ROLES = ['near', 'wide', 'before', 'after'] as const;

/** Why a report has no second photo. */
export const WIDE_SKIPPED = ['unsafe', 'no_room', 'same_view', 'other'] as const;

export type LocationSource = (typeof LOCATION_SOURCES)[number];
export type PhotoRole = (typeof PHOTO_ROLES)[number];
export type ReportSource = 'citizen' | 'volunteer' | 'hotline' | 'api' | 'import';

export const MAX_DESCRIPTION = 2000;
export const MAX_PHOTOS = 6;
export const MAX_ACCURACY_M = 10_000;
/**
 * How far a claimed time may lie before or after the server's: an outbox may be a month late, a phone's clock minutes fast.
 * An hour less than the database's thirty days, so that nothing acknowledged here is too old there when it arrives.
 */
export const MAX_AGE_MS = 30 * 86_400_000 - 3_600_000;
export const MAX_AHEAD_MS = 5 * 60_000;

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/;
// Everything a text field cannot have typed: C0 and C1 controls except tab and line feed, and the delete character.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

// Each refusal is a stable word; the reader's language gives it its sentence.
const coordinate = v.pipe(v.number('not_a_number'), v.finite('not_a_number'));

const text = v.pipe(
	v.string('not_text'),
	v.transform((s) => s.replace(/\r\n?/g, '\n')),
	v.check((s) => [...s].length <= MAX_DESCRIPTION, 'too_long'),
	v.check((s) => s.isWellFormed() && !CONTROL.test(s), 'unreadable_characters')
);

export const sha256 = v.pipe(v.string('bad_sha256'), v.toLowerCase(), v.regex(SHA256, 'bad_sha256'));

export const reportId = v.pipe(v.string('bad_id'), v.toLowerCase(), v.regex(UUID_V7, 'bad_id'));

/** An instant with its offset, of a day that exists, kept as UTC so that equal times are equal texts. */
export const instant = v.pipe(
	v.string('bad_time'),
	v.check(isInstant, 'bad_time'),
	v.transform((s) => new Date(s).toISOString())
);

const accuracy = v.pipe(
	coordinate,
	v.minValue(0, 'bad_accuracy'),
	v.maxValue(MAX_ACCURACY_M, 'bad_accuracy')
);
const longitude = v.pipe(coordinate, v.minValue(-180, 'bad_coordinates'), v.maxValue(180, 'bad_coordinates'));
const latitude = v.pipe(coordinate, v.minValue(-90, 'bad_coordinates'), v.maxValue(90, 'bad_coordinates'));

// A camera with an empty battery dates its photos 1980, one with a broken clock 2099; beyond that it is no time at all.
const FIRST_PHOTO = '1970';
const LAST_PHOTO = '2200';

/** A photo by its SHA-256, with what it said of itself before it was made small. */
const photo = v.pipe(
	v.strictObject(
		{
			sha256,
			role: v.picklist(PHOTO_ROLES, 'unknown_photo_role'),
			taken_at: v.optional(
				v.pipe(
					instant,
					v.check((s) => s >= FIRST_PHOTO && s < LAST_PHOTO, 'bad_time')
				)
			),
			lng: v.optional(longitude),
			lat: v.optional(latitude),
			accuracy_m: v.optional(accuracy)
		},
		unknownField
	),
	v.check((p) => (p.lng === undefined) === (p.lat === undefined), 'half_a_place')
);

const photos = v.pipe(
	v.array(photo, 'not_a_list'),
	v.maxLength(MAX_PHOTOS, 'too_many_photos'),
	v.check((list) => new Set(list.map((p) => p.sha256)).size === list.length, 'photo_twice')
);

/** Where the device itself says it is, when the report's own place was set by hand. */
const fix = v.strictObject({ lng: longitude, lat: latitude, accuracy_m: accuracy }, unknownField);

function isInstant(value: string): boolean {
	const day = INSTANT.exec(value)?.[1];
	if (!day || Number.isNaN(Date.parse(value))) return false;
	// V8 reads 30 February as 2 March; the calendar does not.
	const midnight = new Date(`${day}T00:00:00Z`);
	return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

export function unknownField(issue: { received: string; expected: string | null }): string {
	if (issue.expected === 'Object') return 'not_an_object';
	return issue.expected === 'never' ? 'unknown_field' : 'field_missing';
}

/**
 * A report as it is sent in, bounds included, for a server whose clock stands at `now` (milliseconds).
 * Whether the place lies in the city and the category exists is for the city to say: see intake-rules.ts and the database.
 */
export function reportSchema(now: number) {
	return v.strictObject(
		{
			id: reportId,
			category: v.pipe(v.string('unknown_category'), v.regex(/^[0-9A-Za-z_.-]{1,32}$/, 'unknown_category')),
			lng: coordinate,
			lat: coordinate,
			accuracy_m: v.optional(v.nullable(accuracy), null),
			location_source: v.picklist(LOCATION_SOURCES, 'unknown_location_source'),
			observed_at: v.pipe(
				instant,
				v.check((s) => Date.parse(s) >= now - MAX_AGE_MS, 'time_too_old'),
				v.check((s) => Date.parse(s) <= now + MAX_AHEAD_MS, 'time_in_the_future')
			),
			description: v.optional(text, ''),
			photos: v.optional(photos, []),
			// Later than the first outboxes: left out stays left out, so that what was saved before an upgrade is the same after it.
			fix: v.nullish(fix),
			wide_skipped: v.nullish(v.picklist(WIDE_SKIPPED, 'unknown_reason')),
			suggested_case: v.nullish(v.pipe(v.string('bad_case'), v.toLowerCase(), v.regex(UUID, 'bad_case')))
		},
		unknownField
	);
}

export type Report = v.InferOutput<ReturnType<typeof reportSchema>>;

/** One thing wrong with what was sent: where (RFC 6901 pointer) and a stable word for what. */
export interface FieldError {
	pointer: string;
	code: string;
}

export type Parsed = { ok: true; report: Report } | { ok: false; errors: FieldError[] };

export function parseReport(input: unknown, now: number): Parsed {
	const result = v.safeParse(reportSchema(now), input);
	if (result.success) return { ok: true, report: withoutNothing(result.output) };
	return { ok: false, errors: fieldErrorsOf(result.issues) };
}

export function fieldErrorsOf(issues: v.BaseIssue<unknown>[]): FieldError[] {
	return issues.slice(0, 20).map((issue) => ({
		pointer: pointerTo(issue.path?.map((step) => step.key) ?? []),
		code: issue.message
	}));
}

/** Null and left out are one answer, and one hash, for what not every form asks. */
function withoutNothing({ fix, wide_skipped, suggested_case, ...report }: Report): Report {
	return {
		...report,
		...(fix ? { fix } : {}),
		...(wide_skipped ? { wide_skipped } : {}),
		...(suggested_case ? { suggested_case } : {})
	};
}

function pointerTo(path: unknown[]): string {
	return path
		.map((key) => '/' + String(key).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1'))
		.join('');
}
