import * as v from 'valibot';
import { fieldErrorsOf, instant, reportId, unknownField, type FieldError } from './report.ts';

/** What the form and its outbox wrap a report in; and the question for the work that a report needs. */
const envelope = v.strictObject(
	{
		report: v.unknown(),
		/** The device's clock at sending. Any day will do: a phone may believe it is 1970. */
		sent_at: instant,
		proof: v.nullish(v.pipe(v.string('not_text'), v.maxLength(8192, 'too_long'))),
		/** In whose name: `staff` alone comes from an outbox that has not written down who, and names nobody. */
		as: v.union(
			[
				v.picklist(['citizen', 'staff']),
				v.strictObject(
					{ staff: v.pipe(v.string('bad_value'), v.toLowerCase(), v.uuid('bad_value')) },
					unknownField
				)
			],
			'bad_value'
		)
	},
	unknownField
);

const challengeRequest = v.strictObject(
	{ report_id: reportId, level: v.picklist([1, 2], 'bad_value') },
	unknownField
);

type Result<T> = { ok: true; value: T } | { ok: false; errors: FieldError[] };

export function parseSentReport(input: unknown): Result<v.InferOutput<typeof envelope>> {
	return parse(envelope, input);
}

export function parseChallengeRequest(input: unknown): Result<v.InferOutput<typeof challengeRequest>> {
	return parse(challengeRequest, input);
}

function parse<T>(schema: v.GenericSchema<unknown, T>, input: unknown): Result<T> {
	const result = v.safeParse(schema, input);
	return result.success
		? { ok: true, value: result.output }
		: { ok: false, errors: fieldErrorsOf(result.issues) };
}
