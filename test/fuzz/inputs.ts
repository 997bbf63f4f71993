import { createHash } from 'node:crypto';
import fc, { type Arbitrary } from 'fast-check';

/** One request as anybody on the internet might send it. */
export interface Sent {
	method: string;
	headers: [string, string][];
	/** In the pieces it arrives in. */
	body: Uint8Array[] | null;
	/** The connection breaks after the last piece. */
	isCut: boolean;
	/** What stands in the address for a photo's name. */
	param: string;
	query: string;
}

const text = (value: string) => Buffer.from(value, 'utf8');
const often = <T>(usual: Arbitrary<T>, ...seldom: Arbitrary<T>[]): Arbitrary<T> =>
	fc.oneof(
		{ weight: 5 * seldom.length, arbitrary: usual },
		...seldom.map((arbitrary) => ({ weight: 1, arbitrary }))
	);

// What a program, a person or an attacker might put in place of a value.
const junk: Arbitrary<unknown> = fc.oneof(
	fc.constantFrom<unknown>(
		null,
		'',
		0,
		-1,
		1e308,
		-0,
		true,
		[],
		{},
		'\0',
		'\ud800',
		'١٢٣',
		'NaN',
		"'; drop table x; --"
	),
	fc.string({ unit: 'binary', maxLength: 60 }),
	fc.double(),
	fc.integer(),
	fc.jsonValue({ maxDepth: 3 })
);
export const hash: Arbitrary<string> = fc.oneof(
	fc.constantFrom('ab'.repeat(32), 'AB'.repeat(32), 'zz', ''),
	fc.stringMatching(/^[0-9a-f]{64}$/),
	fc.string({ maxLength: 80 })
);
const uuidv7 = fc.stringMatching(/^0190[0-9a-f]{4}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
const taken = '01900000-0000-7000-8000-000000000001';
const time = fc.oneof(
	fc.constantFrom(
		'2026-02-30T00:00:00Z',
		'99999-01-01T00:00:00Z',
		'yesterday',
		'2026-01-01',
		'1970-01-01T00:00:00+14:00'
	),
	fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
);
const now = new Date().toISOString();

const rightReport = fc.record({
	id: often(uuidv7, fc.constant(taken)),
	category: fc.constantFrom('0551', '0509', '0504'),
	lng: fc.double({ min: 119.41, max: 119.49, noNaN: true }),
	lat: fc.double({ min: 32.71, max: 32.84, noNaN: true }),
	accuracy_m: fc.oneof(fc.double({ min: 0, max: 10_000, noNaN: true }), fc.constant(null)),
	location_source: fc.constantFrom('device', 'photo', 'pin', 'typed', 'api'),
	observed_at: fc.constant(now),
	description: fc.string({ unit: 'grapheme', maxLength: 300 }),
	photos: fc.array(fc.record({ sha256: fc.stringMatching(/^[0-9a-f]{64}$/), role: fc.constant('near') }), {
		maxLength: 2
	}),
	fix: fc.oneof(
		fc.constant(null),
		fc.record({
			lng: fc.double({ min: -180, max: 180, noNaN: true }),
			lat: fc.double({ min: -90, max: 90, noNaN: true }),
			accuracy_m: fc.double({ min: 0, max: 10_000, noNaN: true })
		})
	),
	wide_skipped: fc.constantFrom(null, 'unsafe', 'no_room', 'same_view', 'other'),
	suggested_case: fc.constantFrom(null, '01900000-0000-7000-8000-000000000002')
});
const wrongFields: Record<string, Arbitrary<unknown>> = {
	id: fc.oneof(junk, fc.uuid()),
	category: fc.oneof(junk, fc.constantFrom('05', '9999', '0'.repeat(40))),
	lng: fc.oneof(junk, fc.double({ min: -400, max: 400 }), fc.constant(32.78)),
	lat: fc.oneof(junk, fc.double({ min: -400, max: 400 }), fc.constant(119.45)),
	accuracy_m: fc.oneof(junk, fc.double()),
	location_source: fc.oneof(junk, fc.constant('import')),
	observed_at: fc.oneof(junk, time),
	description: fc.oneof(junk, fc.string({ unit: 'binary', maxLength: 3000 })),
	photos: fc.oneof(
		junk,
		fc.array(fc.record({ sha256: hash, role: fc.constantFrom('near', 'x') }), { maxLength: 9 }),
		fc.array(
			fc.record(
				{
					sha256: hash,
					role: fc.constant('near'),
					taken_at: time,
					lng: fc.double(),
					lat: fc.double(),
					accuracy_m: junk
				},
				{ requiredKeys: ['sha256', 'role'] }
			),
			{ maxLength: 2 }
		)
	),
	fix: fc.oneof(junk, fc.record({ lng: fc.double(), lat: fc.double(), accuracy_m: fc.double() })),
	wide_skipped: junk,
	suggested_case: fc.oneof(junk, fc.uuid()),
	extra: junk
};

/** A right whole in which up to `most` fields are something else, or missing, or new. */
function withFaults<T extends object>(
	right: Arbitrary<T>,
	wrong: Record<string, Arbitrary<unknown>>,
	most: number
) {
	const fault = fc
		.constantFrom(...Object.keys(wrong))
		.chain((field) =>
			fc.tuple(fc.constant(field), fc.option(wrong[field] ?? junk, { nil: undefined, freq: 4 }))
		);
	return fc.tuple(right, fc.array(fault, { maxLength: most })).map(([whole, faults]) => {
		const all: Record<string, unknown> = { ...whole, ...Object.fromEntries(faults) };
		return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
	});
}

const faultyReport = withFaults(rightReport, wrongFields, 3);
const report = faultyReport.map((value) => JSON.stringify(value));
export const reportBody: Arbitrary<Buffer> = often(
	report.map(text),
	report.map((body) => text(body.replace('"id"', '"lng":1,"id"'))),
	fc.json().map(text),
	fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
	fc.nat(3000).map((n) => text('['.repeat(n) + ']'.repeat(n))),
	fc.nat(70_000).map((n) => text(`{"description":"${'x'.repeat(n)}"}`)),
	fc.constantFrom('1e999', '{"lng":1e999}', '-', '"\\ud800"', '\uFEFF{}', '{"__proto__":{"id":1}}').map(text)
);

const envelope = withFaults(
	fc.record({
		report: faultyReport,
		sent_at: often(fc.constant(now), time),
		as: fc.constantFrom('citizen', 'staff', { staff: '01990000-0000-4000-8000-000000000001' }),
		proof: fc.constantFrom(null, 'bm90aGluZw==', 'eyJjaGFsbGVuZ2UiOnt9fQ==')
	}),
	{
		report: junk,
		sent_at: fc.oneof(junk, time),
		as: junk,
		proof: fc.oneof(junk, fc.base64String()),
		extra: junk
	},
	2
);
export const envelopeBody: Arbitrary<Buffer> = often(
	envelope.map((value) => text(JSON.stringify(value))),
	report.map(text),
	fc.json().map(text)
);
const question = withFaults(
	fc.record({ report_id: uuidv7, level: fc.constantFrom(1, 2) }),
	{ report_id: junk, level: junk, extra: junk },
	1
);
export const challengeBody: Arbitrary<Buffer> = often(
	question.map((value) => text(JSON.stringify(value))),
	fc.json().map(text)
);

const jpeg = fc
	.uint8Array({ maxLength: 3000 })
	.map((tail) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe1]), Buffer.from(tail)]));
export const photoBody: Arbitrary<Buffer> = often(
	jpeg,
	fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
	fc
		.constantFrom('', '<svg>', 'GIF89a', '\u0089PNG\r\n\u001a\n', 'RIFF\0\0\0\0WEBP')
		.map((s) => Buffer.from(s, 'latin1'))
);
export const hashOf = (bytes: Buffer | null) =>
	createHash('sha256')
		.update(bytes ?? '')
		.digest('hex');

type Fields = Record<string, unknown>;
const line = fc.oneof(
	fc.constantFrom('', 'NaN', '1,,2', '119.455,32.78', '\0', '\ud800', '9'.repeat(300), '-1e999'),
	fc.string({ unit: 'grapheme', maxLength: 120 })
);
const snapFields = fc.record({
	id: often(uuidv7, fc.constant(taken)),
	observed_at: fc.constant(now),
	category: fc.constantFrom('0551', '0509'),
	place: fc.constantFrom('', '', '金桥路', 'Jinqiao', 'nowhere'),
	lng: fc.constant('119.455'),
	lat: fc.constant('32.78'),
	accuracy_m: fc.constantFrom('', '12'),
	location_source: fc.constantFrom('device', 'pin', 'photo'),
	description: fc.string({ unit: 'grapheme', maxLength: 200 })
}) as Arbitrary<Fields>;
const wrongSnap = Object.fromEntries(
	[
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
	].map((name) => [name, line as Arbitrary<unknown>])
);

/** What `/track` asks for; `known` is a pair that opens a report. */
function trackFields(known: { code: string; pin: string }): Arbitrary<Fields> {
	return fc.record({
		code: often(fc.constant(known.code), fc.constant('7KQ2-M4XD-9RT5B')),
		pin: often(fc.constant(known.pin), fc.constant('000000')),
		solved: fc.constantFrom('yes', 'no'),
		request_id: fc.uuid()
	});
}
const wrongTrack = Object.fromEntries(
	['code', 'pin', 'solved', 'request_id'].map((name) => [name, line as Arbitrary<unknown>])
);

const boundary = 'kerbside-fuzz';
function multipart(fields: Fields, photo: Buffer | null): Buffer {
	const part = (head: string, content: Buffer) => [
		text(`--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n`),
		content,
		text('\r\n')
	];
	const parts = Object.entries(fields).flatMap(([name, value]) =>
		part(`name="${name}"`, text(String(value)))
	);
	const file = photo ? part('name="photo"; filename="a.jpg"\r\ncontent-type: image/jpeg', photo) : [];
	return Buffer.concat([...parts, ...file, text(`--${boundary}--\r\n`)]);
}
const urlEncoded = (fields: Fields) =>
	text(
		Object.entries(fields)
			.map(([name, value]) => `${name}=${encodeURIComponent(String(value).toWellFormed())}`)
			.join('&')
	);
const broken = (form: Arbitrary<Buffer>) =>
	often(
		form,
		form.chain((bytes) => fc.nat(bytes.length).map((end) => bytes.subarray(0, end))),
		fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
		fc.constantFrom('', '%', '%zz=%zz', 'a=%ff', '&&==').map(text)
	);

function forms(fields: Arbitrary<Fields>, photo: Arbitrary<Buffer | null>): Arbitrary<Sent> {
	return fc.oneof(
		requests(
			['POST'],
			[
				`multipart/form-data; boundary=${boundary}`,
				'multipart/form-data',
				'text/plain',
				'application/json',
				''
			],
			broken(fc.tuple(fields, photo).map(([all, file]) => multipart(all, file)))
		),
		requests(
			['POST'],
			['application/x-www-form-urlencoded', 'multipart/form-data; boundary=""', 'application/xml'],
			broken(fields.map(urlEncoded))
		)
	);
}
export const snapForms = forms(withFaults(snapFields, wrongSnap, 3), fc.option(often(jpeg, photoBody)));
export const trackForms = (known: { code: string; pin: string }) =>
	forms(withFaults(trackFields(known), wrongTrack, 2), fc.constant(null));

const header = fc.tuple(
	fc.constantFrom(
		'content-encoding',
		'content-length',
		'accept-language',
		'if-none-match',
		'x-anything',
		'range',
		'expect'
	),
	fc.oneof(
		fc.constantFrom('gzip', 'identity', '-5', '99999999999', 'NaN', '*', 'W/"x"', ''),
		fc.stringMatching(/^[ -~]{0,40}$/)
	)
) as Arbitrary<[string, string]>;

/** Requests of these methods; the first of `types` is the right content type. */
export function requests(
	methods: string[],
	types: string[],
	body: Arbitrary<Buffer | null> = fc.constant(null),
	param: (body: Buffer | null) => Arbitrary<string> = () => fc.constant('')
): Arbitrary<Sent> {
	return body.chain((bytes) =>
		fc.record({
			method: fc.constantFrom(...methods),
			headers: fc
				.tuple(
					often(fc.constant(types[0] ?? ''), fc.constantFrom(...types)),
					often(fc.constant<[string, string][]>([]), fc.array(header, { maxLength: 3 }))
				)
				.map(([type, more]) => [...(type ? [['content-type', type] as [string, string]] : []), ...more]),
			body: fc.integer({ min: 1, max: 5000 }).map((size) => bytes && inPieces(bytes, size)),
			isCut: fc.integer({ min: 0, max: 15 }).map((n) => n === 15),
			param: param(bytes),
			query: fc.oneof(
				fc.constant(''),
				fc.stringMatching(/^[a-z=&%0-9]{0,20}$/).map((query) => `?${query}`)
			)
		})
	);
}

function inPieces(bytes: Buffer, size: number): Uint8Array[] {
	const pieces = [];
	// Ten pieces are as good as a thousand, and a thousand take their time.
	const step = Math.max(size, Math.ceil(bytes.length / 10));
	for (let at = 0; at < bytes.length; at += step) pieces.push(bytes.subarray(at, at + step));
	return pieces;
}
